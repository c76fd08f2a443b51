/** Volumes of the cluster: `ValidatePersistentVolume`, `ValidatePersistentVolumeUpdate`. */

import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { parseMilli } from '../../model/kube/quantity.ts'
import { forbiddenField, invalidField, invalidFields, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { subdomainProblems } from './object-names.ts'
import { nodeSelectorErrors } from './validate-affinity.ts'
import { accessModeErrors, VOLUME_MODES } from './validate-claim.ts'
import { backstepErrors } from './validate-port.ts'
import { csiNameErrors } from './validate-storage.ts'
import { hostPathErrors } from './validate-volume.ts'

type Fields = Readonly<Record<string, unknown>>
type Check = (source: Fields, field: string) => FieldError[]

/** In upstream's order: of two sources the later one is forbidden. */
const SOURCES: Readonly<Record<string, Check>> = {
  hostPath: hostPathErrors,
  gcePersistentDisk: () => [],
  awsElasticBlockStore: () => [],
  glusterfs: () => [],
  flocker: () => [],
  nfs: nfsErrors,
  rbd: () => [],
  quobyte: () => [],
  cephfs: () => [],
  iscsi: () => [],
  cinder: () => [],
  fc: () => [],
  flexVolume: () => [],
  azureFile: () => [],
  vsphereVolume: () => [],
  photonPersistentDisk: () => [],
  portworxVolume: () => [],
  azureDisk: () => [],
  scaleIO: () => [],
  local: localErrors,
  storageos: () => [],
  csi: csiErrors,
}

interface VolumeSpec {
  readonly accessModes?: readonly string[]
  readonly capacity?: Readonly<Record<string, string>>
  readonly persistentVolumeReclaimPolicy?: string
  readonly storageClassName?: string
  readonly volumeMode?: string
  readonly volumeAttributesClassName?: string
  readonly nodeAffinity?: { readonly required?: object }
  readonly hostPath?: { readonly path?: string }
  readonly csi?: object
}

const RECLAIM_POLICIES = ['Delete', 'Recycle', 'Retain']

export function persistentVolumeErrors(volume: KubeObject): FieldError[] {
  const spec = (volume['spec'] ?? {}) as VolumeSpec
  const { accessModes = [], capacity = {}, persistentVolumeReclaimPolicy: policy = 'Retain', storageClassName = '', volumeMode = 'Filesystem' } = spec
  const isRoot = spec.hostPath?.path !== undefined && /^\/+(\.?\/*)*$/.test(spec.hostPath.path) && policy === 'Recycle'
  return [
    ...(accessModes.length === 0 ? [requiredField('spec.accessModes')] : []),
    ...accessModeErrors(accessModes),
    ...capacityErrors(capacity),
    ...(RECLAIM_POLICIES.includes(policy) ? [] : [unsupportedField('spec.persistentVolumeReclaimPolicy', policy, RECLAIM_POLICIES)]),
    ...affinityErrors(spec.nodeAffinity),
    ...sourceErrors(spec as Fields, spec.nodeAffinity !== undefined),
    ...(isRoot ? [forbiddenField('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'")] : []),
    ...(storageClassName === '' ? [] : invalidFields('spec.storageClassName', storageClassName, subdomainProblems(storageClassName))),
    ...(VOLUME_MODES.includes(volumeMode) ? [] : [unsupportedField('spec.volumeMode', volumeMode, VOLUME_MODES)]),
    ...attributesErrors(spec),
  ]
}

function capacityErrors(capacity: Readonly<Record<string, string>>): FieldError[] {
  const names = Object.keys(capacity)
  const isOther = capacity['storage'] === undefined || names.length > 1
  return [
    ...(names.length === 0 ? [requiredField('spec.capacity')] : []),
    ...(isOther ? [unsupportedField('spec.capacity', names.length === 0 ? null : Object.fromEntries(names.sort().map((name) => [name, capacity[name]])), ['storage'])] : []),
    ...Object.entries(capacity).flatMap(([name, value]) => ((parseMilli(value) ?? 0) > 0 ? [] : [invalidField(`spec.capacity[${name}]`, value, 'must be greater than zero')])),
  ]
}

function affinityErrors(affinity: VolumeSpec['nodeAffinity']): FieldError[] {
  if (affinity === undefined) return []
  if (affinity.required === undefined) return [requiredField('spec.nodeAffinity.required', 'must specify required node constraints')]
  return nodeSelectorErrors(affinity.required, 'spec.nodeAffinity.required')
}

function sourceErrors(spec: Fields, isPinned: boolean): FieldError[] {
  const given = Object.keys(SOURCES).filter((key) => spec[key] !== undefined)
  if (given.length === 0) return [requiredField('spec', 'must specify a volume type')]
  const unpinned = (key: string): FieldError[] => (key === 'local' && !isPinned ? [requiredField('spec.nodeAffinity', 'Local volume requires node affinity')] : [])
  return given.flatMap((key, position) => (position === 0 ? [...(SOURCES[key] as Check)(spec[key] as Fields, `spec.${key}`), ...unpinned(key)] : [forbiddenField(`spec.${key}`, 'may not specify more than 1 volume type')]))
}

function nfsErrors({ server = '', path = '' }: Fields, field: string): FieldError[] {
  return [
    ...(server === '' ? [requiredField(`${field}.server`)] : []),
    ...(path === '' ? [requiredField(`${field}.path`)] : []),
    ...(String(path).startsWith('/') ? [] : [invalidField(`${field}.path`, path, 'must be an absolute path')]),
  ]
}

function localErrors({ path = '' }: Fields, field: string): FieldError[] {
  return path === '' ? [requiredField(`${field}.path`)] : backstepErrors(String(path), `${field}.path`)
}

function csiErrors({ driver = '', volumeHandle = '' }: Fields, field: string): FieldError[] {
  return [...csiNameErrors(String(driver), `${field}.driver`), ...(volumeHandle === '' ? [requiredField(`${field}.volumeHandle`)] : [])]
}

function attributesErrors({ volumeAttributesClassName: name, csi }: VolumeSpec): FieldError[] {
  if (name === undefined) return []
  const field = 'spec.volumeAttributesClassName'
  return [...(name === '' ? [requiredField(field, 'an empty string is disallowed')] : invalidFields(field, name, subdomainProblems(name))), ...(csi === undefined ? [requiredField('spec.csi', 'has to be specified when using volumeAttributesClassName')] : [])]
}

export function persistentVolumeChangeErrors(before: KubeObject, next: KubeObject): FieldError[] {
  const [old, spec] = [before, next].map((volume) => (volume['spec'] ?? {}) as Fields) as [Fields, Fields]
  const isOther = Object.keys(SOURCES).some((key) => !jsonEqual(old[key], spec[key]))
  const isMoved = old['nodeAffinity'] !== undefined && !jsonEqual(old['nodeAffinity'], spec['nodeAffinity'])
  const losesClass = old['volumeAttributesClassName'] !== undefined && spec['volumeAttributesClassName'] === undefined
  return [
    ...(isOther ? [forbiddenField('spec.persistentvolumesource', 'spec.persistentvolumesource is immutable after creation')] : []),
    ...(jsonEqual(old['volumeMode'], spec['volumeMode']) ? [] : [invalidField('volumeMode', spec['volumeMode'], 'field is immutable')]),
    ...(isMoved ? [invalidField('nodeAffinity', spec['nodeAffinity'] ?? null, 'field is immutable, except for updating from beta label to GA')] : []),
    ...(losesClass ? [forbiddenField('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden')] : []),
  ]
}
