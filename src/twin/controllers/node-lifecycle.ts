/**
 * The node lifecycle controller: notices that a kubelet fell silent, and taints nodes by their condition.
 *
 * Two clocks matter to a rehearsal. Pods of a lost node turn unready at once, when the node turns Unknown, so
 * traffic and budgets feel it then; they are told to go only after the NoExecute taint, which is rationed per
 * zone, and the five minutes that most pods tolerate it. Upstream: pkg/controller/nodelifecycle.
 */

import type { KubeObject } from '../../model/kube-object.ts'
import { conditionOf, isNode, isPod, isReady, type NodeObject, type PodObject } from '../../model/kube/workload.ts'
import type { Controller } from '../controller.ts'
import { healthOf, silentNodes } from '../kubelet/liveness.ts'
import { zoneOf } from '../scheduler/node-table.ts'
import { createNodeLifecycleState, TAINT, type LifecycleContext, type NodeLifecycleState } from './node-lifecycle-state.ts'
import { markUnready, noticeSilence, type HealthOf } from './node-silence.ts'
import { hasTaint, NOT_READY_TAINT, UNREACHABLE_TAINT } from './node-taints.ts'
import { correctTaints, ensureZone, followReadiness, judgeZones, putUp, taintWaiting } from './node-tainting.ts'

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
    observe({ before, after }, { unknown }) {
      const object = after ?? before
      if (object === undefined || !isNode(object)) return
      if (after !== undefined && standingOf(after as NodeObject).ready === 'Unknown') unknown.set(object.metadata.name ?? '', true)
      else unknown.delete(object.metadata.name ?? '')
    },
    *keysFor(change, _store, state) {
      const object = change.after ?? change.before
      if (object === undefined) return
      if (isNode(object) && !standsTheSame(change.before, change.after)) state.isQuiet = false
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
  if (!context.state.isQuiet || listening.silentNodes(context).some((name) => !isKnownSilent(name, context))) pass(context, listening)
  else taintWaiting(context)
  context.wakeAfter(MONITOR, context.profile.nodeMonitorPeriodMs)
}

/** Its silence was written down already: nothing more follows from it but by a change. */
function isKnownSilent(name: string, { state, store }: LifecycleContext): boolean {
  return state.unknown.has(name) || store.get({ apiVersion: 'v1', kind: 'Node', name }) === undefined
}

function pass(context: LifecycleContext, { healthOf, silentNodes }: Listening): void {
  const { state } = context
  state.isQuiet = true
  const census = new Map<string, { ready: number; notReady: number }>()
  const waiting = new Map<string, string[]>()
  const nodes = Array.from(context.store.list('/Node')).filter(isNode)
  const suspects = new Set([...silentNodes(context), ...state.putUp.keys()])
  for (const node of nodes) {
    const { zone, isCounted, isWell } = standingOf(node)
    const name = node.metadata.name ?? ''
    const { current, waits } = isWell && !suspects.has(name) ? { current: node, waits: false } : judged(node, { context, health: healthOf })
    if (waits) listFor(waiting, zone).push(name)
    const isUp = (isWell && current === node) || isReady(current)
    noteWell(name, isUp || conditionOf(current, 'Ready') === undefined, state)
    if (isCounted) count(census, zone, isUp)
    ensureZone(zone, context)
  }
  for (const [zone, names] of waiting) putUp(names, zone, context)
  judgeZones(census, nodes, context)
  taintWaiting(context)
  state.isQuiet &&= nodes.every((node) => standingOf(node).ready !== undefined)
}

function listFor(lists: Map<string, string[]>, zone: string): string[] {
  const list = lists.get(zone) ?? []
  lists.set(zone, list)
  return list
}

function noteWell(name: string, isWell: boolean, { unwell }: NodeLifecycleState): void {
  if (!isWell) unwell.set(name, true)
  else if (unwell.has(name)) unwell.delete(name)
}

/** The node after its silence was noticed and its taint followed, and whether it waits for another. */
function judged(node: NodeObject, { context, health }: { readonly context: LifecycleContext; readonly health: HealthOf }): { readonly current: NodeObject; readonly waits: boolean } {
  const current = noticeSilence(node, context, health)
  return { current, waits: followReadiness(current, context) }
}

interface Standing {
  readonly zone: string
  readonly isCounted: boolean
  /** Ready, and without a taint of a lost node: nothing follows from it while its kubelet reports. */
  readonly isWell: boolean
  /** Undefined for a node that never reported. */
  readonly ready: string | undefined
  /** A taint of a lost node that its condition does not call for, or no longer. */
  readonly isMistainted: boolean
}

/** What can be told from the object alone is told once: in a large cluster most nodes never change. */
const standings = new WeakMap<NodeObject, Standing>()

function standingOf(node: NodeObject): Standing {
  const known = standings.get(node)
  if (known !== undefined) return known
  const labels = node.metadata.labels ?? {}
  const ready = conditionOf(node, 'Ready')?.status
  const [isNotReady, isUnreachable] = [hasTaint(node, NOT_READY_TAINT), hasTaint(node, UNREACHABLE_TAINT)]
  const isWell = ready === 'True' && !isNotReady && !isUnreachable
  const isMistainted = (isNotReady && ready !== 'False') || (isUnreachable && ready !== 'Unknown')
  const standing = { zone: zoneOf(labels), isCounted: labels[EXCLUDED_LABEL] === undefined, isWell, ready, isMistainted }
  standings.set(node, standing)
  return standing
}

/** A pass finds the same after the change: most are of conditions that nobody asks for, or the taint that a pass brought about. */
function standsTheSame(before: KubeObject | undefined, after: KubeObject | undefined): boolean {
  if (before === undefined || after === undefined) return false
  const [was, is] = [standingOf(before as NodeObject), standingOf(after as NodeObject)]
  return was.ready === is.ready && was.zone === is.zone && was.isCounted === is.isCounted && was.isMistainted === is.isMistainted
}

function count(census: Map<string, { ready: number; notReady: number }>, zone: string, isReady: boolean): void {
  const counts = census.get(zone) ?? { ready: 0, notReady: 0 }
  census.set(zone, counts)
  counts[isReady ? 'ready' : 'notReady'] += 1
}

/**
 * A pod that comes to a node which the last look found not ready is not ready either. Pods that are there already turn unready only
 * when the node falls silent: a kubelet that reports NotReady still vouches for its pods, and upstream leaves them.
 */
function unreadyIfNodeIs(podKey: string, context: LifecycleContext): void {
  const pod = context.store.byKey(`/Pod|${podKey.replace('/', '|')}`)
  if (pod === undefined || !isPod(pod)) return
  const name = pod.spec?.nodeName ?? ''
  if (context.state.unwell.has(name) && context.store.get({ apiVersion: 'v1', kind: 'Node', name }) !== undefined) markUnready(pod, context)
}

/** A pod that a kubelet has seen already was assigned before this twin began: it came with a snapshot. */
function wasJustAssigned(before: PodObject | undefined, after: PodObject): boolean {
  const cameWithSnapshot = before === undefined && after.status?.startTime !== undefined
  return !cameWithSnapshot && (after.spec?.nodeName ?? '') !== '' && before?.spec?.nodeName !== after.spec?.nodeName
}

