/**
 * The node lifecycle controller: notices that a kubelet fell silent, and taints nodes by their condition.
 *
 * Two clocks matter to a rehearsal. Pods of a lost node turn unready at once, when the node turns Unknown, so
 * traffic and budgets feel it then; they are told to go only after the NoExecute taint, which is rationed per
 * zone, and the five minutes that most pods tolerate it. Upstream: pkg/controller/nodelifecycle.
 */

import type { NodeCondition, Taint } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs, toKubeTime } from '../../kernel/clock.ts'
import { conditionOf, isNode, isPod, type NodeObject, type PodObject } from '../../model/kube/workload.ts'
import type { Context, Controller, Forkable } from '../controller.ts'
import { CowMap } from '../cow-map.ts'
import { healthOf, type NodeHealth } from '../kubelet/liveness.ts'
import { zoneOf } from '../scheduler/node-table.ts'
import { withCondition } from '../scheduler/pod-status.ts'
import { correctedTaints, hasTaint, NOT_READY_TAINT, swappedTaints, UNREACHABLE_TAINT } from './node-taints.ts'
import { newZone, takeToken, taintRate, withRate, zoneStateOf, type ZoneCensus, type ZoneRecord } from './zone-state.ts'

export interface NodeLifecycleState extends Forkable {
  readonly zones: CowMap<ZoneRecord>
  /** Zone of each node that was put up for a NoExecute taint since it was last Ready. */
  readonly putUp: CowMap<string>
  /** No heartbeat is thought older than this: set when the controller itself was cut off from all zones. */
  trustedSinceMs: number
  isStarted: boolean
  fork(): NodeLifecycleState
}

type LifecycleContext = Context<NodeLifecycleState>

const MONITOR = 'monitor'
const TAINT = 'taint'
const NODE = 'node '
const POD = 'pod '

/** nodelifecycle/config: how long a node may take to report for the first time. */
const STARTUP_GRACE_MS = 60_000

/** Conditions that a silent kubelet no longer vouches for. */
const REPORTED = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']

const EXCLUDED_LABEL = 'node.kubernetes.io/exclude-disruption'

export type HealthOf = (context: Pick<LifecycleContext, 'stateOf'>, nodeName: string) => NodeHealth

export const nodeLifecycle = createNodeLifecycle({ healthOf })

/** `healthOf` says whether a node's kubelet reports; the twin asks its virtual kubelets. */
export function createNodeLifecycle(options: { readonly healthOf: HealthOf }): Controller<NodeLifecycleState> {
  return {
    name: 'node-controller',
    watches: ['/Node', '/Pod'],
    latencyMs: 20,
    createState: () => stateOver({ zones: new CowMap(), putUp: new CowMap(), trustedSinceMs: 0, isStarted: false }),
    *keysFor(change, _store, state) {
      const object = change.after ?? change.before
      if (object === undefined) return
      if (isNode(object) && change.after !== undefined) {
        if (!state.isStarted) yield MONITOR
        state.isStarted = true
        yield `${NODE}${object.metadata.name ?? ''}`
      }
      if (isPod(object) && change.after !== undefined && wasJustAssigned(change.before as PodObject | undefined, object)) {
        yield `${POD}${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`
      }
    },
    sync(key, context) {
      if (key === MONITOR) monitor(context, options.healthOf)
      else if (key === TAINT) taintWaiting(context)
      else if (key.startsWith(NODE)) correctTaints(key.slice(NODE.length), context)
      else unreadyIfNodeIs(key.slice(POD.length), context)
    },
  }
}

function stateOver(parts: Omit<NodeLifecycleState, 'fork'>): NodeLifecycleState {
  const state: NodeLifecycleState = {
    ...parts,
    fork: () => stateOver({ zones: state.zones.fork(), putUp: state.putUp.fork(), trustedSinceMs: state.trustedSinceMs, isStarted: state.isStarted }),
  }
  return state
}

