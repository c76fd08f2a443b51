/**
 * NodeVolumeLimits: a node attaches only so many volumes of a driver (its CSINode says how many).
 *
 * A volume that several pods use counts once. Attachments that no pod on the node accounts for count too: a disk
 * that is still attached takes its place.
 */

import type { CSINode, VolumeAttachment } from 'kubernetes-types/storage/v1.d.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import type { StoreReader } from '../../store.ts'
import type { NodeInfo } from '../node-info.ts'
import type { PodInfo } from '../pod-info.ts'
import { SKIP, type FilterPlugin } from '../plugin.ts'
import { PASS, unschedulable, type Status } from '../status.ts'
import { claimNamed, classNamed, classOf, diskNamed } from '../storage.ts'

const REFUSED = unschedulable('node(s) exceed max volume count')

/** Driver by a name that is unique per volume. */
type Volumes = ReadonlyMap<string, string>

export const nodeVolumeLimits: FilterPlugin = {
  name: 'NodeVolumeLimits',
  preFilter(pod, { store }) {
    const wanted = volumesOf(pod, store)
    return wanted.size === 0 ? SKIP : { type: 'check', filter: { check: (node) => checkNode(wanted, node, store) } }
  },
}

function checkNode(wanted: Volumes, node: NodeInfo, store: StoreReader): Status {
  const limits = limitsOf(node.name, store)
  if (limits.size === 0) return PASS
  const used = new Map<string, string>()
  for (const pod of node.pods) for (const [id, driver] of volumesOf(pod, store)) used.set(id, driver)
  const attached = new Map([...attachmentsOf(node.name, store), ...used])
  for (const [driver, limit] of limits) {
    const present = Array.from(attached.values()).filter((other) => other === driver).length
    // One that is attached and that no pod uses any more counts as attached and as new (csi.go, Filter).
    const fresh = Array.from(wanted).filter(([id, other]) => other === driver && !used.has(id)).length
    if (fresh > 0 && present + fresh > limit) return REFUSED
  }
  return PASS
}

function limitsOf(nodeName: string, store: StoreReader): ReadonlyMap<string, number> {
  const csiNode = store.get({ apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', name: nodeName }) as (KubeObject & CSINode) | undefined
  return new Map((csiNode?.spec.drivers ?? []).flatMap(({ name, allocatable }) => (allocatable?.count === undefined ? [] : [[name, allocatable.count] as const])))
}

/** CSI volumes of a pod. A claim without a volume counts under its own name for the driver that will make it. */
function volumesOf(pod: PodInfo, store: StoreReader): Volumes {
  const volumes = new Map<string, string>()
  for (const name of pod.claims) {
    const claim = claimNamed(store, pod.namespace, name)
    if (claim === undefined) continue
    const csi = diskNamed(store, claim.spec?.volumeName ?? '')?.spec?.csi
    if (csi !== undefined) volumes.set(`${csi.driver}/${csi.volumeHandle}`, csi.driver)
    else if ((claim.spec?.volumeName ?? '') === '') {
      const provisioner = classNamed(store, classOf(claim))?.provisioner
      if (provisioner !== undefined) volumes.set(`${provisioner}/${pod.namespace}/${name}`, provisioner)
    }
  }
  return volumes
}

function attachmentsOf(nodeName: string, store: StoreReader): [string, string][] {
  const attachments = Array.from(store.list('storage.k8s.io/VolumeAttachment')) as unknown as (KubeObject & VolumeAttachment)[]
  return attachments.flatMap(({ spec }): [string, string][] => {
    const csi = spec.nodeName === nodeName ? diskNamed(store, spec.source.persistentVolumeName ?? '')?.spec?.csi : undefined
    return csi === undefined ? [] : [[`${csi.driver}/${csi.volumeHandle}`, csi.driver]]
  })
}
