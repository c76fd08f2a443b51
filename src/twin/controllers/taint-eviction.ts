/**
 * The taint eviction controller: deletes pods from nodes whose NoExecute taints they do not tolerate, or no longer.
 *
 * It asks no budget: these deletions are not evictions. The clock of a pod starts when the taint was first seen
 * and goes on while the taint is exchanged for another, whatever patience the pod has with that; it stops only
 * when the taints are gone (pkg/controller/tainteviction).
 */

import type { Taint, Toleration } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { refOf, type KubeObject } from '../../model/kube-object.ts'
import { tolerates } from '../../model/kube/toleration.ts'
import { conditionOf, isNode, isPod, type NodeObject, type PodObject } from '../../model/kube/workload.ts'
import type { Context, Controller } from '../controller.ts'
import { CowMap } from '../cow-map.ts'
import { withCondition } from '../scheduler/pod-status.ts'

/** A deletion that is due unless the taints go first. */
interface Countdown {
  readonly uid: string
  readonly startedMs: number
  readonly dueMs: number
}

type EvictionContext = Context<CowMap<Countdown>>

const NODE = 'node '
const POD = 'pod '
const DUE = 'due '

export const taintEviction: Controller<CowMap<Countdown>> = {
  name: 'taint-eviction-controller',
  watches: ['/Node', '/Pod'],
  latencyMs: 10,
  createState: () => new CowMap(),
  *keysFor(change, store, state) {
    const object = change.after ?? change.before
    if (object === undefined) return
    if (isNode(object)) {
      if (change.after !== undefined && areOtherTaints(change.before, change.after, state)) yield `${NODE}${object.metadata.name ?? ''}`
      return
    }
    const key = podKeyOf(object as PodObject)
    const isOver = change.after === undefined && state.has(key)
    if (isOver || (change.after !== undefined && isPod(object) && isConcerned(change.before as PodObject | undefined, object, hasNoExecute(nodeOf(object, store))))) yield `${POD}${key}`
  },
  sync(key, context) {
    if (key.startsWith(DUE)) return fire(key.slice(DUE.length), context)
    if (key.startsWith(POD)) return judgePod(key.slice(POD.length), context)
    for (const pod of context.store.podsOn(key.slice(NODE.length))) judgePod(podKeyOf(pod), context)
  },
}

/** What else is written of a node concerns nobody here. A node that comes back stops the clocks that went on without it. */
function areOtherTaints(before: unknown, after: unknown, state: CowMap<Countdown>): boolean {
  if (before === undefined) return hasNoExecute(after) || state.size > 0
  return !jsonEqual(noExecuteTaints(before as NodeObject), noExecuteTaints(after as NodeObject))
}

function hasNoExecute(node: unknown): boolean {
  return noExecuteTaints(node as NodeObject | undefined).length > 0
}

function noExecuteTaints(node: NodeObject | undefined): Taint[] {
  return node?.spec?.taints?.filter((taint) => taint.effect === 'NoExecute') ?? []
}

function nodeOf(pod: PodObject, store: EvictionContext['store']): NodeObject | undefined {
  const name = pod.spec?.nodeName ?? ''
  const node = name === '' ? undefined : store.get({ apiVersion: 'v1', kind: 'Node', name })
  return node !== undefined && isNode(node) ? node : undefined
}

function isConcerned(before: PodObject | undefined, after: PodObject, isTainted: boolean): boolean {
  return isTainted && (before?.spec?.nodeName !== after.spec?.nodeName || before?.spec?.tolerations !== after.spec?.tolerations)
}

function podKeyOf(pod: PodObject): string {
  return `${pod.metadata.namespace ?? ''}/${pod.metadata.name ?? ''}`
}

function podAt(key: string, { store }: EvictionContext): PodObject | undefined {
  const pod = store.byKey(`/Pod|${key.replace('/', '|')}`)
  return pod !== undefined && isPod(pod) ? pod : undefined
}

