/** Volumes that the kubelet must not mount yet, because they are not attached to its node. */

import { isPod, type PodObject } from '../../model/kube/workload.ts'
import { attachedVolumesOf, findAttachment, isAttached } from '../controllers/volume/attachable.ts'
import type { StoreReader } from '../store.ts'

interface Lookup {
  readonly store: Pick<StoreReader, 'get' | 'list'>
  readonly pod: PodObject
}

/** Their names in the pod; none when the pod may start. */
export function unattachedVolumes({ store, pod }: Lookup): string[] {
  if (!isPod(pod)) return []
  const nodeName = pod.spec?.nodeName ?? ''
  return attachedVolumesOf(pod, store)
    .filter(({ volume, attachable }) => !isAttached(findAttachment(store, { name: volume.metadata.name ?? '', attachable }, nodeName)))
    .map(({ claim }) => volumeNamed(pod, claim))
}

function volumeNamed(pod: PodObject, claim: string): string {
  const own = pod.spec?.volumes?.find(({ name, persistentVolumeClaim, ephemeral }) => persistentVolumeClaim?.claimName === claim || (ephemeral !== undefined && `${pod.metadata.name ?? ''}-${name}` === claim))
  return own?.name ?? claim
}
