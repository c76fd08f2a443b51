/**
 * The virtual kubelets of all nodes, as one controller. Keys are `pod|namespace/name`, `node|name` and `pressure|node`.
 *
 * A pod that has come to rest arms no timer, so a cluster of healthy pods costs nothing. A silent node is simply
 * not looked at: its containers live on, unconfirmed, until it speaks again. A pod whose Node object is gone has no
 * kubelet any more: the machine went with the object.
 */

import type { PodStatus } from 'kubernetes-types/core/v1.d.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { refOf, type KubeObject } from '../../model/kube-object.ts'
import { isNode, isPod, isTerminal, isTerminating, type NodeObject, type PodObject } from '../../model/kube/workload.ts'
import type { Context, Controller } from '../controller.ts'
import type { Change, StoreReader } from '../store.ts'
import { nodeRefusal } from './admit-on-node.ts'
import { judgeBound } from './admit-bound.ts'
import { withGranted } from './allocation.ts'
import { resizesToJudge } from './deferred-resizes.ts'
import { grantResize } from './grant-resize.ts'
import { KUBELET_NAME, nodeHealth, type NodeHealth } from './liveness.ts'
import { checkPressure, nextLook } from './check-pressure.ts'
import { isWriter } from './disk-use.ts'
import { isMeasured } from './memory-use.ts'
import { isMakingRoom } from './make-room.ts'
import { nodeStatus } from './node-status.ts'
import { podStatus } from './pod-status.ts'
import { saysTheSame } from './says-the-same.ts'
import { stepPod } from './pod-step.ts'
import type { PodRuntime } from './runtime.ts'
import { createKubeletState, type KubeletState } from './state.ts'
import type { KubeletEvent, Step } from './step.ts'

type KubeletContext = Context<KubeletState>

export function createKubelet(): Controller<KubeletState> {
  return {
    name: KUBELET_NAME,
    watches: ['/Pod', '/Node'],
    latencyMs: 20,
    createState: createKubeletState,
    observe: forgetGone,
    keysFor: (change, store, state) => [...keysFor(change, store), ...(state.deferred.size === 0 ? [] : resizesToJudge(change, store, state).map((path) => `pod|${path}`))],
    sync(key, context) {
      const bar = key.indexOf('|')
      const name = key.slice(bar + 1)
      if (key.startsWith('node|')) syncNode(context, name)
      else if (key.startsWith('pressure|')) syncPressure(context, name)
      else syncPod(context, name)
    },
  }
}

export const podKey = (pod: KubeObject): string => `pod|${pod.metadata.namespace ?? ''}/${pod.metadata.name ?? ''}`
export const nodeKey = (name: string): string => `node|${name}`
export const pressureKey = (name: string): string => `pressure|${name}`

function forgetGone(change: Change, state: KubeletState): void {
  const { before, after } = change
  const uid = before?.metadata.uid
  if (before === undefined || !isPod(before) || uid === undefined || uid === after?.metadata.uid) return
  state.pods.delete(uid)
  state.asCollected.delete(uid)
  state.deferred.delete(uid)
  const path = `${before.metadata.namespace ?? ''}/${before.metadata.name ?? ''}`
  if (state.uidByPod.get(path) === uid) state.uidByPod.delete(path)
}

function keysFor({ before, after }: Change, store: StoreReader): string[] {
  if (after === undefined) return []
  if (isNode(after)) {
    const key = nodeKey(after.metadata.name ?? '')
    return before === undefined ? [key, ...store.podsOn(after.metadata.name ?? '').map(podKey)] : [key]
  }
  if (!isPod(after) || (after.spec?.nodeName ?? '') === '') return []
  return before !== undefined && isPod(before) && isEcho(before, after) ? [] : [podKey(after)]
}

/** A change that only says what this kubelet said: nothing to do. Gates are opened by others through the status. */
function isEcho(before: PodObject, after: PodObject): boolean {
  return (
    before.spec?.nodeName === after.spec?.nodeName &&
    before.metadata.deletionTimestamp === after.metadata.deletionTimestamp &&
    before.metadata.uid === after.metadata.uid &&
    before.metadata.generation === after.metadata.generation &&
    (after.spec?.readinessGates ?? []).length === 0 &&
    (before.spec === after.spec || jsonEqual(before.spec, after.spec))
  )
}

