/** Attachments of volumes where nobody collected them: containers that have run had their volumes. */

import { objectKey, refOf, type KubeObject } from '../../model/kube-object.ts'
import { containerStatusesOf, isPod, isTerminal, type PodObject } from '../../model/kube/workload.ts'
import { ATTACHMENT_KIND, attachedVolumesOf, attachmentOf } from '../controllers/volume/attachable.ts'
import type { StoreReader } from '../store.ts'
import type { Presumed } from './presumed-objects.ts'

export function presumedAttachments(objects: readonly KubeObject[]): Presumed {
  const isCollected = objects.some(({ apiVersion, kind }) => `${apiVersion.split('/')[0] ?? ''}/${kind}` === ATTACHMENT_KIND)
  const hasVolumes = objects.some(({ kind }) => kind === 'PersistentVolume')
  if (isCollected || !hasVolumes) return { objects: [], assumptions: [] }
  const byKey = new Map(objects.map((object) => [objectKey(refOf(object)), object]))
  const lookup: Pick<StoreReader, 'get'> = { get: (ref) => byKey.get(objectKey(ref)) }
  const made = new Map<string, KubeObject>()
  for (const pod of objects.filter(isPod).filter(hasStarted)) {
    for (const { volume, attachable } of attachedVolumesOf(pod, lookup)) {
      const attachment = { ...attachmentOf({ name: volume.metadata.name ?? '', attachable }, pod.spec?.nodeName ?? ''), status: { attached: true } }
      made.set(attachment.metadata.name ?? '', attachment)
    }
  }
  if (made.size === 0) return { objects: [], assumptions: [] }
  return { objects: [...made.values()], assumptions: [`No VolumeAttachment was collected: the ${made.size} volumes that started pods mount are assumed to be attached to their nodes.`] }
}

/** A pod cut by hand that says Running and no more has started, too. */
function hasStarted(pod: PodObject): boolean {
  if (isTerminal(pod) || (pod.spec?.nodeName ?? '') === '') return false
  const statuses = containerStatusesOf(pod)
  return statuses.length === 0 ? pod.status?.phase === 'Running' : statuses.some(({ state, lastState }) => state?.running !== undefined || state?.terminated !== undefined || lastState?.terminated !== undefined)
}
