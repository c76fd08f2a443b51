/** What belongs to drivers of volumes: classes, attachments, drivers and their nodes, room (`pkg/apis/storage/validation`). */

import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { parseMilli } from '../../model/kube/quantity.ts'
import { duplicateField, forbiddenField, invalidField, invalidFields, requiredField, tooLongErrors, unsupportedField, type FieldError } from './field-error.ts'
import { labelKeyProblems, subdomainProblems } from './object-names.ts'
import { selectorErrors } from './validate-metadata.ts'

type Fields = Readonly<Record<string, unknown>>
type Texts = Readonly<Record<string, string>>

const RECLAIM_POLICIES = ['Delete', 'Retain']
const BINDING_MODES = ['Immediate', 'WaitForFirstConsumer']

interface TopologyTerm {
  readonly matchLabelExpressions?: readonly { readonly key?: string; readonly values?: readonly string[] }[]
}

export function storageClassErrors(storageClass: KubeObject): FieldError[] {
  const { provisioner = '', parameters, reclaimPolicy, volumeBindingMode, allowedTopologies = [] } = storageClass as KubeObject & { provisioner?: string; parameters?: Texts; reclaimPolicy?: string; volumeBindingMode?: string; allowedTopologies?: readonly TopologyTerm[] }
  return [
    ...driverErrors(provisioner, 'provisioner'),
    ...parameterErrors(parameters ?? {}),
    ...(reclaimPolicy === undefined || RECLAIM_POLICIES.includes(reclaimPolicy) ? [] : [unsupportedField('reclaimPolicy', reclaimPolicy, RECLAIM_POLICIES)]),
    ...(volumeBindingMode === undefined || BINDING_MODES.includes(volumeBindingMode) ? [] : [unsupportedField('volumeBindingMode', volumeBindingMode, BINDING_MODES)]),
    ...allowedTopologies.flatMap((term, index) => [
      ...termErrors(term, `allowedTopologies[${index}]`),
      ...allowedTopologies.slice(0, index).filter((other) => jsonEqual(valuesOf(other), valuesOf(term))).map(() => duplicateField(`allowedTopologies[${index}].matchLabelExpressions`, '')),
    ]),
  ]
}

function driverErrors(name: string, field: string): FieldError[] {
  return name === '' ? [requiredField(field)] : invalidFields(field, name.toLowerCase(), labelKeyProblems(name.toLowerCase()))
}

function parameterErrors(parameters: Texts): FieldError[] {
  return Object.keys(parameters).flatMap((key) => (key === '' ? [invalidField('parameters', key, 'field can not be empty.')] : []))
}

function valuesOf({ matchLabelExpressions = [] }: TopologyTerm): object {
  return Object.fromEntries(matchLabelExpressions.map(({ key = '', values = [] }) => [key, [...new Set(values)].sort()]))
}

function termErrors({ matchLabelExpressions: expressions = [] }: TopologyTerm, at: string): FieldError[] {
  return expressions.flatMap(({ key = '', values = [] }, index) => {
    const here = `${at}.matchLabelExpressions[${index}]`
    return [
      ...(values.length === 0 ? [requiredField(`${here}.values`)] : []),
      ...values.flatMap((value, position) => (values.indexOf(value) < position ? [duplicateField(`${here}.values[${position}]`, value)] : [])),
      ...invalidFields(`${here}.key`, key, labelKeyProblems(key)),
      ...(expressions.slice(0, index).some((other) => (other.key ?? '') === key) ? [duplicateField(`${here}.key`, key)] : []),
    ]
  })
}

function immutable(fields: readonly string[]) {
  return (before: KubeObject, next: KubeObject): FieldError[] => fields.flatMap((field) => (jsonEqual(before[field], next[field]) ? [] : [invalidField(field, next[field] ?? null, 'field is immutable')]))
}

export const storageClassChangeErrors = immutable(['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'])
export const capacityChangeErrors = immutable(['nodeTopology', 'storageClassName'])