function monitor(context: LifecycleContext, health: HealthOf): void {
  const census = new Map<string, ZoneCensus>()
  const nodes = Array.from(context.store.list('/Node')).filter(isNode)
  for (const node of nodes) {
    const current = noticeSilence(node, context, health)
    const zone = zoneOf(node.metadata.labels ?? {})
    const ready = conditionOf(current, 'Ready')?.status
    if (current.metadata.labels?.[EXCLUDED_LABEL] === undefined) census.set(zone, counted(census.get(zone), ready === 'True'))
    ensureZone(zone, context)
    followReadiness(current, zone, context)
  }
  judgeZones(census, nodes, context)
  taintWaiting(context)
  context.wakeAfter(MONITOR, context.profile.nodeMonitorPeriodMs)
}

function counted(before: ZoneCensus | undefined, isReady: boolean): ZoneCensus {
  const { ready = 0, notReady = 0 } = before ?? {}
  return isReady ? { ready: ready + 1, notReady } : { ready, notReady: notReady + 1 }
}

function ensureZone(zone: string, { state, profile }: LifecycleContext): void {
  if (!state.zones.has(zone)) state.zones.set(zone, newZone(profile))
}

/** The node as it stands after its silence, if any, was written down; its pods turn unready with it. */
function noticeSilence(node: NodeObject, context: LifecycleContext, health: HealthOf): NodeObject {
  const lastHeardMs = lastHeartbeat(node, health(context, node.metadata.name ?? ''))
  const before = conditionOf(node, 'Ready')?.status
  const graceMs = before === undefined ? STARTUP_GRACE_MS : context.profile.nodeMonitorGraceMs
  const isSilent = lastHeardMs !== undefined && context.nowMs() > Math.max(lastHeardMs, context.state.trustedSinceMs) + graceMs
  const current = isSilent && before !== 'Unknown' ? markUnknown(node, context) : node
  const after = conditionOf(current, 'Ready')?.status
  if (before === 'True' && after !== 'True') {
    context.recordEvent(current, { type: 'Normal', reason: 'NodeNotReady', message: `Node ${node.metadata.name ?? ''} status is now: NodeNotReady` })
    for (const pod of context.store.podsOn(node.metadata.name ?? '')) markUnready(pod, context)
  }
  return current
}

/** When the kubelet was last heard; undefined while it reports. A node that never reported counts from its creation. */
function lastHeartbeat(node: NodeObject, health: NodeHealth): number | undefined {
  if (health.type === 'silent') return health.sinceMs
  return conditionOf(node, 'Ready') === undefined ? parseTimeMs(node.metadata.creationTimestamp) : undefined
}

