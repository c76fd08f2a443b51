/** Nodes, namespaces, storage, budgets, autoscalers, quotas and the other kinds that a responder looks at. */

import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.d.ts'
import type { LimitRange, Namespace, Node, PersistentVolume, PersistentVolumeClaim, ResourceQuota } from 'kubernetes-types/core/v1.d.ts'
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.d.ts'
import type { PriorityClass } from 'kubernetes-types/scheduling/v1.d.ts'
import type { StorageClass } from 'kubernetes-types/storage/v1.d.ts'
import type { Lease } from 'kubernetes-types/coordination/v1.d.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import { storedAutoscaler } from '../../api/autoscaler-versions.ts'
import { isDefaultClass } from '../../api/default-class.ts'
import { ageOf } from '../human-duration.ts'
import { targetsText } from './autoscaler-targets.ts'
import { age, columns, joined, nameOf, table, wide, type Cell, type TableKind } from './table.ts'

type Typed<T> = KubeObject & T

export const CLUSTER_TABLES: Readonly<Record<string, TableKind>> = {
  '/Node': table<Node>('Name, Status, Roles, Age, Version | Internal-IP, External-IP, OS-Image, Kernel-Version, Container-Runtime', (node, nowMs) => [
    nameOf(node),
    nodeStatus(node),
    nodeRoles(node),
    age(node, nowMs),
    node.status?.nodeInfo?.kubeletVersion ?? '',
    addressOf(node, 'InternalIP'),
    addressOf(node, 'ExternalIP'),
    known(node.status?.nodeInfo?.osImage),
    kernelText(node),
    known(node.status?.nodeInfo?.containerRuntimeVersion),
  ]),
  '/Namespace': table<Namespace>('Name, Status, Age', (namespace, nowMs) => [nameOf(namespace), namespace.status?.phase ?? '', age(namespace, nowMs)]),
  'policy/PodDisruptionBudget': table<PodDisruptionBudget>('Name, Min Available, Max Unavailable, Allowed Disruptions#, Age', (budget, nowMs) => [
    nameOf(budget),
    String(budget.spec?.minAvailable ?? 'N/A'),
    String(budget.spec?.maxUnavailable ?? 'N/A'),
    budget.status?.disruptionsAllowed ?? 0,
    age(budget, nowMs),
  ]),
  'autoscaling/HorizontalPodAutoscaler': table<HorizontalPodAutoscaler>('Name, Reference, Targets, MinPods, MaxPods#, Replicas#, Age', (shown, nowMs) => {
    const autoscaler = storedAutoscaler(shown) as Typed<HorizontalPodAutoscaler>
    return [
      nameOf(autoscaler),
      `${autoscaler.spec?.scaleTargetRef.kind}/${autoscaler.spec?.scaleTargetRef.name}`,
      targetsText(autoscaler.spec?.metrics ?? [], autoscaler.status?.currentMetrics ?? []),
      String(autoscaler.spec?.minReplicas ?? '<unset>'),
      autoscaler.spec?.maxReplicas ?? 0,
      autoscaler.status?.currentReplicas ?? 0,
      age(autoscaler, nowMs),
    ]
  }),
  '/PersistentVolumeClaim': table<PersistentVolumeClaim>('Name, Status, Volume, Capacity, Access Modes, StorageClass, VolumeAttributesClass, Age | VolumeMode', (claim, nowMs) => {
    const isBound = (claim.spec?.volumeName ?? '') !== ''
    return [
      nameOf(claim),
      claim.metadata.deletionTimestamp === undefined ? (claim.status?.phase ?? '') : 'Terminating',
      claim.spec?.volumeName ?? '',
      isBound ? (claim.status?.capacity?.['storage'] ?? '') : '',
      isBound ? accessModes(claim.status?.accessModes) : '',
      claim.spec?.storageClassName ?? '',
      claim.spec?.volumeAttributesClassName ?? '<unset>',
      age(claim, nowMs),
      known(claim.spec?.volumeMode, '<unset>'),
    ]
  }),
  '/PersistentVolume': table<PersistentVolume>('Name, Capacity, Access Modes, Reclaim Policy, Status, Claim, StorageClass, VolumeAttributesClass, Reason, Age | VolumeMode', (volume, nowMs) => [
    nameOf(volume),
    volume.spec?.capacity?.['storage'] ?? '',
    accessModes(volume.spec?.accessModes),
    volume.spec?.persistentVolumeReclaimPolicy ?? '',
    volume.metadata.deletionTimestamp === undefined ? (volume.status?.phase ?? '') : 'Terminating',
    volume.spec?.claimRef === undefined ? '' : `${volume.spec.claimRef.namespace}/${volume.spec.claimRef.name}`,
    volume.spec?.storageClassName ?? '',
    volume.spec?.volumeAttributesClassName ?? '<unset>',
    volume.status?.reason ?? '',
    age(volume, nowMs),
    known(volume.spec?.volumeMode, '<unset>'),
  ]),
  'storage.k8s.io/StorageClass': table<StorageClass>('Name, Provisioner, ReclaimPolicy, VolumeBindingMode, AllowVolumeExpansion, Age', (storage, nowMs) => [
    isDefaultClass(storage) ? `${nameOf(storage)} (default)` : nameOf(storage),
    storage.provisioner,
    storage.reclaimPolicy ?? 'Delete',
    storage.volumeBindingMode ?? 'Immediate',
    storage.allowVolumeExpansion === true,
    age(storage, nowMs),
  ]),
  'scheduling.k8s.io/PriorityClass': table<PriorityClass>('Name, Value#, Global-Default?, Age, PreemptionPolicy', (priority, nowMs) => [
    nameOf(priority),
    priority.value,
    priority.globalDefault === true,
    age(priority, nowMs),
    priority.preemptionPolicy ?? '',
  ]),
  '/ResourceQuota': table<ResourceQuota>('Name, Request, Limit, Age', (quota, nowMs) => [
    nameOf(quota),
    quotaText(quota, (name) => !name.startsWith('limits.')),
    quotaText(quota, (name) => name.startsWith('limits.')),
    age(quota, nowMs),
  ]),
  '/LimitRange': table<LimitRange>('Name, Created At', (range) => [nameOf(range), range.metadata.creationTimestamp ?? '']),
  'coordination.k8s.io/Lease': table<Lease>('Name, Holder, Age', (lease, nowMs) => [nameOf(lease), lease.spec?.holderIdentity ?? '', age(lease, nowMs)]),
  '/Event': {
    columns: wide(columns('Last Seen, Type, Reason, Object, Subobject, Source, Message, First Seen, Count#, Name'), ['Subobject', 'Source', 'First Seen', 'Count', 'Name']),
    cells: eventCells,
  },
}

