/**
 * Nodes that say that they are short of something. What a kubelet measures is not in the API, but at each look at which it is short it says
 * EvictionThresholdMet: so it is known whether it still is, and since when it is not. Of a node of which no such event was collected
 * nothing is known, and it is left as it is.
 */

import { formatBytes, parseQuantity } from '../../model/kube/quantity.ts'
import { conditionOf, isNode, isPod, type NodeObject } from '../../model/kube/workload.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { NodeCondition } from '../../ports/world-control.ts'
import { PRESSURE_STAYS_MS } from '../kubelet/pressure-state.ts'
import type { StarvedResource } from '../kubelet/shortage.ts'
import { lastTime, type Sight } from './observation.ts'

export interface NodePressure {
  /** When each was last found, where all are known of. */
  readonly foundMs?: Readonly<Partial<Record<NodeCondition, number>>>
  /** What it is short of now, and by how much. */
  readonly short?: { readonly resource: StarvedResource; readonly by: number }
}

/** Ten seconds lie between two looks (`monitoringInterval`), and at most thirty more until an evicted pod is gone (`podCleanupTimeout`). */
const LOOKS_APART_MS = 40_000
/** As many of one object's events a kubelet writes; of more, one in five minutes (`defaultSpamBurst`, client-go). */
const EVENTS_WRITTEN = 25
const STARVED: Readonly<Record<NodeCondition, readonly StarvedResource[]>> = { MemoryPressure: ['memory'], DiskPressure: ['ephemeral-storage', 'inodes'], PIDPressure: ['pids'] }
const CONDITIONS = Object.keys(STARVED) as NodeCondition[]

type Finding =
  | { readonly type: 'short'; readonly resource: StarvedResource }
  | { readonly type: 'over'; readonly lastMs: number }
  | { readonly type: 'unknown' }

export function pressuresSeen(sight: Sight): { readonly byNode: ReadonlyMap<string, NodePressure>; readonly assumptions: string[] } {
  const pressed = sight.objects.filter((object): object is NodeObject => isNode(object) && conditionsOf(object).length > 0)
  const seen = pressed.map((node) => ({ name: node.metadata.name ?? '', findings: conditionsOf(node).map((condition) => ({ condition, ...findingOf(sight, node, condition) })) }))
  return {
    byNode: new Map(seen.map(({ name, findings }) => [name, pressureOf(sight, name, findings)])),
    assumptions: seen.flatMap(({ name, findings }) => findings.map((finding) => sentence(sight, name, finding))),
  }
}

const conditionsOf = (node: NodeObject): NodeCondition[] => CONDITIONS.filter((condition) => conditionOf(node, condition)?.status === 'True')

function pressureOf(sight: Sight, name: string, findings: readonly (Finding & { readonly condition: NodeCondition })[]): NodePressure {
  const short = findings.find((finding) => finding.type === 'short')
  const isKnown = findings.every(({ type }) => type !== 'unknown')
  return {
    ...(isKnown ? { foundMs: Object.fromEntries(findings.map((finding) => [finding.condition, finding.type === 'over' ? finding.lastMs : sight.nowMs])) } : {}),
    ...(short === undefined ? {} : { short: { resource: short.resource, by: shortBy(sight, name, short.resource) } }),
  }
}

function findingOf({ objects, nowMs }: Sight, node: NodeObject, condition: NodeCondition): Finding {
  const said = objects.filter((object) => isAbout(object, node.metadata.name ?? '')).flatMap((event) => {
    const resource = STARVED[condition].find((one) => String(event['message'] ?? event['note'] ?? '') === `Attempting to reclaim ${one}`)
    const lastMs = lastTime(event)
    return resource === undefined || lastMs === undefined ? [] : [{ resource, lastMs, count: countOf(event) }]
  })
  if (conditionOf(node, 'Ready')?.status !== 'True') return { type: 'unknown' }
  const last = said.sort((left, right) => right.lastMs - left.lastMs)[0]
  if (last === undefined) return { type: 'unknown' }
  const agoMs = nowMs - last.lastMs
  if (agoMs <= LOOKS_APART_MS) return { type: 'short', resource: last.resource }
  return last.count < EVENTS_WRITTEN && agoMs < PRESSURE_STAYS_MS ? { type: 'over', lastMs: last.lastMs } : { type: 'unknown' }
}

function isAbout(object: KubeObject, node: string): boolean {
  if (object.kind !== 'Event' || object['reason'] !== 'EvictionThresholdMet') return false
  const about = (object['involvedObject'] ?? object['regarding']) as { readonly kind?: string; readonly name?: string } | undefined
  return about?.kind === 'Node' && about.name === node
}

function countOf(event: KubeObject): number {
  return Number((event['series'] as { readonly count?: number } | undefined)?.count ?? event['count'] ?? event['deprecatedCount'] ?? 1)
}

const LACK = /^The node was low on resource: (\S+)\. Threshold quantity: (\S+), available: (\S+)\. /

/** As the last pod that went for it was told; the least there is where none was. In the unit of the resource. */
function shortBy({ objects }: Sight, node: string, resource: StarvedResource): number {
  const lacks = objects.filter(isPod).filter((pod) => pod.spec?.nodeName === node && pod.status?.reason === 'Evicted').flatMap((pod) => {
    const [, of, threshold, available] = LACK.exec(pod.status?.message ?? '') ?? []
    const atText = (conditionOf(pod, 'DisruptionTarget')?.lastTransitionTime ?? '') as string
    return of === resource ? [{ atText, by: (parseQuantity(threshold) ?? 0) - (parseQuantity(available) ?? 0) }] : []
  })
  return Math.max(1, lacks.sort((left, right) => (left.atText < right.atText ? 1 : -1))[0]?.by ?? 1)
}

function sentence(sight: Sight, name: string, { condition, ...finding }: Finding & { readonly condition: NodeCondition }): string {
  if (finding.type === 'short') {
    const by = shortBy(sight, name, finding.resource)
    const amount = finding.resource === 'memory' || finding.resource === 'ephemeral-storage' ? formatBytes(by) : String(by)
    return `Node ${name} was short of ${finding.resource} at its last look (EvictionThresholdMet): it is assumed to lack ${by === 1 ? 'a little' : amount} and to end one pod after another, until those have gone that are known to hold as much.`
  }
  if (finding.type === 'over') return `Node ${name} reports ${condition} and has not been short for ${Math.round((sight.nowMs - finding.lastMs) / 1000)} s: it is assumed to report it for five minutes after that, and to end nobody for it.`
  return `Node ${name} reports ${condition}: it is assumed to stay, and nobody else to be evicted for it, as how much is left is not in the API.`
}
