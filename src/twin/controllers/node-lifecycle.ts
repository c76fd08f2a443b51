/**
 * The node lifecycle controller: notices that a kubelet fell silent, and taints nodes by their condition.
 *
 * Two clocks matter to a rehearsal. Pods of a lost node turn unready at once, when the node turns Unknown, so
 * traffic and budgets feel it then; they are told to go only after the NoExecute taint, which is rationed per
 * zone, and the five minutes that most pods tolerate it. Upstream: pkg/controller/nodelifecycle.
 */

import { conditionOf, isNode, isPod, type PodObject } from '../../model/kube/workload.ts'
import type { Controller } from '../controller.ts'
import { healthOf, silentNodes } from '../kubelet/liveness.ts'
import { zoneOf } from '../scheduler/node-table.ts'
import { createNodeLifecycleState, TAINT, type LifecycleContext, type NodeLifecycleState } from './node-lifecycle-state.ts'
import { markUnready, noticeSilence, type HealthOf } from './node-silence.ts'
import { correctTaints, ensureZone, followReadiness, judgeZones, taintWaiting } from './node-tainting.ts'
import type { ZoneCensus } from './zone-state.ts'

const MONITOR = 'monitor'
const NODE = 'node '
const POD = 'pod '

const EXCLUDED_LABEL = 'node.kubernetes.io/exclude-disruption'

export const nodeLifecycle = createNodeLifecycle({ healthOf, silentNodes })

/** Whether a node's kubelet reports, and which do not; the twin asks its virtual kubelets. */
interface Listening {
  readonly healthOf: HealthOf
  readonly silentNodes: (context: Pick<LifecycleContext, 'stateOf'>) => readonly string[]
}

export function createNodeLifecycle(options: Listening): Controller<NodeLifecycleState> {
  return {
    name: 'node-controller',
    watches: ['/Node', '/Pod'],
    latencyMs: 20,
    createState: createNodeLifecycleState,
    *keysFor(change, _store, state) {
      const object = change.after ?? change.before
      if (object === undefined) return
      if (isNode(object)) state.isQuiet = false
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
      if (key === MONITOR) monitor(context, options)
      else if (key === TAINT) taintWaiting(context)
      else if (key.startsWith(NODE)) correctTaints(key.slice(NODE.length), context)
      else unreadyIfNodeIs(key.slice(POD.length), context)
    },
  }
}

function monitor(context: LifecycleContext, listening: Listening): void {
  if (!context.state.isQuiet || listening.silentNodes(context).some((name) => !isKnownSilent(name, context))) pass(context, listening.healthOf)
  context.wakeAfter(MONITOR, context.profile.nodeMonitorPeriodMs)
}

/** Its silence was written down already: nothing more follows from it but by a change. */
function isKnownSilent(name: string, { store }: LifecycleContext): boolean {
  const node = store.get({ apiVersion: 'v1', kind: 'Node', name })
  return node === undefined || conditionOf(node, 'Ready')?.status === 'Unknown'
}

function pass(context: LifecycleContext, health: HealthOf): void {
  const { state } = context
  state.isQuiet = true
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
  const isWaiting = nodes.some((node) => conditionOf(node, 'Ready') === undefined) || Array.from(state.zones.values()).some(({ waiting }) => waiting.length > 0)
  state.isQuiet &&= !isWaiting
}

function counted(before: ZoneCensus | undefined, isReady: boolean): ZoneCensus {
  const { ready = 0, notReady = 0 } = before ?? {}
  return isReady ? { ready: ready + 1, notReady } : { ready, notReady: notReady + 1 }
}

/**
 * A pod that comes to a node which is not ready is not ready either. Pods that are there already turn unready only
 * when the node falls silent: a kubelet that reports NotReady still vouches for its pods, and upstream leaves them.
 */
function unreadyIfNodeIs(podKey: string, context: LifecycleContext): void {
  const pod = context.store.byKey(`/Pod|${podKey.replace('/', '|')}`)
  if (pod === undefined || !isPod(pod)) return
  const node = context.store.get({ apiVersion: 'v1', kind: 'Node', name: pod.spec?.nodeName ?? '' })
  const ready = node === undefined ? undefined : conditionOf(node, 'Ready')?.status
  if (ready !== undefined && ready !== 'True') markUnready(pod, context)
}

/** A pod that a kubelet has seen already was assigned before this twin began: it came with a snapshot. */
function wasJustAssigned(before: PodObject | undefined, after: PodObject): boolean {
  const cameWithSnapshot = before === undefined && after.status?.startTime !== undefined
  return !cameWithSnapshot && (after.spec?.nodeName ?? '') !== '' && before?.spec?.nodeName !== after.spec?.nodeName
}