function known(text: string | undefined, otherwise = '<unknown>'): string {
  return text === undefined || text === '' ? otherwise : text
}

function nodeStatus(node: Typed<Node>): string {
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')
  const state = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'
  return node.spec?.unschedulable === true ? `${state},SchedulingDisabled` : state
}

function nodeRoles(node: KubeObject): string {
  const roles = Object.entries(node.metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith('node-role.kubernetes.io/')) return [key.slice('node-role.kubernetes.io/'.length)]
    return key === 'kubernetes.io/role' && value !== '' ? [value] : []
  })
  return joined([...new Set(roles)].sort())
}

function kernelText({ status }: Typed<Node>): string {
  const { kernelVersion, architecture = '' } = status?.nodeInfo ?? {}
  return known(kernelVersion) + (architecture === '' ? '' : ` (${architecture})`)
}

function addressOf(node: Typed<Node>, type: string): string {
  return joined([node.status?.addresses?.find((address) => address.type === type)?.address])
}

const MODES: Readonly<Record<string, string>> = { ReadWriteOnce: 'RWO', ReadOnlyMany: 'ROX', ReadWriteMany: 'RWX', ReadWriteOncePod: 'RWOP' }

function accessModes(modes: readonly string[] | undefined): string {
  return (modes ?? []).map((mode) => MODES[mode] ?? mode).join(',')
}

function quotaText(quota: Typed<ResourceQuota>, isShown: (name: string) => boolean): string {
  const hard = quota.status?.hard ?? {}
  const names = Object.keys(hard).filter(isShown).sort()
  return names.map((name) => `${name}: ${quota.status?.used?.[name] ?? 0}/${hard[name]}`).join(', ')
}

interface EventFields {
  readonly involvedObject?: { readonly kind?: string; readonly name?: string; readonly fieldPath?: string }
  readonly type?: string
  readonly reason?: string
  readonly message?: string
  readonly count?: number
  readonly firstTimestamp?: string
  readonly lastTimestamp?: string
  readonly eventTime?: string
  readonly source?: { readonly component?: string; readonly host?: string }
}

function eventCells(object: KubeObject, nowMs: number): readonly Cell[] {
  const event = object as KubeObject & EventFields
  const first = event.firstTimestamp ?? event.eventTime
  return [
    ageOf(event.lastTimestamp ?? first, nowMs),
    event.type ?? '',
    event.reason ?? '',
    `${(event.involvedObject?.kind ?? '').toLowerCase()}/${event.involvedObject?.name ?? ''}`,
    event.involvedObject?.fieldPath ?? '',
    joined([event.source?.component, event.source?.host], ''),
    (event.message ?? '').trim(),
    ageOf(first, nowMs),
    event.count ?? 1,
    nameOf(object),
  ]
}
