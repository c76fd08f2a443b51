/** `boyd serve` under a supervisor that starts it again whenever it dies, as systemd or a kubelet would. */

import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { EmbeddedCluster } from '../../src/app/embedded-cluster.ts'
import { operatorToken } from '../../src/app/token.ts'
import type { LedgerEntry } from '../../src/model/ledger-entry.ts'
import type { IntakeResult } from '../../src/ports/store.ts'
import { standByBoyd, type Finished, type Running } from './boyd-process.ts'

export interface Supervised {
  /** How often it was killed, by itself at a crash point or by `kill`. */
  deaths(): number
  /** Ends that were no kill, after it had been up. */
  ownEnds(): readonly Finished[]
  /** As `kill -9`, now. */
  kill(): void
  /** Resolves once the present life answers; a life that ends before is waited past. */
  up(): Promise<void>
  sendAlert(payload: unknown): Promise<readonly Pick<IntakeResult, 'type' | 'incident'>[]>
  followLedger(signal: AbortSignal): AsyncIterable<LedgerEntry>
  approve(entry: LedgerEntry): Promise<void>
  ledgerText(): Promise<string>
  stop(): Promise<void>
}

export interface SupervisedOptions {
  readonly home: string
  readonly cluster: Pick<EmbeddedCluster, 'kubeconfigFile'> & Partial<Pick<EmbeddedCluster, 'clockScale'>>
  readonly environment?: Readonly<Record<string, string>>
}

const POLL_MS = 200
const STOP_TIMEOUT_MS = 10_000

export async function serveUntilDone(options: SupervisedOptions): Promise<Supervised> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const token = operatorToken(options.home)
  const life = supervise(() => standBy(options, port), url)

  /** Asks again while the process is down: that is what every sender of webhooks does. */
  const text = async (path: string, init: RequestInit = {}): Promise<string> => {
    for (;;) {
      life.assertServing()
      try {
        const response = await fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } })
        const body = await response.text()
        if (response.ok) return body
        if (response.status < 500) throw new Refused(`${path} was answered ${response.status}: ${body}`)
      } catch (error) {
        if (error instanceof Refused) throw error
      }
      await pause(POLL_MS)
    }
  }

  return {
    deaths: life.deaths,
    ownEnds: life.ownEnds,
    kill: life.kill,
    stop: life.stop,
    up: async () => void (await text('/healthz')),
    async sendAlert(payload) {
      const body = JSON.parse(await text('/api/v1/webhooks/alertmanager', { method: 'POST', body: JSON.stringify(payload) })) as { incidents: { type: IntakeResult['type']; incidentId: string }[] }
      return body.incidents.map(({ type, incidentId }) => ({ type, incident: { id: incidentId } as Required<IntakeResult>['incident'] }))
    },
    async *followLedger(signal) {
      for (let seen = 0; !signal.aborted; await pause(POLL_MS)) {
        const lines = linesOf(await text('/api/v1/ledger')).slice(seen)
        seen += lines.length
        yield* lines.map((line) => JSON.parse(line) as LedgerEntry)
      }
    },
    async approve(entry) {
      const asked = entry.data as { approvalId: string; planHash: string }
      await text(`/api/v1/approvals/${asked.approvalId}/votes`, { method: 'POST', body: JSON.stringify({ decision: 'approve', planHash: asked.planHash, reason: '' }) })
    },
    ledgerText: () => text('/api/v1/ledger'),
  }
}

/** An answer that asking again will not change. */
class Refused extends Error {}

interface Lives extends Pick<Supervised, 'deaths' | 'ownEnds' | 'kill' | 'stop'> {
  /** Throws when it ended by itself before it was ever up: starting it again would not help. */
  assertServing(): void
}

function supervise(standBy: () => Standing, url: string): Lives {
  const ownEnds: Finished[] = []
  let deaths = 0
  const life: { stopping: boolean; broken: Finished | undefined } = { stopping: false, broken: undefined }
  let next = standBy()
  const start = (): Running => {
    const running = next
    running.go()
    next = standBy()
    return running
  }
  let running = start()
  const supervision = (async () => {
    while (!life.stopping && life.broken === undefined) {
      const finished = await running.finished
      if (life.stopping) return
      if (finished.signal === 'SIGKILL') deaths += 1
      else if (finished.stdout.includes(url)) ownEnds.push(finished)
      else life.broken = finished
      if (life.broken === undefined) running = start()
    }
  })()
  return {
    deaths: () => deaths,
    ownEnds: () => ownEnds,
    kill: () => void running.child.kill('SIGKILL'),
    assertServing() {
      if (life.broken !== undefined) throw new Error(`boyd serve does not start: ${life.broken.exitCode}: ${life.broken.stderr}`)
    },
    async stop() {
      life.stopping = true
      running.child.kill('SIGTERM')
      await Promise.race([running.finished, pause(STOP_TIMEOUT_MS)])
      running.child.kill('SIGKILL')
      next.child.kill('SIGKILL')
      await Promise.all([supervision, next.finished])
    },
  }
}

type Standing = ReturnType<typeof standByBoyd>

function standBy({ home, cluster, environment }: SupervisedOptions, port: number): Standing {
  const scale = cluster.clockScale
  const clock = scale === undefined ? {} : { BOYD_CLOCK: `${scale.factor},${scale.startMs},${scale.wallStartMs}` }
  return standByBoyd(['serve', '--kubeconfig', cluster.kubeconfigFile, '--home', home, '--port', String(port), '--no-watch', '--json'], { ...clock, ...environment })
}

/** A last line that a death cut short is no line yet. */
function linesOf(text: string): readonly string[] {
  return text.slice(0, text.lastIndexOf('\n') + 1).split('\n').filter((line) => line !== '')
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