/** A pod that is on its way out already is no exception: it is told once more. */
function judgePod(key: string, context: EvictionContext): void {
  const pod = podAt(key, context)
  const node = pod === undefined ? undefined : nodeOf(pod, context.store)
  if (pod === undefined) return cancel(key, context)
  // Without its node nobody judges it anew, and a clock that runs goes on.
  if (node === undefined) return
  const taints = noExecuteTaints(node)
  const patience = patienceWith(taints, pod.spec?.tolerations)
  if (taints.length === 0 || patience.type === 'forever') return cancel(key, context)
  if (patience.type === 'none') cancel(key, context)
  const countdown = startedCountdown(pod, taints, { patienceMs: patience.type === 'none' ? 0 : patience.durationMs, before: context.state.get(key), nowMs: context.nowMs() })
  context.state.set(key, countdown)
  if (countdown.dueMs <= context.nowMs()) return fire(key, context)
  context.wakeAfter(`${DUE}${key}`, countdown.dueMs - context.nowMs())
}

/** How long the pod puts up with these taints together: the shortest of the tolerations that it uses. */
export type Patience = { readonly type: 'none' } | { readonly type: 'forever' } | { readonly type: 'bounded'; readonly durationMs: number }

export function patienceWith(taints: readonly Taint[], tolerations: readonly Toleration[] | undefined): Patience {
  const used = taints.map((taint) => tolerations?.find((toleration) => tolerates(toleration, taint)))
  if (used.includes(undefined)) return { type: 'none' }
  const seconds = used.flatMap((toleration) => (toleration?.tolerationSeconds === undefined ? [] : [toleration.tolerationSeconds]))
  if (seconds.length === 0) return { type: 'forever' }
  return { type: 'bounded', durationMs: Math.max(0, Math.min(...seconds)) * 1000 }
}

/** A clock that runs goes on. Otherwise it starts now, or when both pod and taint were there, where that is long ago. */
function startedCountdown(pod: PodObject, taints: readonly Taint[], options: { readonly patienceMs: number; readonly before: Countdown | undefined; readonly nowMs: number }): Countdown {
  const { patienceMs, before, nowMs } = options
  const uid = pod.metadata.uid ?? ''
  if (before?.uid === uid) return before
  const taintedMs = Math.min(...taints.map((taint) => parseTimeMs(taint.timeAdded) ?? nowMs))
  const assignedMs = parseTimeMs(conditionOf(pod, 'PodScheduled')?.lastTransitionTime) ?? parseTimeMs(pod.metadata.creationTimestamp) ?? nowMs
  const sinceMs = Math.max(taintedMs, assignedMs)
  const startedMs = nowMs - sinceMs > LOADED_AFTER_MS ? sinceMs : nowMs
  return { uid, startedMs, dueMs: startedMs + patienceMs }
}

/** Times in objects are whole seconds; only a snapshot brings taints that are older than a few of them. */
const LOADED_AFTER_MS = 5_000

function cancel(key: string, context: EvictionContext): void {
  if (!context.state.has(key)) return
  context.state.delete(key)
  context.recordEvent(namedOnly(key), { type: 'Normal', reason: 'TaintManagerEviction', message: `Cancelling deletion of Pod ${key}` })
}

/** Those who are evicted are known by name here, and so they are named in events. */
function namedOnly(key: string): KubeObject {
  const [namespace = '', name = ''] = key.split('/')
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace } }
}

/** Its time is up, unless its clock was stopped; where it began anew, the moment of the first was too early. */
function fire(key: string, context: EvictionContext): void {
  const { state, nowMs, api } = context
  const leftMs = (state.get(key)?.dueMs ?? Number.POSITIVE_INFINITY) - nowMs()
  if (leftMs > 0) return Number.isFinite(leftMs) ? context.wakeAfter(`${DUE}${key}`, leftMs) : undefined
  state.delete(key)
  const pod = podAt(key, context)
  context.recordEvent(namedOnly(key), { type: 'Normal', reason: 'TaintManagerEviction', message: `Marking for deletion Pod ${key}` })
  if (pod === undefined) return
  const mark = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint' }
  const status = withCondition(pod.status, mark, nowMs())
  if (status !== pod.status) api.updateStatus(pod, status)
  api.remove(refOf(pod))
}
