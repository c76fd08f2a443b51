/**
 * Claims find their volumes (`pkg/controller/volume/persistentvolume`): an existing one that fits, or a new one from
 * the class's provisioner; with WaitForFirstConsumer only once a pod that uses the claim has its node.
 *
 * Every class with a provisioner is taken to work and to need two seconds; a class that does not exist leaves the
 * claim Pending, as it does for real.
 */

import type { StorageClass } from 'kubernetes-types/storage/v1.d.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import { parseQuantity } from '../../../model/kube/quantity.ts'
import { isPod, isTerminating } from '../../../model/kube/workload.ts'
import type { Context, Controller } from '../../controller.ts'
import { boundClaim, boundVolume } from '../../bound-volume.ts'
import { CowMap } from '../../cow-map.ts'
import { keyOf, objectAt } from '../controller-key.ts'
import { isVolumeKey, lose, phaseOf, syncVolume, volumeKeys, type Claim, type VolumeObject } from './volume-phase.ts'

type ClassObject = KubeObject & StorageClass

const PROVISION_MS = 2_000
const SELECTED_NODE = 'volume.kubernetes.io/selected-node'
const NO_PROVISIONER = 'kubernetes.io/no-provisioner'

/** By claim uid: when its volume will be there. */
type Orders = CowMap<number>