export function attributesClassErrors(attributes: KubeObject): FieldError[] {
  const { driverName = '', parameters = {} } = attributes as KubeObject & { driverName?: string; parameters?: Texts }
  return [...driverErrors(driverName, 'driverName'), ...parameterErrors(parameters), ...(Object.keys(parameters).length === 0 ? [requiredField('parameters', 'must contain at least one key/value pair')] : [])]
}

export function attributesClassChangeErrors(before: KubeObject, next: KubeObject): FieldError[] {
  return ['driverName', 'parameters'].flatMap((field) => (jsonEqual(before[field], next[field]) ? [] : [forbiddenField(field, `updates to ${field} are forbidden.`)]))
}

export function capacityErrors(object: KubeObject): FieldError[] {
  const { nodeTopology, storageClassName = '', capacity } = object as KubeObject & { nodeTopology?: object; storageClassName?: string; capacity?: string }
  return [
    ...selectorErrors(nodeTopology, 'nodeTopology'),
    ...invalidFields('storageClassName', storageClassName, subdomainProblems(storageClassName)),
    ...(capacity !== undefined && (parseMilli(capacity) ?? 0) < 0 ? [invalidField('capacity', capacity, 'must be greater than or equal to 0')] : []),
  ]
}

function specOf(object: KubeObject): Fields {
  return (object['spec'] ?? {}) as Fields
}

export function attachmentErrors(attachment: KubeObject): FieldError[] {
  const { attacher = '', nodeName = '', source = {} } = specOf(attachment) as { attacher?: string; nodeName?: string; source?: { persistentVolumeName?: string; inlineVolumeSpec?: object } }
  const { persistentVolumeName: volume, inlineVolumeSpec: inline } = source
  const exactly = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'
  return [
    ...csiNameErrors(attacher, 'spec.attacher'),
    ...(volume === undefined && inline === undefined ? [requiredField('spec.source', exactly)] : []),
    ...(volume !== undefined && inline !== undefined ? [forbiddenField('spec.source', exactly)] : []),
    ...(volume === '' && inline === undefined ? [requiredField('spec.source.persistentVolumeName', 'must specify non empty persistentVolumeName')] : []),
    ...invalidFields('spec.nodeName', nodeName, subdomainProblems(nodeName)),
    ...(volume === undefined ? [] : invalidFields('spec.source.persistentVolumeName', volume, subdomainProblems(volume))),
  ]
}

const DRIVER_LENGTH_MAX = 63

/** `ValidateCSIDriverName`. */
export function csiNameErrors(name: string, field: string): FieldError[] {
  if (name === '') return [requiredField(field)]
  return [...tooLongErrors(field, name, DRIVER_LENGTH_MAX), ...invalidFields(field, name, subdomainProblems(name.toLowerCase()))]
}

/** The words behind a struct that may not change are the struct itself: see `test/differential/server-insides.ts`. */
export function attachmentChangeErrors(before: KubeObject, next: KubeObject): FieldError[] {
  return jsonEqual(specOf(before), specOf(next)) ? [] : [invalidField('spec', specOf(next), 'field is immutable')]
}

const GROUP_POLICIES = ['File', 'None', 'ReadWriteOnceWithFSType']
const LIFECYCLES = ['Persistent', 'Ephemeral']
const TOKEN_SECONDS_MIN = 600
const UPDATE_SECONDS_MIN = 10

interface DriverSpec {
  readonly fsGroupPolicy?: string
  readonly volumeLifecycleModes?: readonly string[]
  readonly tokenRequests?: readonly { readonly audience?: string; readonly expirationSeconds?: number }[]
  readonly nodeAllocatableUpdatePeriodSeconds?: number
  readonly serviceAccountTokenInSecrets?: boolean
}

