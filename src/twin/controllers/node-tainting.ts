/** Who is tainted when: nodes are put up as they turn unready, zones set the pace, taints follow and are taken back. */

import type { Taint } from 'kubernetes-types/core/v1.d.ts'
import { conditionOf, isNode, type NodeObject } from '../../model/kube/workload.ts'
import type { LifecycleContext } from './node-lifecycle-state.ts'
import { TAINT } from './node-lifecycle-state.ts'
import { correctedTaints, hasTaint, NOT_READY_TAINT, swappedTaints, UNREACHABLE_TAINT } from './node-taints.ts'
import { newZone, takeToken, taintRate, withRate, zoneStateOf, type ZoneCensus } from './zone-state.ts'

export function ensureZone(zone: string, { state, profile }: LifecycleContext): void {
  if (!state.zones.has(zone)) state.zones.set(zone, newZone(profile))
}

/** Exchanges the wrong taint at once, and clears a node that is back. True for a node that is to be put up for its taint. */
export function followReadiness(node: NodeObject, context: LifecycleContext): boolean {
  switch (conditionOf(node, 'Ready')?.status) {
    case 'True':
      clearNode(node, context)
      return false
    case 'False':
      return followed(node, { taint: NOT_READY_TAINT, opposite: UNREACHABLE_TAINT }, context)
    case 'Unknown':
      return followed(node, { taint: UNREACHABLE_TAINT, opposite: NOT_READY_TAINT }, context)
    default:
      return false
  }
}

function followed(node: NodeObject, { taint, opposite }: { readonly taint: Taint; readonly opposite: Taint }, context: LifecycleContext): boolean {
  if (!hasTaint(node, opposite)) return !hasTaint(node, taint) || !context.state.putUp.has(node.metadata.name ?? '')
  swapTaint(node, taint, context)
  return false
}

/** Every look puts up anew, in its own order, whoever is without the taint: nobody keeps a place in the queue. */
export function putUp(names: readonly string[], zone: string, { state, profile }: LifecycleContext): void {
  const record = state.zones.get(zone) ?? newZone(profile)
  const anew = new Set(names)
  for (const name of names) state.putUp.set(name, zone)
  state.zones.set(zone, { ...record, waiting: [...record.waiting.filter((name) => !anew.has(name)), ...names] })
}

function clearNode(node: NodeObject, context: LifecycleContext): void {
  const { state } = context
  const name = node.metadata.name ?? ''
  const zone = state.putUp.get(name)
  const record = zone === undefined ? undefined : state.zones.get(zone)
  if (zone !== undefined && record !== undefined) state.zones.set(zone, { ...record, waiting: record.waiting.filter((other) => other !== name) })
  state.putUp.delete(name)
  const remove = [NOT_READY_TAINT, UNREACHABLE_TAINT].filter((taint) => hasTaint(node, taint))
  const latest = remove.length === 0 ? undefined : context.store.get({ apiVersion: 'v1', kind: 'Node', name })
  if (latest !== undefined && isNode(latest)) writeTaints(node, swappedTaints(latest.spec?.taints ?? [], { add: [], remove, nowMs: context.nowMs() }), context)
}

function swapTaint(node: NodeObject, taint: Taint, context: LifecycleContext): void {
  const opposite = taint === NOT_READY_TAINT ? UNREACHABLE_TAINT : NOT_READY_TAINT
  writeTaints(node, swappedTaints(node.spec?.taints ?? [], { add: [taint], remove: [opposite], nowMs: context.nowMs() }), context)
}

/** The latest object is written over, so that this pass keeps what an earlier step of it wrote. */
function writeTaints(node: NodeObject, taints: readonly Taint[], context: LifecycleContext): void {
  const latest = context.store.get({ apiVersion: 'v1', kind: 'Node', name: node.metadata.name ?? '' })
  if (latest === undefined || !isNode(latest)) return
  const { taints: _, ...spec } = latest.spec ?? {}
  context.api.update({ ...latest, spec: taints.length === 0 ? spec : { ...spec, taints } })
}

/** Mirrors conditions and the cordon in NoSchedule taints. */
export function correctTaints(name: string, context: LifecycleContext): void {
  const node = context.store.get({ apiVersion: 'v1', kind: 'Node', name })
  if (node === undefined || !isNode(node)) return
  const taints = correctedTaints(node, context.nowMs())
  if (taints !== undefined) writeTaints(node, taints, context)
}

/** nodelifecycle/scheduler: how often waiting nodes are looked at. A token is used up to so long after it is there, and after a look of that instant. */
const TAINT_PERIOD_MS = 100

/** Taints as many waiting nodes as each zone's limiter allows, and comes back when the next token is due. */
export function taintWaiting(context: LifecycleContext): void {
  const { state, store } = context
  for (const [zone, record] of Array.from(state.zones.entries())) {
    let { limiter, waiting } = record
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const left = takeToken(limiter, context.nowMs())
      if (left === undefined) break
      limiter = left
      waiting = waiting.slice(1)
      const node = store.get({ apiVersion: 'v1', kind: 'Node', name: next })
      const ready = node === undefined ? undefined : conditionOf(node, 'Ready')?.status
      if (node !== undefined && isNode(node) && (ready === 'False' || ready === 'Unknown')) swapTaint(node, ready === 'False' ? NOT_READY_TAINT : UNREACHABLE_TAINT, context)
    }
    state.zones.set(zone, { ...record, limiter, waiting })
    if (waiting.length > 0 && limiter.perSecond > 0) context.wakeAfter(TAINT, limiter.nextTokenMs - context.nowMs() + TAINT_PERIOD_MS / 2)
  }
}

/** Sets each zone's pace; with every zone down, tainting stops and the taints that are there are taken back. */
export function judgeZones(census: ReadonlyMap<string, ZoneCensus>, nodes: readonly NodeObject[], context: LifecycleContext): void {
  const { state, profile } = context
  const states = new Map(Array.from(census, ([zone, counts]) => [zone, zoneStateOf(counts, profile)] as const))
  const isAllDown = Array.from(states.values()).every((zoneState) => zoneState === 'full-disruption')
  const wasAllDown = Array.from(census.keys()).every((zone) => state.zones.get(zone)?.state === 'full-disruption')
  if (isAllDown && wasAllDown) return
  if (isAllDown) return suspend(nodes, context)
  if (wasAllDown) state.trustedSinceMs = context.nowMs()
  for (const [zone, zoneState] of states) {
    const record = state.zones.get(zone) ?? newZone(profile)
    if (record.state === zoneState && !wasAllDown) continue
    const counts = census.get(zone) ?? { ready: 0, notReady: 0 }
    const limiter = withRate(record.limiter, taintRate(zoneState, counts.ready + counts.notReady, profile), context.nowMs())
    state.zones.set(zone, { ...record, state: zoneState, limiter })
  }
}

/** Taken back is what was there when the look began: a taint that this look has exchanged for another stays. */
function suspend(nodes: readonly NodeObject[], context: LifecycleContext): void {
  const { state } = context
  for (const node of nodes) clearNode(node, context)
  // The next look puts them up again, tokens or not.
  state.isQuiet = false
  for (const [zone, record] of Array.from(state.zones.entries())) {
    state.zones.set(zone, { ...record, state: 'full-disruption', limiter: withRate(record.limiter, 0, context.nowMs()) })
  }
}
