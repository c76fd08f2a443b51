/**
 * The attach/detach controller (`pkg/controller/volume/attachdetach/reconciler`): a volume goes to the node where a pod
 * wants it, and leaves the node where none does.
 *
 * A node that does not answer confirms no unmount. Its volumes stay until six minutes after the last pod stopped
 * counting there, or until somebody declares it out of service; a volume for one node waits for that long elsewhere.
 * How long attaching and detaching take is in the world.
 */

import { isNode, isPod, isReady, isTerminal, isTerminating, type NodeObject, type PodObject } from '../../../model/kube/workload.ts'
import { refOf } from '../../../model/kube-object.ts'
import type { Context, Controller } from '../../controller.ts'
import { healthOf, KUBELET_NAME } from '../../kubelet/liveness.ts'
import type { KubeletState } from '../../kubelet/state.ts'
import { allowsSeveralNodes, ATTACHMENT_KIND, attachableOf, attachmentOf, type AttachmentObject, type VolumeObject } from './attachable.ts'
import { volumeKeys } from './attach-keys.ts'
import { createAttachState, noteChange, pairKey, type AttachState } from './attach-state.ts'
import { multiAttachMessage } from './multi-attach.ts'

type AttachContext = Context<AttachState>
type Users = ReadonlyMap<string, readonly PodObject[]>

const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service'

export const attachDetach: Controller<AttachState> = {
  name: 'attachdetach-controller',
  watches: [ATTACHMENT_KIND, '/Pod', '/PersistentVolumeClaim', '/PersistentVolume', '/Node'],
  latencyMs: 50,
  createState: createAttachState,
  observe: noteChange,
  keysFor: volumeKeys,
  sync(name, context) {
    const volume = context.store.get({ apiVersion: 'v1', kind: 'PersistentVolume', name }) as VolumeObject | undefined
    const users = volume === undefined ? new Map<string, PodObject[]>() : usersByNode(context, volume)
    const attachments = attachmentsOf(context, name)
    const times = attachments.map((attachment) => settle(context, { name, attachment, users }))
    if (volume !== undefined) attachMissing(context, { volume, attachments, users })
    const nextAtMs = Math.min(...times)
    if (Number.isFinite(nextAtMs)) context.wakeAfter(name, nextAtMs - context.nowMs())
  },
}

/** Pods that count as users, by the node that they are on. */
function usersByNode({ store, state }: AttachContext, volume: VolumeObject): Users {
  const { namespace = '', name = '' } = volume.spec?.claimRef ?? {}
  const users = new Map<string, PodObject[]>()
  for (const key of state.podsByClaim.get(`${namespace}/${name}`) ?? []) {
    const pod = store.byKey(key)
    const nodeName = pod === undefined || !isPod(pod) || hasStopped(pod) ? '' : (pod.spec?.nodeName ?? '')
    if (nodeName !== '') users.set(nodeName, [...(users.get(nodeName) ?? []), pod as PodObject])
  }
  return users
}

/** `IsPodTerminated`: ended, or told to leave and no container is reported to run. */
function hasStopped(pod: PodObject): boolean {
  if (isTerminal(pod)) return true
  return isTerminating(pod) && (pod.status?.containerStatuses ?? []).every(({ state }) => state?.terminated !== undefined || state?.waiting !== undefined)
}

