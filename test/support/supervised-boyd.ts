/** `boyd serve` under a supervisor that starts it again whenever it dies, as systemd or a kubelet would. */

import type { LedgerEntry } from '../../src/model/ledger-entry.ts'
import type { EmbeddedCluster } from '../../src/app/embedded-cluster.ts'
import type { Incident } from '../../src/model/incident.ts'
import { operatorToken } from '../../src/app/token.ts'
import { spawnBoyd, type Running } from './boyd-process.ts'

export interface Supervised {
  deaths(): number
  sendAlert(payload: unknown): Promise<readonly { readonly type: 'opened' | 'joined' | 'repeated' | 'ignored'; readonly incident?: Incident }[]>
  followLedger(): AsyncIterable<LedgerEntry>
  approve(entry: LedgerEntry): Promise<void>
  ledgerText(): Promise<string>
  stop(): Promise<void>
}

const POLL_MS = 200

export async function serveUntilDone(options: {
  readonly home: string
  readonly cluster: Pick<EmbeddedCluster, 'kubeconfigFile'> & Partial<Pick<EmbeddedCluster, 'clockScale'>>
  readonly environment: Readonly<Record<string, string>>
  readonly port?: number
}): Promise<Supervised> {
  const { home, cluster } = options
  const port = options.port ?? (await freePort())
  const url = `http://127.0.0.1:${port}`
  const token = operatorToken(home)
  const scale = cluster.clockScale
  const clock = scale === undefined ? {} : { BOYD_CLOCK: `${scale.factor},${scale.startMs},${scale.wallStartMs}` }
  const args = ['serve', '--kubeconfig', cluster.kubeconfigFile, '--home', home, '--port', String(port), '--no-watch', '--json']
  const life = { stopping: false }
  let deathCount = 0
  let lastError = ''
  let running: Running = spawnBoyd(args, { ...clock, ...options.environment })
  const supervision = (async () => {
    while (!life.stopping) {
      const finished = await running.finished
      if (life.stopping) return
      if (finished.signal === 'SIGKILL') deathCount += 1
      else lastError = `${finished.exitCode}: ${finished.stderr}`
      if (finished.exitCode === 2) return
      running = spawnBoyd(args, { ...clock, ...options.environment })
    }
  })()

  /** Asks again while the process is down: that is what every sender of webhooks does. */
  const call = async (path: string, init: RequestInit = {}): Promise<Response> => {
    for (;;) {
      if (lastError !== '') throw new Error(`boyd serve ended by itself: ${lastError}`)
      try {
        const response = await fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } })
        if (response.status < 500) return response
      } catch {
        // Dead, or not yet listening again.
      }
      await pause(POLL_MS)
    }
  }
  const text = async (path: string): Promise<string> => {
    for (;;) {
      try {
        return await (await call(path)).text()
      } catch (error) {
        if (lastError !== '') throw error
      }
    }
  }

  return {
    deaths: () => deathCount,
    async sendAlert(payload) {
      const body = JSON.parse(await (await call('/api/v1/webhooks/alertmanager', { method: 'POST', body: JSON.stringify(payload) })).text()) as { incidents: { type: 'opened'; incidentId?: string }[] }
      return body.incidents.map((one) => ({ type: one.type, ...(one.incidentId === undefined ? {} : { incident: { id: one.incidentId } as Incident }) }))
    },
    async *followLedger() {
      let next = 1
      for (;;) {
        const lines = (await text('/api/v1/ledger')).split('\n').filter((line) => line !== '')
        for (const line of lines.slice(next - 1)) {
          next += 1
          yield JSON.parse(line) as LedgerEntry
        }
        await pause(POLL_MS)
      }
    },
    async approve(entry) {
      const asked = entry.data as { approvalId: string; planHash: string }
      await call(`/api/v1/approvals/${asked.approvalId}/votes`, { method: 'POST', body: JSON.stringify({ decision: 'approve', by: 'ada', planHash: asked.planHash, reason: '' }) })
    },
    ledgerText: () => text('/api/v1/ledger'),
    async stop() {
      life.stopping = true
      running.child.kill('SIGTERM')
      await Promise.race([running.finished, pause(10_000)])
      running.child.kill('SIGKILL')
      await supervision
    },
  }
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net')
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs))
}