function markUnknown(node: NodeObject, context: LifecycleContext): NodeObject {
  const now = toKubeTime(context.nowMs())
  const known = node.status?.conditions ?? []
  const kept = known.map((condition): NodeCondition => {
    if (!REPORTED.includes(condition.type) || condition.status === 'Unknown') return condition
    return { ...condition, status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.', lastTransitionTime: now }
  })
  const missing = REPORTED.filter((type) => !known.some((condition) => condition.type === type)).map((type) => neverPosted(type, node, now))
  return context.api.updateStatus(node, { ...node.status, conditions: [...kept, ...missing] }) as NodeObject
}

function neverPosted(type: string, node: NodeObject, now: string): NodeCondition {
  const heard = node.metadata.creationTimestamp
  return {
    type,
    status: 'Unknown',
    reason: 'NodeStatusNeverUpdated',
    message: 'Kubelet never posted node status.',
    ...(heard === undefined ? {} : { lastHeartbeatTime: heard }),
    lastTransitionTime: now,
  }
}

function markUnready(pod: PodObject, context: LifecycleContext): void {
  const ready = conditionOf(pod, 'Ready')
  if (ready?.status !== 'True') return
  const { reason, message } = ready
  const status = withCondition(pod.status, { type: 'Ready', status: 'False', ...(reason === undefined ? {} : { reason }), ...(message === undefined ? {} : { message }) }, context.nowMs())
  context.api.updateStatus(pod, status)
  context.recordEvent(pod, { type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready' })
}

/** A kubelet that reports NotReady does not make its pods unready by itself; this controller does, for both kinds. */
function unreadyIfNodeIs(podKey: string, context: LifecycleContext): void {
  const pod = context.store.byKey(`/Pod|${podKey.replace('/', '|')}`)
  if (pod === undefined || !isPod(pod)) return
  const node = context.store.get({ apiVersion: 'v1', kind: 'Node', name: pod.spec?.nodeName ?? '' })
  const ready = node === undefined ? undefined : conditionOf(node, 'Ready')?.status
  if (ready !== undefined && ready !== 'True') markUnready(pod, context)
}

function wasJustAssigned(before: PodObject | undefined, after: PodObject): boolean {
  return (after.spec?.nodeName ?? '') !== '' && before?.spec?.nodeName !== after.spec?.nodeName
}

/** Puts an unready node up for its taint, exchanges the wrong taint at once, and clears a node that is back. */
function followReadiness(node: NodeObject, zone: string, context: LifecycleContext): void {
  switch (conditionOf(node, 'Ready')?.status) {
    case 'True':
      return clearNode(node, context)
    case 'False':
      return hasTaint(node, UNREACHABLE_TAINT) ? swapTaint(node, NOT_READY_TAINT, context) : putUp(node, zone, context)
    case 'Unknown':
      return hasTaint(node, NOT_READY_TAINT) ? swapTaint(node, UNREACHABLE_TAINT, context) : putUp(node, zone, context)
    default:
  }
}

function putUp(node: NodeObject, zone: string, { state, profile }: LifecycleContext): void {
  const name = node.metadata.name ?? ''
  if (state.putUp.has(name)) return
  const record = state.zones.get(zone) ?? newZone(profile)
  state.putUp.set(name, zone)
  state.zones.set(zone, { ...record, waiting: [...record.waiting, name] })
}

function clearNode(node: NodeObject, context: LifecycleContext): void {
  const { state } = context
  const name = node.metadata.name ?? ''
  const zone = state.putUp.get(name)
  const record = zone === undefined ? undefined : state.zones.get(zone)
  if (zone !== undefined && record !== undefined) state.zones.set(zone, { ...record, waiting: record.waiting.filter((other) => other !== name) })
  state.putUp.delete(name)
  if (hasTaint(node, NOT_READY_TAINT) || hasTaint(node, UNREACHABLE_TAINT)) {
    writeTaints(node, swappedTaints(node.spec?.taints ?? [], { add: [], remove: [NOT_READY_TAINT, UNREACHABLE_TAINT], nowMs: context.nowMs() }), context)
  }
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

function correctTaints(name: string, context: LifecycleContext): void {
  const node = context.store.get({ apiVersion: 'v1', kind: 'Node', name })
  if (node === undefined || !isNode(node)) return
  const taints = correctedTaints(node, context.nowMs())
  if (taints !== undefined) writeTaints(node, taints, context)
}

/** Taints as many waiting nodes as each zone's limiter allows, and comes back when the next token is due. */
function taintWaiting(context: LifecycleContext): void {
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
    if (waiting.length > 0 && limiter.perSecond > 0) context.wakeAfter(TAINT, limiter.nextTokenMs - context.nowMs())
  }
}

/** Sets each zone's pace; with every zone down, tainting stops and the taints that are there are taken back. */
function judgeZones(census: ReadonlyMap<string, ZoneCensus>, nodes: readonly NodeObject[], context: LifecycleContext): void {
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

function suspend(nodes: readonly NodeObject[], context: LifecycleContext): void {
  const { state } = context
  for (const node of nodes) {
    const latest = context.store.get({ apiVersion: 'v1', kind: 'Node', name: node.metadata.name ?? '' })
    if (latest !== undefined && isNode(latest)) clearNode(latest, context)
  }
  for (const [zone, record] of Array.from(state.zones.entries())) {
    state.zones.set(zone, { ...record, state: 'full-disruption', limiter: withRate(record.limiter, 0, context.nowMs()) })
  }
}
