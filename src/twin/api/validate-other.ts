/** The remaining kinds that have rules worth keeping: budgets, autoscalers, claims, nodes, configuration, quotas. */

import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { parseMilli } from '../../model/kube/quantity.ts'
import { forbiddenField, invalidField, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { quantityErrors } from './validate-container.ts'
import { immutable } from './validate-workload.ts'

type Fields = Readonly<Record<string, unknown>>
type Check = (object: KubeObject) => FieldError[]
type ChangeCheck = (before: KubeObject, next: KubeObject) => FieldError[]

const CHECKS: Readonly<Record<string, Check>> = {
  'policy/PodDisruptionBudget': budgetErrors,
  'autoscaling/HorizontalPodAutoscaler': autoscalerErrors,
  '/PersistentVolumeClaim': claimErrors,
  '/ConfigMap': dataErrors,
  '/Secret': dataErrors,
  '/ResourceQuota': (quota) => quantityErrors((specOf(quota)['hard'] ?? {}) as Fields, 'spec.hard'),
  'scheduling.k8s.io/PriorityClass': priorityErrors,
  'storage.k8s.io/StorageClass': (storage) => (storage['provisioner'] === undefined || storage['provisioner'] === '' ? [requiredField('provisioner')] : []),
  '/Node': nodeErrors,
}

const CHANGES: Readonly<Record<string, ChangeCheck>> = {
  '/PersistentVolumeClaim': claimChangeErrors,
  '/Secret': (before, next) => (before['type'] === next['type'] ? [] : [invalidField('type', next['type'], 'field is immutable')]),
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

const INT_OR_PERCENT = /^\d+%$/

function budgetErrors(budget: KubeObject): FieldError[] {
  const { minAvailable, maxUnavailable } = specOf(budget)
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    return [invalidField('spec', specOf(budget), 'minAvailable and maxUnavailable cannot be both set')]
  }
  return Object.entries({ minAvailable, maxUnavailable }).flatMap(([field, value]) => {
    if (value === undefined || (typeof value === 'string' && INT_OR_PERCENT.test(value))) return []
    if (typeof value === 'string') return [invalidField(`spec.${field}`, value, "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')")]
    return (value as number) < 0 ? [invalidField(`spec.${field}`, value, 'must be greater than or equal to 0')] : []
  })
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

function claimErrors(claim: KubeObject): FieldError[] {
  const { accessModes = [], resources } = specOf(claim) as { accessModes?: readonly string[]; resources?: { requests?: { storage?: string } } }
  const storage = resources?.requests?.storage
  return [
    ...(accessModes.length === 0 ? [requiredField('spec.accessModes', 'at least 1 access mode is required')] : []),
    ...accessModes.flatMap((mode) => (ACCESS_MODES.includes(mode) ? [] : [unsupportedField('spec.accessModes', mode, ACCESS_MODES)])),
    ...(storage === undefined ? [requiredField('spec.resources[storage]')] : quantityErrors({ storage }, 'spec.resources.requests')),
  ]
}

/** What is bound stays bound; only the size may grow. */
function claimChangeErrors(before: KubeObject, next: KubeObject): FieldError[] {
  const { resources: old, volumeName, storageClassName, ...fixed } = specOf(before)
  const { resources, volumeName: nextVolume, storageClassName: nextClass, ...nextFixed } = specOf(next)
  const isRebound = (volumeName ?? '') !== '' && nextVolume !== volumeName
  const isReclassed = storageClassName !== undefined && storageClassName !== nextClass
  const size = (value: unknown): number => parseMilli((value as { requests?: { storage?: string } } | undefined)?.requests?.storage) ?? 0
  if (isRebound || isReclassed || !jsonEqual(fixed, nextFixed)) {
    return [forbiddenField('spec', 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims')]
  }
  return size(resources) < size(old) ? [forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity')] : []
}

const KEY = /^[-._a-zA-Z0-9]+$/
const DATA_BYTES_MAX = 1_048_576

function dataErrors(object: KubeObject): FieldError[] {
  const entries = Object.entries({ ...(object['data'] as object | undefined), ...(object['binaryData'] as object | undefined) })
  const bytes = entries.reduce((sum, [, value]) => sum + String(value).length, 0)
  return [
    ...entries.flatMap(([key]) => (KEY.test(key) && key.length <= 253 ? [] : [invalidField(`data[${key}]`, key, "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')")])),
    ...entries.flatMap(([key, value]) => (typeof value === 'string' ? [] : [invalidField(`data[${key}]`, value, 'must be a string')])),
    ...(bytes > DATA_BYTES_MAX ? [{ reason: 'FieldValueTooLong', field: '', message: `Too long: may not be more than ${DATA_BYTES_MAX} bytes` } satisfies FieldError] : []),
  ]
}

const USER_PRIORITY_MAX = 1_000_000_000

function priorityErrors(priority: KubeObject): FieldError[] {
  const { name = '' } = priority.metadata
  const value = priority['value']
  if (value === undefined) return []
  const isOver = !name.startsWith('system-') && Number(value) > USER_PRIORITY_MAX
  return isOver ? [forbiddenField('value', `maximum allowed value of a user defined priority is ${USER_PRIORITY_MAX}`)] : []
}

const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

function nodeErrors(node: KubeObject): FieldError[] {
  const { taints = [] } = specOf(node) as { taints?: readonly { key?: string; effect?: string }[] }
  return taints.flatMap(({ key = '', effect = '' }, index) => {
    const at = `spec.taints[${index}]`
    if (key === '') return [requiredField(`${at}.key`)]
    if (!TAINT_EFFECTS.includes(effect)) return [unsupportedField(`${at}.effect`, effect, TAINT_EFFECTS)]
    const isDuplicate = taints.slice(0, index).some((other) => other.key === key && other.effect === effect)
    return isDuplicate ? [invalidField(at, { key, effect }, 'taints must be unique by key and effect pair')] : []
  })
}

function nodeChangeErrors(before: KubeObject, next: KubeObject): FieldError[] {
  const old = specOf(before)['providerID']
  return old === undefined || old === '' ? [] : immutable({ providerID: old }, { providerID: specOf(next)['providerID'] }, ['providerID'])
}

function roleChangeErrors(before: KubeObject, next: KubeObject): FieldError[] {
  return jsonEqual(before['roleRef'], next['roleRef']) ? [] : [invalidField('roleRef', next['roleRef'], 'cannot change roleRef')]
}