function syncNode(context: KubeletContext, name: string): void {
  const node = context.store.get({ apiVersion: 'v1', kind: 'Node', name })
  const health = nodeHealth(context.state, name)
  if (node === undefined || !isNode(node) || health.type === 'silent') return
  const isNew = (node.status?.addresses ?? []).length === 0
  const address = isNew ? nodeAddress(context.state) : ''
  const status = nodeStatus({ node, health, world: context.state.world, profile: context.profile, nowMs: context.nowMs(), address })
  if (!jsonEqual(status, node.status)) context.api.updateStatus(node, status)
  const isOwn = health.type === 'pressed' && health.foundMs !== undefined
  if ((context.state.world.disks[name] !== undefined && health.type === 'healthy') || isOwn || context.state.fills.has(name)) watchPressure(context, name)
}

function syncPressure(context: KubeletContext, name: string): void {
  const node = context.store.get({ apiVersion: 'v1', kind: 'Node', name })
  if (node === undefined || !isNode(node) || nodeHealth(context.state, name).type === 'silent') return
  const { nextAtMs, pods, nodeChanged } = checkPressure(context, node)
  for (const pod of pods) context.wakeAfter(podKey(pod), 1)
  if (nodeChanged) context.wakeAfter(nodeKey(name), 1)
  if (Number.isFinite(nextAtMs)) context.wakeAfter(pressureKey(name), nextAtMs - context.nowMs())
}

/** The eviction manager looks every ten seconds, and need not where nothing is known to grow. */
function watchPressure(context: KubeletContext, nodeName: string): void {
  context.wakeAfter(pressureKey(nodeName), nextLook(context, context.nowMs()) - context.nowMs())
}

function syncPod(context: KubeletContext, path: string): void {
  const [namespace = '', name = ''] = path.split('/')
  const pod = context.store.get({ apiVersion: 'v1', kind: 'Pod', namespace, name })
  if (pod === undefined || !isPod(pod) || pod.spec?.nodeName === undefined) return
  const node = context.store.get({ apiVersion: 'v1', kind: 'Node', name: pod.spec.nodeName })
  const health = nodeHealth(context.state, pod.spec.nodeName)
  if (node === undefined || !isNode(node) || health.type === 'silent') return
  const known = context.state.pods.get(pod.metadata.uid ?? '')
  if (isTerminal(pod) && (known === undefined || known.finished || known.rejected !== undefined || isSettledEnd(known))) {
    if (isTerminating(pod)) confirmGone(context, pod)
    return
  }
  const runtime = known ?? accept(context, { pod, node, health })
  if (isMakingRoom(context, pod, runtime)) context.state.pods.set(runtime.uid, runtime)
  else advancePod(context, { pod, node, health, runtime })
}

/** A pod that ended by itself has no container left to stop. */
function isSettledEnd(runtime: PodRuntime): boolean {
  return Object.values(runtime.containers).every((container) => container.run === undefined || container.run.exit !== undefined)
}

interface Placed {
  readonly pod: PodObject
  readonly node: NodeObject
  readonly health: NodeHealth
  readonly runtime: PodRuntime
}

function advancePod(context: KubeletContext, placed: Placed): void {
  const { pod, node, runtime } = placed
  const events: KubeletEvent[] = []
  let wakeAtMs = Infinity
  const step = createStep(context, placed, { emit: (event) => events.push(event), wakeAt: (atMs) => (wakeAtMs = Math.min(wakeAtMs, atMs)) })
  const sized = grantResize(step, runtime, { pod, node, others: () => othersOn(context, pod) })
  const granted = withGranted(pod, sized.granted)
  const next = stepPod(granted === pod ? step : { ...step, pod: granted }, sized)
  context.state.pods.set(next.uid, next)
  noteDeferred(context.state, next)
  for (const event of events) context.recordEvent(pod, event)
  if (next.containers !== runtime.containers && (isMeasured(context.state.index, pod) || isWriter(context.state.index, pod))) watchPressure(context, next.nodeName)
  const latest = report(context, { pod, node, runtime: next })
  if (next.finished) confirmGone(context, latest)
  else if (Number.isFinite(wakeAtMs)) context.wakeAfter(podKey(pod), wakeAtMs - context.nowMs())
}

