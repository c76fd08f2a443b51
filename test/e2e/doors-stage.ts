/**
 * Boyd as its users meet it: `boyd serve` in a process of its own, over an embedded cluster in the test's, with the stage
 * of a story set; and the two doors to it, the command line (again processes) and HTTP.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { STORIES_FOLDER } from '../../src/app/config.ts'
import { startEmbeddedCluster, type EmbeddedCluster } from '../../src/app/embedded-cluster.ts'
import { setStage } from '../../src/app/story/set-stage.ts'
import { loadStory } from '../../src/app/story/story.ts'
import { operatorToken } from '../../src/app/token.ts'
import { evaluateCondition } from '../../src/audit/conditions.ts'
import type { ApprovalWire, IncidentDetailWire } from '../../src/http/contract.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { detectHazard } from '../../src/loop/detect-hazard.ts'
import { takeSnapshot } from '../../src/loop/take-snapshot.ts'
import { runBoyd, spawnBoyd, type Finished, type Running } from '../support/boyd-process.ts'

export interface Taken {
  readonly type: string
  readonly incidentId: string
}

export interface Doors {
  readonly home: string
  readonly cluster: EmbeddedCluster
  readonly url: string
  /** Runs `boyd …` in the home of this server, eighty columns wide. */
  boyd(...args: readonly string[]): Promise<Finished>
  /** With the token, unless headers say otherwise. */
  request(path: string, init?: RequestInit): Promise<Response>
  /** Posts the story's alert; `change` is laid over the one alert in it. */
  alert(change?: Readonly<Record<string, unknown>>): Promise<Taken>
  /** The request that waits for a person about this incident; waits until there is one. */
  asked(incidentId: string): Promise<ApprovalWire>
  /** The incident once its mission has ended. */
  ended(incidentId: string): Promise<IncidentDetailWire>
  /** What the server has written to its log so far. */
  logged(): string
  stop(): Promise<void>
}

const POLL_MS = 150
const WAIT_MS_MAX = 60_000

export async function openDoors(options: { readonly story: string; readonly speed: number }): Promise<Doors> {
  const home = mkdtempSync(join(tmpdir(), 'boyd-doors-'))
  const cluster = await startEmbeddedCluster({ home, factor: options.speed, seed: 7, log: silentLog() })
  const serving = serve(home, cluster)
  let logged = ''
  serving.child.stderr?.on('data', (chunk: Buffer) => (logged += chunk.toString('utf8')))
  const [url, staged] = await Promise.all([addressOf(serving), setStage(stageOf(cluster), loadStory(STORIES_FOLDER, options.story))])
  const payload = staged as { readonly alerts: readonly object[] }
  const token = operatorToken(home)

  const request: Doors['request'] = (path, init = {}) => fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } })
  const read = async <T>(path: string): Promise<T> => (await (await request(path)).json()) as T
  return {
    home,
    cluster,
    url,
    request,
    boyd: (...args) => runBoyd(args, { BOYD_HOME: home, COLUMNS: '80', KUBECONFIG: '', DATABASE_URL: '' }),
    async alert(change = {}) {
      const body = JSON.stringify({ ...payload, ...change, alerts: payload.alerts.map((one) => ({ ...one, ...change })) })
      const response = await request('/api/v1/webhooks/alertmanager', { method: 'POST', body })
      const [taken] = ((await response.json()) as { incidents: Taken[] }).incidents
      if (taken === undefined) throw new Error(`the alert was answered ${response.status}`)
      return taken
    },
    asked: (incidentId) =>
      until(`a question about ${incidentId}`, async () => {
        const { approvals } = await read<{ approvals: ApprovalWire[] }>('/api/v1/approvals?state=pending')
        return approvals.find((approval) => approval.incidentId === incidentId)
      }),
    ended: (incidentId) =>
      until(`the end of ${incidentId}`, async () => {
        const detail = await read<IncidentDetailWire>(`/api/v1/incidents/${incidentId}`)
        return detail.report.outcome === 'open' ? undefined : detail
      }),
    logged: () => logged,
    async stop() {
      serving.child.kill('SIGTERM')
      await serving.finished
      await cluster.stop()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function serve(home: string, { kubeconfigFile, clockScale }: EmbeddedCluster): Running {
  const { factor, startMs, wallStartMs } = clockScale
  return spawnBoyd(['serve', '--kubeconfig', kubeconfigFile, '--home', home, '--port', '0', '--no-watch', '--json'], { BOYD_CLOCK: `${factor},${startMs},${wallStartMs}` })
}

/** The line it prints once it listens. */
async function addressOf(serving: Running): Promise<string> {
  let printed = ''
  serving.child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString('utf8')))
  await until('boyd serve to listen', () => {
    if (serving.child.exitCode !== null) throw new Error(`boyd serve ended with ${serving.child.exitCode}`)
    return Promise.resolve(printed.includes('\n') ? printed : undefined)
  })
  return (JSON.parse(printed) as { url: string }).url
}

function stageOf({ cluster, control, clock }: EmbeddedCluster): Parameters<typeof setStage>[0] {
  return {
    cluster,
    control,
    clock,
    takeSnapshot: () => takeSnapshot({ cluster, clock }),
    holds: (condition, view) => evaluateCondition(condition, { view, detect: detectHazard }).held,
  }
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let waitedMs = 0; waitedMs < WAIT_MS_MAX; waitedMs += POLL_MS) {
    const found = await look()
    if (found !== undefined) return found
    await pause(POLL_MS)
  }
  throw new Error(`waited ${WAIT_MS_MAX} ms for ${what}`)
}
