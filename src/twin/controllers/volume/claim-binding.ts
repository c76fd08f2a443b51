/**
 * Claims find their volumes (`pkg/controller/volume/persistentvolume`): an existing one that fits, or a new one from
 * the class's provisioner; with WaitForFirstConsumer only once a pod that uses the claim has its node.
 *
 * Every class with a provisioner is taken to work and to need two seconds; a class that does not exist leaves the
 * claim Pending, as it does for real.
 */

import type { KubeObject } from '../../../model/kube-object.ts'
import { isPod, isTerminal, isTerminating } from '../../../model/kube/workload.ts'
import type { Context, Controller } from '../../controller.ts'
import { boundClaim, boundVolume } from '../../bound-volume.ts'
import { CowMap } from '../../cow-map.ts'
import { withDefaultClass } from '../../api/default-class.ts'
import { classNamed, classOf, diskNamed, isDelayed, SELECTED_NODE } from '../../scheduler/storage.ts'
import { keyOf, objectAt } from '../controller-key.ts'
import { fittingVolume, mismatchOf, reservedVolume } from './choose-volume.ts'
import { provisionedVolume, type Making } from './provisioned-volume.ts'
import { forgottenKeys, isVolumeKey, lose, phaseOf, syncVolume, volumeKeys, type Claim, type VolumeObject } from './volume-phase.ts'

const PROVISION_MS = 2_000
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
    if (groupKind === '/PersistentVolume' && after === undefined) yield* forgottenKeys(change, store.list('/PersistentVolumeClaim'))
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
  // One on its way out is gone before a claim is looked at again.
  if (volume.spec?.claimRef === undefined) return isTerminating(volume) ? undefined : bind(context, claim, volume)
  if (uid !== undefined && uid !== claim.metadata.uid) lose(context, claim, { reason: 'ClaimMisbound', message: 'Two claims are bound to the same volume, this one is bound incorrectly' })
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
  const { store } = context
  const reserved = reservedVolume(store, claim)
  if (reserved !== undefined) return bind(context, claim, reserved)
  if ((claim.spec?.volumeName ?? '') !== '') return bindAsked(context, claim)
  const isWaiting = isDelayed(claim, store)
  const existing = isWaiting ? undefined : fittingVolume(store, claim)
  if (existing !== undefined) return bind(context, claim, existing)
  const classed = withDefaultClass(store, claim)
  if (classed !== claim) return bindOrWait(context, context.api.update(classed) as Claim)
  // The scheduler that chose the node found no volume in reach of it, or it would have reserved that one.
  const nodeName = isWaiting ? claim.metadata.annotations?.[SELECTED_NODE] : undefined
  if (isWaiting && nodeName === undefined) return say(context, claim, waitFor(context, claim))
  makeVolume(context, claim, nodeName)
}

/** A volume by its name: nothing is made in its place. */
function bindAsked(context: Context, claim: Claim): void {
  const volume = diskNamed(context.store, claim.spec?.volumeName ?? '')
  if (volume === undefined) return
  if (volume.spec?.claimRef !== undefined) return say(context, claim, { type: 'Warning', reason: 'FailedBinding', message: `volume "${volume.metadata.name}" already bound to a different claim.` })
  const mismatch = mismatchOf(volume, claim)
  if (mismatch === undefined) bind(context, claim, volume)
  else say(context, claim, { type: 'Warning', reason: 'VolumeMismatch', message: `Cannot bind to requested volume "${volume.metadata.name}": ${mismatch}` })
}

/** For the first pod that wants it, and then until that one has a node. */
function waitFor({ store }: Context, claim: Claim): Told {
  const waiting = [...store.list('/Pod', claim.metadata.namespace)].filter((pod) => isPod(pod) && !isTerminal(pod) && (pod.spec?.nodeName ?? '') === '' && claimKeysOf(pod).includes(keyOf(claim)))
  if (waiting.length === 0) return { type: 'Normal', reason: 'WaitForFirstConsumer', message: 'waiting for first consumer to be created before binding' }
  const names = waiting.map(({ metadata }) => metadata.name).join(',')
  return { type: 'Normal', reason: 'WaitForPodScheduled', message: `waiting for pod${waiting.length > 1 ? 's' : ''} ${names} to be scheduled` }
}

function makeVolume(context: Context<Orders>, claim: Claim, nodeName: string | undefined): void {
  const className = classOf(claim)
  if (className === '') return say(context, claim, { type: 'Normal', reason: 'FailedBinding', message: 'no persistent volumes available for this claim and no storage class is set' })
  const storageClass = classNamed(context.store, className)
  if (storageClass === undefined) return say(context, claim, { type: 'Warning', reason: 'ProvisioningFailed', message: `storageclass.storage.k8s.io "${className}" not found` })
  if (storageClass.provisioner !== NO_PROVISIONER) provision(context, claim, { storageClass, nodeName })
}

interface Told {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
}

function say(context: Context, claim: Claim, event: Told): void {
  context.recordEvent(claim, event)
}

function bind(context: Context, claim: Claim, volume: VolumeObject): void {
  const bound = context.api.update(boundVolume(volume, claim))
  context.api.updateStatus(bound, phaseOf(context, bound as VolumeObject, 'Bound'))
  const named = context.api.update(boundClaim(claim, volume))
  context.api.updateStatus(named, { phase: 'Bound', accessModes: volume.spec?.accessModes ?? [], capacity: volume.spec?.capacity ?? {} })
}

function provision(context: Context<Orders>, claim: Claim, make: Making): void {
  const uid = claim.metadata.uid ?? ''
  const dueMs = context.state.get(uid) ?? context.nowMs() + PROVISION_MS
  context.state.set(uid, dueMs)
  if (dueMs > context.nowMs()) return context.wakeAfter(keyOf(claim), dueMs - context.nowMs())
  context.state.delete(uid)
  const volume = context.api.create(provisionedVolume(context.store, claim, make))
  say(context, claim, { type: 'Normal', reason: 'ProvisioningSucceeded', message: `Successfully provisioned volume ${volume.metadata.name}` })
  bind(context, claim, volume as VolumeObject)
}
