/**
 * The embedded cluster: a twin that runs on the wall clock (or n times it) and is served as a Kubernetes API on
 * loopback. Boyd connects to it as to any other cluster, and so may kubectl.
 */

import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { scaledClock, systemClock, type Clock, type ClockScale } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { WorldControl } from '../ports/world-control.ts'
import type { Cluster } from '../ports/cluster.ts'
import { DEFAULT_CLUSTER_VERSION } from '../model/snapshot.ts'
import { auditEvent } from '../twin/audit-event.ts'
import { createTwin, type AuditRecord } from '../twin/twin.ts'
import { runRealtime } from '../twin/realtime.ts'
import { writeKubeconfig } from '../twin/http/kubeconfig.ts'
import { serveTwin } from '../twin/http/serve-twin.ts'

export interface EmbeddedCluster {
  readonly kubeconfigFile: string
  /** Cluster time. */
  readonly clock: Clock
  readonly clockScale: Required<ClockScale>
  readonly control: WorldControl
  /** The cluster as its administrator sees it, without HTTP in between. */
  readonly cluster: Cluster
  /** Mutating requests that came in over HTTP. */
  audit(): readonly AuditRecord[]
  stop(): Promise<void>
}

export async function startEmbeddedCluster(options: { readonly home: string; readonly factor: number; readonly seed: number; readonly log: Log }): Promise<EmbeddedCluster> {
  const { home, factor, seed, log } = options
  const startMs = systemClock().now()
  const clockScale = { factor, startMs, wallStartMs: startMs }
  const clock = scaledClock(clockScale)
  const twin = createTwin({ seed, startMs, version: DEFAULT_CLUSTER_VERSION, onRequest: writeAuditLog(join(home, 'audit.log')) })
  const realtime = runRealtime({ twin, clock, factor })
  const server = await serveTwin({ twin, log, beforeRequest: realtime.catchUp })
  const kubeconfigFile = join(home, 'kubeconfig')
  writeKubeconfig(kubeconfigFile, { kubeconfigUrl: server.kubeconfigUrl, name: 'boyd-embedded' })
  return {
    kubeconfigFile,
    clock,
    clockScale,
    control: twin.control,
    cluster: twin.cluster({ realm: 'live', user: 'story' }),
    audit: () => twin.audit(),
    async stop() {
      await server.stop()
      realtime.stop()
    },
  }
}

/** As an API server's `--audit-log-path`: what `boyd ledger reconcile` reads. */
function writeAuditLog(file: string): (record: AuditRecord) => void {
  let count = 0
  return (record) => appendFileSync(file, `${JSON.stringify(auditEvent(record, (count += 1)))}\n`)
}
