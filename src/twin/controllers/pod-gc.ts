/**
 * The pod garbage collector: removes pods that nobody will ever finish.
 *
 * Pods of a node whose object is gone (after a quarantine of 40 s), terminating pods on a node declared out of
 * service, terminating pods that never got a node, and the oldest ended pods past a limit. It deletes by force
 * and asks no budget: this is why deleting a Node object is a risk of its own (pkg/controller/podgc).
 *
 * What a look finds goes one pod after the other, as fast as its client may ask: owners see each of them go.
 */

import { refOf } from '../../model/kube-object.ts'
import { isNode, isPod, isReady, isTerminal, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import type { Context, Controller, Forkable } from '../controller.ts'
import { CowMap } from '../cow-map.ts'
import { withCondition, type ConditionChange } from '../scheduler/pod-status.ts'

interface PodGcState extends Forkable {
  /** Pods by node name, counted. */
  readonly podsByNode: CowMap<number>
  /** Terminating pods without a node, and ended pods, by `namespace/name`. */
  readonly strays: CowMap<true>
  readonly ended: CowMap<true>
  /** Until when a node with pods that was found missing may come back. */
  readonly quarantinedUntil: CowMap<number>
  isStarted: boolean
  fork(): PodGcState
}

type GcContext = Context<PodGcState>

const TICK = 'tick'
/** A pod that is to go, and whether its node is gone: `pod/<uid>|<namespace>|<name>`. */
const ORPHAN = 'orphan/'
const OTHER = 'pod/'
/** A pod is marked, then deleted; from an answer to the next request. */
const REQUESTS_PER_POD = 2
const REQUEST_MS = 10
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service'

/** terminated-pod-gc-threshold. */
const ENDED_PODS_MAX = 12_500

const ORPHANED: ConditionChange = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' }

export const podGc = createPodGc({ endedPodsMax: ENDED_PODS_MAX })

export function createPodGc(options: { readonly endedPodsMax: number }): Controller<PodGcState> {
  return {
    name: 'pod-garbage-collector',
    watches: ['/Pod', '/Node'],
    latencyMs: 10,
    createState: () => stateOver({ podsByNode: new CowMap(), strays: new CowMap(), ended: new CowMap(), quarantinedUntil: new CowMap(), isStarted: false }),
    observe(change, state) {
      const object = change.after ?? change.before
      if (object === undefined || !isPod(object)) return
      count(state, change.before as PodObject | undefined, -1)
      count(state, change.after as PodObject | undefined, 1)
      const after = change.after as PodObject | undefined
      note(state.strays, object, after !== undefined && isTerminating(after) && nodeNameOf(after) === '')
      note(state.ended, object, after !== undefined && isTerminal(after))
    },
    keysFor(_change, _store, state) {
      if (state.isStarted) return []
      state.isStarted = true
      return [TICK]
    },
    sync(key, context) {
      if (key !== TICK) return collect(key, context)
      const found = [
        ...endedBeyondLimit(context, options.endedPodsMax).map((pod) => keyOf(OTHER, pod)),
        ...outOfService(context).map((pod) => keyOf(OTHER, pod)),
        ...orphans(context).map((pod) => keyOf(ORPHAN, pod)),
        ...strays(context).map((pod) => keyOf(OTHER, pod)),
      ]
      for (const [index, pod] of found.entries()) context.wakeAfter(pod, delayMs(index, context))
      context.wakeAfter(TICK, context.profile.podGcPeriodMs)
    },
  }
}

function keyOf(kind: typeof ORPHAN | typeof OTHER, { metadata }: PodObject): string {
  return `${kind}${metadata.uid ?? ''}|${metadata.namespace ?? ''}|${metadata.name ?? ''}`
}

/** When the pod of this number is gone: a bucket of tokens, and the time that requests take. */
function delayMs(index: number, { profile }: GcContext): number {
  const requests = REQUESTS_PER_POD * (index + 1)
  const refilledMs = ((requests - profile.controllerClientBurst) / profile.controllerClientQps) * 1000
  return Math.max(REQUEST_MS * (requests - 1), refilledMs)
}

function stateOver(parts: Omit<PodGcState, 'fork'>): PodGcState {
  const state: PodGcState = {
    ...parts,
    fork: () =>
      stateOver({
        podsByNode: state.podsByNode.fork(),
        strays: state.strays.fork(),
        ended: state.ended.fork(),
        quarantinedUntil: state.quarantinedUntil.fork(),
        isStarted: state.isStarted,
      }),
  }
  return state
}

function nodeNameOf(pod: PodObject): string {
  return pod.spec?.nodeName ?? ''
}

function count(state: PodGcState, pod: PodObject | undefined, delta: number): void {
  const name = pod === undefined ? '' : nodeNameOf(pod)
  if (name === '') return
  const total = (state.podsByNode.get(name) ?? 0) + delta
  if (total === 0) state.podsByNode.delete(name)
  else state.podsByNode.set(name, total)
}

function note(set: CowMap<true>, pod: PodObject, isMember: boolean): void {
  const key = `${pod.metadata.namespace ?? ''}|${pod.metadata.name ?? ''}`
  if (isMember) set.set(key, true)
  else set.delete(key)
}

function podsIn(set: CowMap<true>, context: GcContext): PodObject[] {
  return Array.from(set.keys(), (key) => context.store.byKey(`/Pod|${key}`)).filter((pod): pod is PodObject => pod !== undefined && isPod(pod))
}

function strays(context: GcContext): PodObject[] {
  return podsIn(context.state.strays, context)
}

/** Those that a kubelet evicted first, then the oldest. A limit of 0 is none. */
function endedBeyondLimit(context: GcContext, endedPodsMax: number): PodObject[] {
  const surplus = context.state.ended.size - endedPodsMax
  if (surplus <= 0 || endedPodsMax <= 0) return []
  const rank = ({ metadata, status }: PodObject): string => `${status?.phase === 'Failed' && status.reason === 'Evicted' ? 0 : 1} ${metadata.creationTimestamp ?? ''} ${metadata.name ?? ''}`
  return podsIn(context.state.ended, context)
    .map((pod) => ({ pod, rank: rank(pod) }))
    .sort((left, right) => (left.rank < right.rank ? -1 : 1))
    .slice(0, surplus)
    .map(({ pod }) => pod)
}

/** Somebody vouches by the taint that the machine is off: its pods will not write any more. */
function outOfService(context: GcContext): PodObject[] {
  return Array.from(context.store.list('/Node'))
    .filter(isNode)
    .filter((node) => !isReady(node) && (node.spec?.taints?.some((taint) => taint.key === OUT_OF_SERVICE) ?? false))
    .flatMap((node) => context.store.podsOn(node.metadata.name ?? '').filter(isTerminating))
}

/** A node has its quarantine to come back, and then its pods go; those that come to it later have a quarantine of their own. */
function orphans(context: GcContext): PodObject[] {
  const { state: { podsByNode, quarantinedUntil }, store, profile } = context
  const nowMs = context.nowMs()
  const isThere = (name: string): boolean => store.get({ apiVersion: 'v1', kind: 'Node', name }) !== undefined
  const due = Array.from(quarantinedUntil.entries()).flatMap(([name, untilMs]) => (untilMs <= nowMs ? [name] : []))
  for (const name of due) quarantinedUntil.delete(name)
  for (const name of podsByNode.keys()) if (!quarantinedUntil.has(name) && !isThere(name)) quarantinedUntil.set(name, nowMs + profile.podGcQuarantineMs)
  return due.filter((name) => !isThere(name)).flatMap((name) => store.podsOn(name))
}

/** A pod that did not end is marked Failed first, so that its owner counts it right. */
function collect(key: string, context: GcContext): void {
  const [kind = '', ...address] = key.split('|')
  const pod = context.store.byKey(`/Pod|${address.join('|')}`)
  if (pod === undefined || !isPod(pod) || !kind.endsWith(`/${pod.metadata.uid ?? ''}`)) return
  const condition = kind.startsWith(ORPHAN) ? ORPHANED : undefined
  if (!isTerminal(pod)) {
    const status = condition === undefined ? pod.status : withCondition(pod.status, condition, context.nowMs())
    context.api.updateStatus(pod, { ...status, phase: 'Failed' })
  }
  context.api.remove(refOf(pod), { gracePeriodSeconds: 0 })
}
