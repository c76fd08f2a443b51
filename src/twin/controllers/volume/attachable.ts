/**
 * Which volumes an attacher brings to a node (`pkg/controller/volume/attachdetach/util`, `pkg/volume/csi`), and by which
 * name the attachment goes.
 */

import type { PersistentVolume } from 'kubernetes-types/core/v1.d.ts'
import type { CSIDriver, VolumeAttachment } from 'kubernetes-types/storage/v1.d.ts'
import { digestOf } from '../../../kernel/canonical-json.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import type { PodObject } from '../../../model/kube/workload.ts'
import type { StoreReader } from '../../store.ts'

export type VolumeObject = KubeObject & PersistentVolume
export type AttachmentObject = KubeObject & VolumeAttachment

export const ATTACHMENT_KIND = 'storage.k8s.io/VolumeAttachment'

/** In-tree disks are served by these drivers since their code left Kubernetes. */
const MIGRATED: Readonly<Record<string, { readonly driver: string; readonly handle: string }>> = {
  awsElasticBlockStore: { driver: 'ebs.csi.aws.com', handle: 'volumeID' },
  gcePersistentDisk: { driver: 'pd.csi.storage.gke.io', handle: 'pdName' },
  azureDisk: { driver: 'disk.csi.azure.com', handle: 'diskURI' },
  cinder: { driver: 'cinder.csi.openstack.org', handle: 'volumeID' },
  vsphereVolume: { driver: 'csi.vsphere.vmware.com', handle: 'volumePath' },
}

export interface Attachable {
  readonly driver: string
  readonly handle: string
}

/** The driver that attaches the volume; undefined where nothing needs to be attached (files over the network, local disks). */
export function attachableOf(volume: VolumeObject, store: Pick<StoreReader, 'get'>): Attachable | undefined {
  const { csi } = volume.spec ?? {}
  if (csi !== undefined) return needsAttach(csi.driver, store) ? { driver: csi.driver, handle: csi.volumeHandle } : undefined
  for (const [source, { driver, handle }] of Object.entries(MIGRATED)) {
    const disk = (volume.spec as Readonly<Record<string, unknown>> | undefined)?.[source] as Readonly<Record<string, string>> | undefined
    if (disk !== undefined) return { driver, handle: disk[handle] ?? '' }
  }
  return undefined
}

/** A driver of which nothing is said attaches. */
function needsAttach(driver: string, store: Pick<StoreReader, 'get'>): boolean {
  const object = store.get({ apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', name: driver }) as (KubeObject & CSIDriver) | undefined
  return object?.spec.attachRequired !== false
}

/** `IsMultiAttachAllowed`. */
export function allowsSeveralNodes(volume: VolumeObject): boolean {
  const modes: readonly string[] = volume.spec?.accessModes ?? []
  return modes.length === 0 || modes.some((mode) => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany')
}

/** The names of the claims that a pod mounts; those made for it alone are named after it. */
export function claimNamesOf(pod: PodObject): string[] {
  return (pod.spec?.volumes ?? []).flatMap((volume) => {
    if (volume.persistentVolumeClaim !== undefined) return [volume.persistentVolumeClaim.claimName]
    return volume.ephemeral === undefined ? [] : [`${pod.metadata.name ?? ''}-${volume.name}`]
  })
}

/** The volumes of a pod that an attacher brings, with the name each has in the pod. */
export function attachedVolumesOf(pod: PodObject, store: Pick<StoreReader, 'get'>): { readonly volume: VolumeObject; readonly attachable: Attachable; readonly claim: string }[] {
  const namespace = pod.metadata.namespace ?? ''
  return claimNamesOf(pod).flatMap((claim) => {
    const object = store.get({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: claim })
    const name = (object?.['spec'] as { readonly volumeName?: string } | undefined)?.volumeName ?? ''
    const volume = name === '' ? undefined : (store.get({ apiVersion: 'v1', kind: 'PersistentVolume', name }) as VolumeObject | undefined)
    const attachable = volume === undefined ? undefined : attachableOf(volume, store)
    return volume === undefined || attachable === undefined ? [] : [{ volume, attachable, claim }]
  })
}

/** `getAttachmentName`. */
export function attachmentName({ driver, handle }: Attachable, nodeName: string): string {
  return `csi-${digestOf(`${handle}${driver}${nodeName}`).slice('sha256:'.length)}`
}

export function attachmentOf(volume: { readonly name: string; readonly attachable: Attachable }, nodeName: string): KubeObject {
  const { driver } = volume.attachable
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttachment',
    metadata: { name: attachmentName(volume.attachable, nodeName), finalizers: [`external-attacher/${driver.replaceAll('.', '-')}`] },
    spec: { attacher: driver, nodeName, source: { persistentVolumeName: volume.name } },
  }
}

/** By its name, or else by what it says: a snapshot may hold one that another attacher named. */
export function findAttachment(store: Pick<StoreReader, 'get' | 'list'>, volume: { readonly name: string; readonly attachable: Attachable }, nodeName: string): AttachmentObject | undefined {
  const named = store.get({ apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment', name: attachmentName(volume.attachable, nodeName) }) as AttachmentObject | undefined
  if (named !== undefined) return named
  for (const object of store.list(ATTACHMENT_KIND)) {
    const { spec } = object as AttachmentObject
    if (spec.nodeName === nodeName && spec.source.persistentVolumeName === volume.name) return object as AttachmentObject
  }
  return undefined
}

export function isAttached(attachment: AttachmentObject | undefined): boolean {
  return attachment?.status?.attached === true && attachment.metadata.deletionTimestamp === undefined
}