/** The other pods that the node still runs, as they were granted. */
function othersOn({ store, state }: KubeletContext, pod: PodObject): PodObject[] {
  const active = store.podsOn(pod.spec?.nodeName ?? '').filter((other) => other.metadata.uid !== pod.metadata.uid && !isTerminal(other))
  return active.map((other) => withGranted(other, state.pods.get(other.metadata.uid ?? '')?.granted))
}

function noteDeferred({ deferred }: KubeletState, { uid, namespace, name, resize }: PodRuntime): void {
  if (resize?.pending?.reason === 'Deferred') deferred.set(uid, `${namespace}/${name}`)
  else deferred.delete(uid)
}

function report(context: KubeletContext, input: { readonly pod: PodObject; readonly node: NodeObject; readonly runtime: PodRuntime }): PodObject {
  const hostIp = input.node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? ''
  const status: PodStatus = podStatus({ pod: withGranted(input.pod, input.runtime.granted), runtime: input.runtime, hostIp, nowMs: context.nowMs(), profile: context.profile })
  if (isAsCollected(context.state, input.pod, status) || jsonEqual(status, input.pod.status)) return input.pod
  return context.api.updateStatus(input.pod, status) as PodObject
}

function isAsCollected({ asCollected }: KubeletState, pod: PodObject, status: PodStatus): boolean {
  const uid = pod.metadata.uid ?? ''
  if (!asCollected.has(uid)) return false
  if (saysTheSame(status, pod.status ?? {})) return true
  asCollected.delete(uid)
  return false
}

function confirmGone(context: KubeletContext, pod: PodObject): void {
  const { uid } = pod.metadata
  const isWaitingForFinalizers = pod.metadata.deletionGracePeriodSeconds === 0 && (pod.metadata.finalizers ?? []).length > 0
  if (isWaitingForFinalizers) return
  context.api.remove(refOf(pod), { gracePeriodSeconds: 0, ...(uid === undefined ? {} : { uid }) })
}

function accept(context: KubeletContext, { pod, node, health }: Omit<Placed, 'runtime'>): PodRuntime {
  const { namespace = '', name = '', uid = '' } = pod.metadata
  const bound = judgeBound({ pod, node, others: () => othersOn(context, pod) })
  const rejected = nodeRefusal(pod, health) ?? (bound.type === 'refused' ? { reason: bound.reason, message: bound.message } : undefined)
  if (rejected !== undefined) context.recordEvent(pod, { type: 'Warning', reason: rejected.reason, message: rejected.message.replace('Pod was rejected: ', '') })
  context.state.uidByPod.set(`${namespace}/${name}`, uid)
  return {
    uid,
    namespace,
    name,
    nodeName: pod.spec?.nodeName ?? '',
    acceptedAtMs: context.nowMs(),
    podIp: pod.status?.podIP ?? podAddress(context.state),
    containers: {},
    mounted: false,
    terminating: false,
    finished: false,
    ...(pod.spec === undefined ? {} : { granted: pod.spec }),
    ...(bound.type === 'makes-room' ? { makesRoom: bound.victims.map((victim) => victim.metadata.uid ?? '') } : {}),
    ...(rejected === undefined ? {} : { rejected }),
  }
}

function createStep(context: KubeletContext, placed: Placed, gather: Pick<Step, 'emit' | 'wakeAt'>): Step {
  const { state, store, profile } = context
  const nodeName = placed.node.metadata.name ?? ''
  return {
    pod: placed.pod,
    nowMs: context.nowMs(),
    store,
    profile,
    index: state.index,
    canStart: placed.health.type === 'healthy' || placed.health.type === 'pressed',
    podIp: placed.runtime.podIp,
    probingSinceMs: placed.runtime.mountedAtMs ?? placed.runtime.acceptedAtMs,
    hasImage: (image) => state.images.has(`${nodeName}|${image}`),
    keepImage: (image) => state.images.set(`${nodeName}|${image}`, true),
    newContainerId: () => state.nextNumber().toString(16).padStart(64, '0'),
    ...gather,
  }
}

/** Addresses in the ranges that clusters use most: pods in 10.244.0.0/14, nodes in 10.0.0.0/16. */
function podAddress(state: KubeletState): string {
  const number = state.nextNumber()
  return `10.${244 + ((number >> 16) & 3)}.${(number >> 8) & 255}.${number & 255}`
}

function nodeAddress(state: KubeletState): string {
  const number = state.nextNumber()
  return `10.0.${(number >> 8) & 255}.${number & 255}`
}
