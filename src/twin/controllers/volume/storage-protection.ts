/**
 * Claims and volumes that are in use outlive their deletion (`pkg/controller/volume/{pvcprotection,pvprotection}`): the
 * finalizer that admission gave them goes when no pod on a node uses the claim, and when no claim holds the volume.
 */

import { isPod, isTerminating } from '../../../model/kube/workload.ts'
import { refOf, type KubeObject } from '../../../model/kube-object.ts'
import { CLAIM_PROTECTION, VOLUME_PROTECTION } from '../../api/protection.ts'
import type { Controller, Forkable } from '../../controller.ts'
import type { StoreReader } from '../../store.ts'
import { keyOf, objectAt } from '../controller-key.ts'

const NO_STATE: Forkable = { fork: () => NO_STATE }
const CLAIM = 'claim '
const VOLUME = 'volume '

export const storageProtection: Controller = {
  name: 'storage-protection',
  watches: ['/PersistentVolumeClaim', '/PersistentVolume', '/Pod'],
  latencyMs: 10,
  createState: () => NO_STATE,
  keysFor({ before, after, groupKind }, store) {
    if (groupKind === '/Pod') return after === undefined && before !== undefined ? claimsOf(before).flatMap((name) => leavingClaim(store, before.metadata.namespace, name)) : []
    if (after === undefined || !isTerminating(after)) return []
    return groupKind === '/PersistentVolume' ? [`${VOLUME}${after.metadata.name ?? ''}`] : [`${CLAIM}${keyOf(after)}`]
  },
  sync(key, { store, api }) {
    const held = key.startsWith(VOLUME) ? freeVolume(store, key.slice(VOLUME.length)) : freeClaim(store, key.slice(CLAIM.length))
    const finalizer = key.startsWith(VOLUME) ? VOLUME_PROTECTION : CLAIM_PROTECTION
    if (held === undefined || held.metadata.finalizers?.includes(finalizer) !== true) return
    const finalizers = held.metadata.finalizers.filter((each) => each !== finalizer)
    api.update({ ...held, metadata: { ...held.metadata, finalizers } })
  },
}

function leavingClaim(store: StoreReader, namespace: string | undefined, name: string): string[] {
  const claim = store.get({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...(namespace === undefined ? {} : { namespace }), name })
  return claim !== undefined && isTerminating(claim) ? [`${CLAIM}${keyOf(claim)}`] : []
}

/** The claim when it is on its way out and no pod that has a node names it. */
function freeClaim(store: StoreReader, key: string): KubeObject | undefined {
  const claim = objectAt(store, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' }, key)
  if (claim === undefined || !isTerminating(claim)) return undefined
  for (const pod of store.list('/Pod', refOf(claim).namespace)) {
    if (isPod(pod) && (pod.spec?.nodeName ?? '') !== '' && claimsOf(pod).includes(claim.metadata.name ?? '')) return undefined
  }
  return claim
}

function freeVolume(store: StoreReader, name: string): KubeObject | undefined {
  const volume = store.get({ apiVersion: 'v1', kind: 'PersistentVolume', name })
  const isBound = (volume?.['status'] as { readonly phase?: string } | undefined)?.phase === 'Bound'
  return volume !== undefined && isTerminating(volume) && !isBound ? volume : undefined
}

/** Also the claims that were made for a pod's own volumes. */
function claimsOf(pod: KubeObject): readonly string[] {
  if (!isPod(pod)) return []
  return (pod.spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim !== undefined) return [persistentVolumeClaim.claimName]
    return ephemeral === undefined ? [] : [`${pod.metadata.name ?? ''}-${name}`]
  })
}