export function driverSpecErrors(driver: KubeObject): FieldError[] {
  const { fsGroupPolicy: policy, volumeLifecycleModes: modes = [], tokenRequests = [], nodeAllocatableUpdatePeriodSeconds: period, serviceAccountTokenInSecrets: inSecrets } = specOf(driver) as DriverSpec
  return [
    ...(policy === undefined || GROUP_POLICIES.includes(policy) ? [] : [unsupportedField('spec.fsGroupPolicy', policy, GROUP_POLICIES)]),
    ...tokenRequests.flatMap(({ audience = '', expirationSeconds: seconds }, index) => {
      if (tokenRequests.slice(0, index).some((other) => (other.audience ?? '') === audience)) return [duplicateField(`spec.tokenRequests[${index}].audience`, audience)]
      return seconds !== undefined && seconds < TOKEN_SECONDS_MIN ? [invalidField(`spec.tokenRequests[${index}].expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes')] : []
    }),
    ...modes.flatMap((mode) => (LIFECYCLES.includes(mode) ? [] : [unsupportedField('spec.volumeLifecycleModes', mode, LIFECYCLES)])),
    ...(period !== undefined && period < UPDATE_SECONDS_MIN ? [invalidField('spec.nodeAllocatableUpdatePeriodSeconds', period, `must be greater than or equal to ${UPDATE_SECONDS_MIN} seconds`)] : []),
    ...(inSecrets !== undefined && tokenRequests.length === 0 ? [invalidField('spec.serviceAccountTokenInSecrets', inSecrets, 'serviceAccountTokenInSecrets is set but no tokenRequests are specified')] : []),
  ]
}

export function driverChangeErrors(before: KubeObject, next: KubeObject): FieldError[] {
  const names: Texts = { attachRequired: 'spec.attachedRequired', volumeLifecycleModes: 'spec.volumeLifecycleModes' }
  return Object.entries(names).flatMap(([field, path]) => (jsonEqual(specOf(before)[field], specOf(next)[field]) ? [] : [invalidField(path, specOf(next)[field], 'field is immutable')]))
}

const NODE_ID_LENGTH_MAX = 256

interface NodeDriver {
  readonly name?: string
  readonly nodeID?: string
  readonly topologyKeys?: readonly string[]
  readonly allocatable?: { readonly count?: number }
}

export function csiNodeErrors(node: KubeObject): FieldError[] {
  const { drivers = [] } = specOf(node) as { drivers?: readonly NodeDriver[] }
  return drivers.flatMap((driver, index) => {
    const at = `spec.drivers[${index}]`
    const { name = '', nodeID = '', topologyKeys: keys = [], allocatable } = driver
    return [
      ...csiNameErrors(name, `${at}.name`),
      ...(nodeID === '' ? [requiredField(`${at}.nodeID`)] : []),
      ...(nodeID.length > NODE_ID_LENGTH_MAX ? [invalidField(`${at}.nodeID`, nodeID, `must be ${NODE_ID_LENGTH_MAX} characters or less`)] : []),
      ...((allocatable?.count ?? 0) < 0 ? [invalidField(`${at}.allocatable.count`, allocatable?.count, 'must be greater than or equal to 0')] : []),
      ...(drivers.slice(0, index).some((other) => (other.name ?? '') === name) ? [duplicateField(`${at}.name`, name)] : []),
      ...keys.flatMap((key, position) => [...(key === '' ? [requiredField(at)] : []), ...(keys.indexOf(key) < position ? [duplicateField(at, key)] : []), ...invalidFields(at, key, labelKeyProblems(key))]),
    ]
  })
}

export function csiNodeChangeErrors(before: KubeObject, next: KubeObject): FieldError[] {
  const bare = (driver: NodeDriver): object => Object.fromEntries(Object.entries(driver).filter(([key]) => key !== 'allocatable'))
  const driversOf = (node: KubeObject): readonly NodeDriver[] => (specOf(node) as { drivers?: readonly NodeDriver[] }).drivers ?? []
  return driversOf(before).flatMap((old) => driversOf(next).filter((driver) => driver.name === old.name && !jsonEqual(bare(driver), bare(old))).map((driver) => invalidField('spec.drivers', bare(driver), 'field is immutable')))
}
