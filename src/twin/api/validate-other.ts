/** The remaining kinds that have rules worth keeping: budgets, autoscalers, claims, nodes, configuration, quotas. */

import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { parseMilli } from '../../model/kube/quantity.ts'
import { forbiddenField, invalidField, invalidFields, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { configKeyProblems, subdomainProblems } from './object-names.ts'
import { selectorErrors } from './validate-metadata.ts'
import { shareErrors, wholeErrors } from './validate-share.ts'
import { quantityErrors } from './validate-resources.ts'
import { limitRangeErrors } from './validate-limit-range.ts'
import { claimChangeErrors } from './validate-claim-change.ts'
import { nodeChangeErrors, nodeErrors } from './validate-node.ts'

type Fields = Readonly<Record<string, unknown>>
type Check = (object: KubeObject) => FieldError[]
type ChangeCheck = (before: KubeObject, next: KubeObject) => FieldError[]

const CHECKS: Readonly<Record<string, Check>> = {
  'policy/PodDisruptionBudget': budgetErrors,
  'autoscaling/HorizontalPodAutoscaler': autoscalerErrors,
  '/PersistentVolumeClaim': claimErrors,
  '/ConfigMap': configErrors,
  '/Secret': dataErrors,
  '/LimitRange': limitRangeErrors,
  '/ResourceQuota': (quota) => quantityErrors((specOf(quota)['hard'] ?? {}) as Fields, 'spec.hard'),
  'scheduling.k8s.io/PriorityClass': priorityErrors,
  'storage.k8s.io/StorageClass': (storage) => (storage['provisioner'] === undefined || storage['provisioner'] === '' ? [requiredField('provisioner')] : []),
  '/Node': nodeErrors,
}

const CHANGES: Readonly<Record<string, ChangeCheck>> = {
  '/PersistentVolumeClaim': claimChangeErrors,
  '/ConfigMap': frozenErrors,
  '/Secret': (before, next) => [...(before['type'] === next['type'] ? [] : [invalidField('type', next['type'], 'field is immutable')]), ...frozenErrors(before, next)],
  'scheduling.k8s.io/PriorityClass': (before, next) =>
    ['value', 'preemptionPolicy'].flatMap((field) => (jsonEqual(before[field], next[field]) ? [] : [forbiddenField(field, 'may not be changed in an update.')])),
  'storage.k8s.io/StorageClass': (before, next) =>
    ['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'].flatMap((field) => (jsonEqual(before[field], next[field]) ? [] : [forbiddenField(field, `updates to ${field} are forbidden.`)])),
  'rbac.authorization.k8s.io/RoleBinding': roleChangeErrors,
  'rbac.authorization.k8s.io/ClusterRoleBinding': roleChangeErrors,
  '/Node': nodeChangeErrors,
}

export function otherErrors(kind: string, object: KubeObject): FieldError[] {
  return CHECKS[kind]?.(object) ?? []
}

export function otherChangeErrors(kind: string, before: KubeObject, next: KubeObject): FieldError[] {
  return CHANGES[kind]?.(before, next) ?? []
}

function specOf(object: KubeObject): Fields {
  return (object['spec'] ?? {}) as Fields
}

const EVICTION_POLICIES = ['AlwaysAllow', 'IfHealthyBudget']

function budgetErrors(budget: KubeObject): FieldError[] {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = specOf(budget) as Fields & { selector?: object; unhealthyPodEvictionPolicy?: string }
  const shown = { MinAvailable: minAvailable ?? null, Selector: selector ?? null, MaxUnavailable: maxUnavailable ?? null, UnhealthyPodEvictionPolicy: policy ?? null }
  const bounds = Object.entries({ minAvailable, maxUnavailable }).filter(([, value]) => value !== undefined)
  return [
    ...(bounds.length > 1 ? [invalidField('spec', shown, 'minAvailable and maxUnavailable cannot be both set')] : []),
    ...bounds.flatMap(([name, value]) => [...shareErrors(value, `spec.${name}`), ...wholeErrors(value, `spec.${name}`)]),
    ...selectorErrors(selector, 'spec.selector'),
    ...(policy === undefined || EVICTION_POLICIES.includes(policy) ? [] : [unsupportedField('spec.unhealthyPodEvictionPolicy', policy, EVICTION_POLICIES)]),
  ]
}

function autoscalerErrors(autoscaler: KubeObject): FieldError[] {
  const { minReplicas = 1, maxReplicas, scaleTargetRef } = specOf(autoscaler) as { minReplicas?: number; maxReplicas?: number; scaleTargetRef?: { kind?: string; name?: string } }
  return [
    ...((scaleTargetRef?.kind ?? '') === '' ? [requiredField('spec.scaleTargetRef.kind')] : []),
    ...((scaleTargetRef?.name ?? '') === '' ? [requiredField('spec.scaleTargetRef.name')] : []),
    ...(maxReplicas === undefined || maxReplicas < 1 ? [invalidField('spec.maxReplicas', maxReplicas ?? 0, 'must be greater than 0')] : []),
    ...(maxReplicas !== undefined && maxReplicas < minReplicas ? [invalidField('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`')] : []),
  ]
}

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']

const VOLUME_MODES = ['Block', 'Filesystem']

function claimErrors(claim: KubeObject): FieldError[] {
  const { accessModes = [], resources, storageClassName = '', volumeMode = 'Filesystem', selector } = specOf(claim) as ClaimSpec
  const known = accessModes.filter((mode) => ACCESS_MODES.includes(mode))
  const isMixed = known.includes('ReadWriteOncePod') && known.some((mode) => mode !== 'ReadWriteOncePod')
  return [
    ...(accessModes.length === 0 ? [requiredField('spec.accessModes', 'at least 1 access mode is required')] : []),
    ...selectorErrors(selector, 'spec.selector'),
    ...accessModes.flatMap((mode) => (ACCESS_MODES.includes(mode) ? [] : [unsupportedField('spec.accessModes', mode, ACCESS_MODES)])),
    ...(isMixed ? [forbiddenField('spec.accessModes', 'may not use ReadWriteOncePod with other access modes')] : []),
    ...sizeErrors(resources?.requests?.storage, 'spec.resources[storage]'),
    ...(storageClassName === '' ? [] : invalidFields('spec.storageClassName', storageClassName, subdomainProblems(storageClassName))),
    ...(VOLUME_MODES.includes(volumeMode) ? [] : [unsupportedField('spec.volumeMode', volumeMode, VOLUME_MODES)]),
  ]
}

interface ClaimSpec {
  readonly accessModes?: readonly string[]
  readonly resources?: { readonly requests?: { readonly storage?: string } }
  readonly storageClassName?: string
  readonly volumeMode?: string
  readonly selector?: object
}

function sizeErrors(storage: string | undefined, field: string): FieldError[] {
  if (storage === undefined) return [requiredField(field)]
  const bytes = parseMilli(storage)
  if (bytes === undefined) return quantityErrors({ storage }, 'spec.resources.requests')
  return bytes > 0 ? [] : [invalidField(field, storage, 'must be greater than zero')]
}

const DATA_BYTES_MAX = 1_048_576

function configErrors(object: KubeObject): FieldError[] {
  const { data = {}, binaryData = {} } = object as KubeObject & Record<'data' | 'binaryData', Fields | undefined>
  const doubles = Object.keys(data).filter((key) => key in binaryData)
  return [...entryErrors(data, 'data'), ...doubles.map((key) => invalidField(`data[${key}]`, key, 'duplicate of key present in binaryData')), ...entryErrors(binaryData, 'binaryData'), ...weightErrors([data, binaryData])]
}

function dataErrors(object: KubeObject): FieldError[] {
  const { data = {} } = object as KubeObject & Record<'data', Fields | undefined>
  return [...entryErrors(data, 'data'), ...weightErrors([data]), ...typedSecretErrors(object, data)]
}

/** Some types of Secret promise their reader a content (`ValidateSecret`). */
function typedSecretErrors(secret: KubeObject, data: Fields): FieldError[] {
  const lacking = (keys: readonly string[]): FieldError[] => keys.filter((key) => data[key] === undefined).map((key) => requiredField(`data[${key}]`))
  switch (secret['type']) {
    case 'kubernetes.io/service-account-token':
      return (secret.metadata.annotations?.['kubernetes.io/service-account.name'] ?? '') === '' ? [requiredField('metadata.annotations[kubernetes.io/service-account.name]')] : []
    case 'kubernetes.io/dockercfg':
      return lacking(['.dockercfg'])
    case 'kubernetes.io/dockerconfigjson':
      return lacking(['.dockerconfigjson'])
    case 'kubernetes.io/basic-auth':
      return data['username'] === undefined && data['password'] === undefined ? lacking(['username', 'password']) : []
    case 'kubernetes.io/ssh-auth':
      return (data['ssh-privatekey'] ?? '') === '' ? [requiredField('data[ssh-privatekey]')] : []
    case 'kubernetes.io/tls':
      return lacking(['tls.crt', 'tls.key'])
    default:
      return []
  }
}

function entryErrors(entries: Fields, field: string): FieldError[] {
  return Object.entries(entries).flatMap(([key, value]) => [...invalidFields(`${field}[${key}]`, key, configKeyProblems(key)), ...(typeof value === 'string' ? [] : [invalidField(`${field}[${key}]`, value, 'must be a string')])])
}

function weightErrors(maps: readonly Fields[]): FieldError[] {
  const bytes = maps.flatMap((entries) => Object.values(entries)).reduce((sum: number, value) => sum + String(value).length, 0)
  return bytes > DATA_BYTES_MAX ? [{ reason: 'FieldValueTooLong', field: '', message: `Too long: may not be more than ${DATA_BYTES_MAX} bytes` }] : []
}

const USER_PRIORITY_MAX = 1_000_000_000

function priorityErrors(priority: KubeObject): FieldError[] {
  const { name = '' } = priority.metadata
  const value = priority['value']
  if (value === undefined) return []
  const isOver = !name.startsWith('system-') && Number(value) > USER_PRIORITY_MAX
  return isOver ? [forbiddenField('value', `maximum allowed value of a user defined priority is ${USER_PRIORITY_MAX}`)] : []
}

function roleChangeErrors(before: KubeObject, next: KubeObject): FieldError[] {
  return jsonEqual(before['roleRef'], next['roleRef']) ? [] : [invalidField('roleRef', next['roleRef'], 'cannot change roleRef')]
}

/** Who said that nothing changes any more cannot take it back. */
function frozenErrors(before: KubeObject, next: KubeObject): FieldError[] {
  if (before['immutable'] !== true) return []
  const changed = [...(next['immutable'] === true ? [] : ['immutable']), ...['data', 'binaryData'].filter((field) => !jsonEqual(before[field] ?? {}, next[field] ?? {}))]
  return changed.map((field) => forbiddenField(field, 'field is immutable when `immutable` is set'))
}