export const claimBinding: Controller<Orders> = {
  name: 'persistentvolume-controller',
  watches: ['/PersistentVolumeClaim', '/PersistentVolume', '/Pod', 'storage.k8s.io/StorageClass'],
  latencyMs: 10,
  createState: () => new CowMap(),
  *keysFor(change, store) {
    const { after, before, groupKind } = change
    yield* volumeKeys(change)
    if (after !== undefined && groupKind === '/PersistentVolumeClaim') yield keyOf(after)
    if (after !== undefined && groupKind === '/Pod') {
      const wasPlaced = before !== undefined && isPod(before) && before.spec?.nodeName !== undefined
      if (isPod(after) && after.spec?.nodeName !== undefined && !wasPlaced) yield* claimKeysOf(after)
    }
    if (after !== undefined && groupKind !== '/Pod' && groupKind !== '/PersistentVolumeClaim') yield* Array.from(store.list('/PersistentVolumeClaim')).filter((claim) => !isBound(claim as Claim)).map(keyOf)
  },
  sync(key, context) {
    if (isVolumeKey(key)) return syncVolume(context, key)
    const claim = objectAt(context.store, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' }, key) as Claim | undefined
    if (claim === undefined) return
    if (isBound(claim)) rebind(context, claim)
    else if (!isTerminating(claim)) bindOrWait(context, claim)
  },
}

/** It had a volume; where that has come to be another's, what the claim held is lost to it. */
function rebind(context: Context<Orders>, claim: Claim): void {
  const volume = context.store.get({ apiVersion: 'v1', kind: 'PersistentVolume', name: claim.spec?.volumeName ?? '' }) as VolumeObject | undefined
  if (volume === undefined) return
  const uid = volume.spec?.claimRef?.uid
  if (volume.spec?.claimRef === undefined) bind(context, claim, volume)
  else if (uid !== undefined && uid !== claim.metadata.uid) lose(context, claim, { reason: 'ClaimMisbound', message: 'Two claims are bound to the same volume, this one is bound incorrectly' })
}

function claimKeysOf(pod: KubeObject): string[] {
  if (!isPod(pod)) return []
  return (pod.spec?.volumes ?? []).flatMap(({ persistentVolumeClaim }) => (persistentVolumeClaim === undefined ? [] : [`${pod.metadata.namespace ?? ''}/${persistentVolumeClaim.claimName}`]))
}

/** Also where it was lost since: it never looks for another. */
function isBound(claim: Claim): boolean {
  return claim.status?.phase === 'Bound' || claim.status?.phase === 'Lost'
}

function bindOrWait(context: Context<Orders>, claim: Claim): void {
  const className = claim.spec?.storageClassName ?? ''
  const storageClass = className === '' ? undefined : (context.store.get({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', name: className }) as ClassObject | undefined)
  const reserved = reservedVolume(context, claim)
  if (reserved !== undefined) return bind(context, claim, reserved)
  const waits = storageClass?.volumeBindingMode === 'WaitForFirstConsumer' && (claim.spec?.volumeName ?? '') === ''
  const nodeName = waits ? consumerNode(context, claim) : undefined
  if (waits && nodeName === undefined) return say(context, claim, { type: 'Normal', reason: 'WaitForFirstConsumer', message: 'waiting for first consumer to be created before binding' })
  // The scheduler that chose the node found no volume in reach of it, or it would have reserved that one.
  const existing = claim.metadata.annotations?.[SELECTED_NODE] === undefined ? fittingVolume(context, claim) : undefined
  if (existing !== undefined) return bind(context, claim, existing)
  if ((claim.spec?.volumeName ?? '') !== '') return
  if (className === '') return say(context, claim, { type: 'Normal', reason: 'FailedBinding', message: 'no persistent volumes available for this claim and no storage class is set' })
  if (storageClass === undefined) return say(context, claim, { type: 'Warning', reason: 'ProvisioningFailed', message: `storageclass.storage.k8s.io "${className}" not found` })
  if (storageClass.provisioner !== NO_PROVISIONER) provision(context, claim, { storageClass, nodeName })
}

function say(context: Context, claim: Claim, event: { readonly type: 'Normal' | 'Warning'; readonly reason: string; readonly message: string }): void {
  context.recordEvent(claim, event)
}

function consumerNode({ store }: Context, claim: Claim): string | undefined {
  const selected = claim.metadata.annotations?.[SELECTED_NODE]
  if (selected !== undefined) return selected
  for (const pod of store.list('/Pod', claim.metadata.namespace)) {
    if (isPod(pod) && pod.spec?.nodeName !== undefined && claimKeysOf(pod).includes(keyOf(claim))) return pod.spec.nodeName
  }
  return undefined
}

/**
 * The volume that is for this claim alone, at once and whatever its class says about waiting: the scheduler reserves the one that it
 * counted on when it chose a node for the claim's first consumer, and whoever makes a volume may name its claim.
 */
function reservedVolume({ store }: Context, claim: Claim): VolumeObject | undefined {
  return ([...store.list('/PersistentVolume')] as VolumeObject[]).find((volume) => {
    const reserved = volume.spec?.claimRef
    if (reserved?.uid !== undefined) return reserved.uid === claim.metadata.uid
    const isNamed = reserved !== undefined && reserved.name === claim.metadata.name && reserved.namespace === claim.metadata.namespace
    return isNamed && isOfItsKind(volume, claim) && !isTerminating(volume)
  })
}

/** Large enough, the one that the claim asks for if it asks for one, and a file system or a device as it wants it. */
function isOfItsKind(volume: VolumeObject, { spec }: Claim): boolean {
  const wanted = parseQuantity((spec?.resources?.requests as Record<string, string> | undefined)?.['storage']) ?? 0
  const isAsked = (spec?.volumeName ?? '') === '' || spec?.volumeName === volume.metadata.name
  return isAsked && capacityOf(volume) >= wanted && (volume.spec?.volumeMode ?? 'Filesystem') === (spec?.volumeMode ?? 'Filesystem')
}

/** Free, of its class and modes, large enough; the smallest of those. The one that the claim asks for need not be of its class. */
function fittingVolume({ store }: Context, claim: Claim): VolumeObject | undefined {
  const fits = (volume: VolumeObject): boolean => {
    if (volume.spec?.claimRef !== undefined || !isOfItsKind(volume, claim)) return false
    if ((claim.spec?.volumeName ?? '') !== '') return true
    const modes = volume.spec?.accessModes ?? []
    return (volume.spec?.storageClassName ?? '') === (claim.spec?.storageClassName ?? '') && (claim.spec?.accessModes ?? []).every((mode) => modes.includes(mode))
  }
  return ([...store.list('/PersistentVolume')] as VolumeObject[]).filter(fits).sort((left, right) => capacityOf(left) - capacityOf(right))[0]
}

function capacityOf(volume: VolumeObject): number {
  return parseQuantity((volume.spec?.capacity as Record<string, string> | undefined)?.['storage']) ?? 0
}

function bind(context: Context, claim: Claim, volume: VolumeObject): void {
  const bound = context.api.update(boundVolume(volume, claim))
  context.api.updateStatus(bound, phaseOf(context, bound as VolumeObject, 'Bound'))
  const named = context.api.update(boundClaim(claim, volume))
  context.api.updateStatus(named, { phase: 'Bound', accessModes: volume.spec?.accessModes ?? [], capacity: volume.spec?.capacity ?? {} })
}

function provision(context: Context<Orders>, claim: Claim, make: { readonly storageClass: ClassObject; readonly nodeName: string | undefined }): void {
  const uid = claim.metadata.uid ?? ''
  const dueMs = context.state.get(uid) ?? context.nowMs() + PROVISION_MS
  context.state.set(uid, dueMs)
  if (dueMs > context.nowMs()) return context.wakeAfter(keyOf(claim), dueMs - context.nowMs())
  context.state.delete(uid)
  const name = `pvc-${uid}`
  const zone = make.nodeName === undefined ? undefined : context.store.get({ apiVersion: 'v1', kind: 'Node', name: make.nodeName })?.metadata.labels?.['topology.kubernetes.io/zone']
  const volume = context.api.create({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, annotations: { 'pv.kubernetes.io/provisioned-by': make.storageClass.provisioner } },
    spec: {
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: claim.metadata.namespace, name: claim.metadata.name, uid },
      capacity: claim.spec?.resources?.requests,
      accessModes: claim.spec?.accessModes,
      storageClassName: claim.spec?.storageClassName,
      persistentVolumeReclaimPolicy: make.storageClass.reclaimPolicy ?? 'Delete',
      volumeMode: claim.spec?.volumeMode ?? 'Filesystem',
      csi: { driver: make.storageClass.provisioner, volumeHandle: name },
      ...(zone === undefined ? {} : { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: [zone] }] }] } } }),
    },
  })
  say(context, claim, { type: 'Normal', reason: 'ProvisioningSucceeded', message: `Successfully provisioned volume ${name}` })
  bind(context, claim, volume as VolumeObject)
}
