/** The health of nodes as a snapshot shows it: a node that is not Ready stays so, for the reason it gives; one whose lease runs out is about to be. */

import { parseTimeMs } from '../../kernel/clock.ts'
import { conditionOf, isNode, isReady, type NodeObject } from '../../model/kube/workload.ts'
import type { NodeCondition } from '../../ports/world-control.ts'
import type { NodeHealth } from '../kubelet/liveness.ts'
import type { VersionProfile } from '../profile.ts'
import type { StoreReader } from '../store.ts'

const PRESSURES: readonly NodeCondition[] = ['DiskPressure', 'MemoryPressure', 'PIDPressure']

/** Undefined for a healthy node, and for one whose conditions nobody collected. */
export function observedHealth(node: NodeObject, nowMs: number): NodeHealth | undefined {
  const ready = conditionOf(node, 'Ready') as { status?: string; message?: string; lastHeartbeatTime?: string; lastTransitionTime?: string } | undefined
  if (ready === undefined) return undefined
  if (ready.status === 'Unknown') return { type: 'silent', sinceMs: parseTimeMs(ready.lastHeartbeatTime) ?? parseTimeMs(ready.lastTransitionTime) ?? nowMs }
  const conditions = PRESSURES.filter((pressure) => conditionOf(node, pressure)?.status === 'True')
  if (ready.status === 'True' && conditions.length === 0) return undefined
  if (ready.status === 'True') return { type: 'pressed', conditions }
  return { type: 'not-ready', conditions, message: ready.message ?? 'kubelet is not ready' }
}

/** A kubelet renews its lease every ten seconds: it has missed two. */
const MISSED_MS = 25_000

/**
 * Nodes that are still Ready and were not heard of lately, and since when. Clocks differ and lists are of different moments, so each
 * lease is held against the newest one; a node that should have turned Unknown long ago shows only that they do not fit together.
 */
export function recentSilences({ store, profile, nowMs }: { readonly store: StoreReader; readonly profile: VersionProfile; readonly nowMs: number }): ReadonlyMap<string, number> {
  const heard = [...store.list('/Node')].filter(isNode).flatMap((node) => {
    const lease = store.get({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: 'kube-node-lease', name: node.metadata.name ?? '' })
    const renewedMs = parseTimeMs((lease?.['spec'] as { readonly renewTime?: string } | undefined)?.renewTime)
    const postedMs = parseTimeMs((conditionOf(node, 'Ready') as { readonly lastHeartbeatTime?: string } | undefined)?.lastHeartbeatTime) ?? 0
    return renewedMs === undefined ? [] : [{ node, atMs: Math.max(renewedMs, postedMs) }]
  })
  const newestMs = heard.reduce((newest, { atMs }) => Math.max(newest, atMs), 0)
  const lost = heard.filter(({ node, atMs }) => isReady(node) && newestMs - atMs >= MISSED_MS && newestMs - atMs <= profile.nodeMonitorGraceMs + profile.nodeMonitorPeriodMs)
  return new Map(lost.map(({ node, atMs }) => [node.metadata.name ?? '', nowMs - (newestMs - atMs)]))
}
