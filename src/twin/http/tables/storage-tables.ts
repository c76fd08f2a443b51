/** What drivers of volumes say of themselves, attachments, and what else a cluster has of its own making. */

import type { ControllerRevision } from 'kubernetes-types/apps/v1.d.ts'
import type { RuntimeClass } from 'kubernetes-types/node/v1.d.ts'
import type { CSIDriver, CSINode, VolumeAttachment } from 'kubernetes-types/storage/v1.d.ts'
import { groupOf } from '../../../model/kube-object.ts'
import { age, joined, nameOf, table, type TableKind } from './table.ts'

interface VolumeAttributesClass {
  readonly driverName: string
}

interface ServiceCIDR {
  readonly spec?: { readonly cidrs?: readonly string[] }
}

interface IPAddress {
  readonly spec?: { readonly parentRef?: { readonly group?: string; readonly resource: string; readonly namespace?: string; readonly name: string } }
}

export const STORAGE_TABLES: Readonly<Record<string, TableKind>> = {
  'storage.k8s.io/CSIDriver': table<CSIDriver>('Name, AttachRequired?, PodInfoOnMount?, StorageCapacity?, TokenRequests, RequiresRepublish?, Modes, Age', (driver, nowMs) => {
    const { attachRequired = true, podInfoOnMount = false, storageCapacity = false, tokenRequests, requiresRepublish = false, volumeLifecycleModes = [] } = driver.spec
    const audiences = tokenRequests?.map(({ audience }) => audience).join(',') ?? '<unset>'
    return [nameOf(driver), attachRequired, podInfoOnMount, storageCapacity, audiences, requiresRepublish, joined(volumeLifecycleModes), age(driver, nowMs)]
  }),
  'storage.k8s.io/CSINode': table<CSINode>('Name, Drivers#, Age', (node, nowMs) => [nameOf(node), node.spec.drivers?.length ?? 0, age(node, nowMs)]),
  'storage.k8s.io/VolumeAttachment': table<VolumeAttachment>('Name, Attacher, PV, Node, Attached?, Age', (attachment, nowMs) => {
    const { attacher, nodeName, source } = attachment.spec
    return [nameOf(attachment), attacher, source.persistentVolumeName ?? '', nodeName, attachment.status?.attached ?? false, age(attachment, nowMs)]
  }),
  'storage.k8s.io/VolumeAttributesClass': table<VolumeAttributesClass>('Name, DriverName, Age', (attributes, nowMs) => [nameOf(attributes), attributes.driverName, age(attributes, nowMs)]),
  'node.k8s.io/RuntimeClass': table<RuntimeClass>('Name, Handler, Age', (runtime, nowMs) => [nameOf(runtime), runtime.handler, age(runtime, nowMs)]),
  'apps/ControllerRevision': table<ControllerRevision>('Name, Controller, Revision, Age', (revision, nowMs) => {
    const owner = revision.metadata.ownerReferences?.find(({ controller }) => controller === true)
    const group = owner === undefined ? '' : groupOf(owner.apiVersion)
    const controller = owner === undefined ? '<none>' : `${owner.kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${owner.name}`
    return [nameOf(revision), controller, revision.revision, age(revision, nowMs)]
  }),
  'networking.k8s.io/ServiceCIDR': table<ServiceCIDR>('Name, CIDRs, Age', (range, nowMs) => [nameOf(range), (range.spec?.cidrs ?? []).join(','), age(range, nowMs)]),
  // Upstream fills a third cell, of which it has no column.
  'networking.k8s.io/IPAddress': table<IPAddress>('Name, ParentRef', (address, nowMs) => [nameOf(address), parentOf(address), age(address, nowMs)]),
}

function parentOf({ spec }: IPAddress): string {
  const parent = spec?.parentRef
  if (parent === undefined) return '<none>'
  const { group = '', resource, namespace = '', name } = parent
  const kind = (group === '' ? resource : `${resource}.${group}`).toLowerCase()
  return [kind, ...(namespace === '' ? [] : [namespace]), name].join('/')
}