function attachmentsOf({ store, state }: AttachContext, volume: string): AttachmentObject[] {
  return (state.attachmentsByVolume.get(volume) ?? []).flatMap((name) => (store.get({ apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment', name }) as AttachmentObject | undefined) ?? [])
}

interface Held {
  readonly name: string
  readonly attachment: AttachmentObject
  readonly users: Users
}

/** When to look at this attachment again; Infinity when only a change can matter. */
function settle(context: AttachContext, held: Held): number {
  if (held.attachment.metadata.deletionTimestamp !== undefined) return goOnDetaching(context, held)
  const pair = pairKey(held.name, held.attachment.spec.nodeName)
  if (!held.users.has(held.attachment.spec.nodeName)) return detachWhenAllowed(context, held, pair)
  context.state.unwantedSince.delete(pair)
  return held.attachment.status?.attached === true ? Infinity : goOnAttaching(context, held, pair)
}

function goOnAttaching(context: AttachContext, { attachment, users, name }: Held, pair: string): number {
  if (attachment.status?.attachError !== undefined) return Infinity
  const doneAtMs = operationEnd(context, pair, worldOf(context).attachSeconds)
  if (context.nowMs() < doneAtMs) return doneAtMs
  context.state.operations.delete(pair)
  context.api.updateStatus(attachment, { attached: true })
  for (const pod of users.get(attachment.spec.nodeName) ?? []) context.recordEvent(pod, { type: 'Normal', reason: 'SuccessfulAttachVolume', message: `AttachVolume.Attach succeeded for volume "${name}" ` })
  return Infinity
}

function detachWhenAllowed(context: AttachContext, { attachment }: Held, pair: string): number {
  const { state, profile } = context
  const nowMs = context.nowMs()
  const { nodeName } = attachment.spec
  const sinceMs = state.unwantedSince.get(pair) ?? nowMs
  state.unwantedSince.set(pair, sinceMs)
  const node = context.store.get({ apiVersion: 'v1', kind: 'Node', name: nodeName })
  const answers = node !== undefined && healthOf(context, nodeName).type !== 'silent'
  if (!answers && !isOutOfService(node as NodeObject | undefined)) {
    const forcedAtMs = sinceMs + profile.forcedDetachMs
    if ((node !== undefined && isReady(node)) || !worldOf(context).forcedDetach) return Infinity
    if (nowMs <= forcedAtMs) return forcedAtMs + 1
  }
  state.unwantedSince.delete(pair)
  state.reported.delete(pair)
  state.operations.set(pair, nowMs + worldOf(context).detachSeconds * 1000)
  context.api.remove(refOf(attachment))
  return Infinity
}

function isOutOfService(node: NodeObject | undefined): boolean {
  return node?.spec?.taints?.some(({ key }) => key === OUT_OF_SERVICE) === true
}

function goOnDetaching(context: AttachContext, { attachment, name }: Held): number {
  if (attachment.status?.detachError !== undefined) return Infinity
  const pair = pairKey(name, attachment.spec.nodeName)
  const doneAtMs = operationEnd(context, pair, worldOf(context).detachSeconds)
  if (context.nowMs() < doneAtMs) return doneAtMs
  context.state.operations.delete(pair)
  const { finalizers: _, ...metadata } = attachment.metadata
  context.api.update({ ...attachment, metadata })
  return Infinity
}

/** An operation that a snapshot shows under way begins again: when it began is not known. */
function operationEnd({ state, nowMs }: AttachContext, pair: string, seconds: number): number {
  const known = state.operations.get(pair)
  if (known !== undefined) return known
  const doneAtMs = nowMs() + seconds * 1000
  state.operations.set(pair, doneAtMs)
  return doneAtMs
}

interface Wanted {
  readonly volume: VolumeObject
  readonly attachments: readonly AttachmentObject[]
  readonly users: Users
}

/** A volume for one node goes to one node; the others are told once whose it is. */
function attachMissing(context: AttachContext, { volume, attachments, users }: Wanted): void {
  const attachable = attachableOf(volume, context.store)
  const name = volume.metadata.name ?? ''
  if (attachable === undefined) return
  let isTaken = attachments.length > 0 && !allowsSeveralNodes(volume)
  for (const [nodeName, pods] of users) {
    const node = context.store.get({ apiVersion: 'v1', kind: 'Node', name: nodeName })
    if (node === undefined || !isNode(node) || attachments.some(({ spec }) => spec.nodeName === nodeName)) continue
    if (isTaken) tellWhoWaits(context, { name, nodeName, pods, attachments, users })
    else {
      context.api.create(attachmentOf({ name, attachable }, nodeName))
      isTaken = !allowsSeveralNodes(volume)
    }
  }
}

/** While the volume is on its way to or from another node nothing is said, as upstream. */
function tellWhoWaits(context: AttachContext, wait: { readonly name: string; readonly nodeName: string; readonly pods: readonly PodObject[] } & Omit<Wanted, 'volume'>): void {
  const pair = pairKey(wait.name, wait.nodeName)
  const holders = wait.attachments.filter((attachment) => attachment.status?.attached === true && attachment.metadata.deletionTimestamp === undefined)
  if (holders.length === 0 || context.state.reported.has(pair)) return
  context.state.reported.set(pair, true)
  const others = holders.flatMap(({ spec }) => wait.users.get(spec.nodeName) ?? [])
  for (const pod of wait.pods) context.recordEvent(pod, { type: 'Warning', reason: 'FailedAttachVolume', message: multiAttachMessage(wait.name, pod, others) })
}

function worldOf(context: AttachContext): KubeletState['world']['volumes'] {
  return context.stateOf<KubeletState>(KUBELET_NAME).world.volumes
}
