/** The remaining kinds, and whose rules they keep to: those of budgets and of configuration stand here. */

import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { forbiddenField, invalidField, invalidFields, unsupportedField, type FieldError } from './field-error.ts'
import { configKeyProblems } from './object-names.ts'
import { selectorErrors } from './validate-metadata.ts'
import { typedSecretErrors } from './validate-secret.ts'
import { shareErrors, wholeErrors } from './validate-share.ts'
import { claimChangeErrors } from './validate-claim-change.ts'
import type { VersionProfile } from '../profile.ts'
import { podTemplateErrors } from './validate-pod-template.ts'
import { claimErrors } from './validate-claim.ts'
import { endpointsErrors, endpointSliceChangeErrors, endpointSliceErrors } from './validate-endpoints.ts'
import { limitRangeErrors, quotaChangeErrors, quotaErrors } from './validate-limits.ts'
import { persistentVolumeChangeErrors, persistentVolumeErrors } from './validate-persistent-volume.ts'
import { eventErrors, leaseErrors, namespaceErrors, priorityClassChangeErrors, priorityClassErrors, revisionChangeErrors, revisionErrors, runtimeClassChangeErrors, runtimeClassErrors } from './validate-small.ts'
import { attachmentChangeErrors, attachmentErrors, attributesClassChangeErrors, attributesClassErrors, capacityChangeErrors, capacityErrors, csiNodeChangeErrors, csiNodeErrors, driverChangeErrors, driverSpecErrors, storageClassChangeErrors, storageClassErrors } from './validate-storage.ts'
import { signingRequestErrors } from './validate-signing-request.ts'
import { claimErrors as deviceClaimErrors } from '../devices/validate-claim.ts'
import { claimTemplateErrors, deviceClassErrors, fixedSpecErrors } from '../devices/validate-class.ts'
import { resourceSliceErrors } from '../devices/validate-slice.ts'
import { flowSchemaErrors } from './validate-flow.ts'
import { priorityLevelErrors } from './validate-priority-level.ts'
import { autoscalerErrors } from './validate-autoscaler.ts'
import { ingressClassChangeErrors, ingressClassErrors, ingressErrors } from './validate-ingress.ts'
import { networkPolicyErrors } from './validate-network-policy.ts'
import { bindingChangeErrors, bindingErrors, roleErrors } from './validate-rbac.ts'
import { mutatingPolicyErrors, policyBindingErrors, validatingPolicyErrors } from './validate-policy.ts'
import { webhookErrors } from './validate-webhook.ts'
import { nodeChangeErrors, nodeErrors } from './validate-node.ts'

type Fields = Readonly<Record<string, unknown>>
type Check = (object: KubeObject, occasion: Occasion) => readonly FieldError[]

interface Occasion {
  readonly profile: VersionProfile
  /** Absent for a new object. What was let in once is not asked again. */
  readonly before?: KubeObject | undefined
}

type ChangeCheck = (before: KubeObject, next: KubeObject) => readonly FieldError[]

const RBAC = 'rbac.authorization.k8s.io'
const NETWORKING = 'networking.k8s.io'
const ADMISSION = 'admissionregistration.k8s.io'
const STORAGE = 'storage.k8s.io'
const FLOW = 'flowcontrol.apiserver.k8s.io'
const DEVICES = 'resource.k8s.io'

const CHECKS: Readonly<Record<string, Check>> = {
  [`${RBAC}/Role`]: roleErrors,
  [`${RBAC}/ClusterRole`]: roleErrors,
  [`${RBAC}/RoleBinding`]: bindingErrors,
  [`${RBAC}/ClusterRoleBinding`]: bindingErrors,
  [`${NETWORKING}/NetworkPolicy`]: (policy, { profile }) => networkPolicyErrors(policy, profile),
  [`${NETWORKING}/Ingress`]: (ingress, { profile, before }) => ingressErrors(ingress, profile, before === undefined),
  [`${NETWORKING}/IngressClass`]: ingressClassErrors,
  'policy/PodDisruptionBudget': budgetErrors,
  'autoscaling/HorizontalPodAutoscaler': (autoscaler, { before }) => autoscalerErrors(autoscaler, before),
  '/PersistentVolumeClaim': claimErrors,
  '/ConfigMap': configErrors,
  '/Secret': dataErrors,
  '/LimitRange': limitRangeErrors,
  '/ResourceQuota': quotaErrors,
  '/PersistentVolume': persistentVolumeErrors,
  '/Namespace': namespaceErrors,
  '/Endpoints': (endpoints, { profile, before }) => endpointsErrors(endpoints, profile, before),
  '/Event': eventErrors,
  '/PodTemplate': (object, { profile }) => podTemplateErrors(object['template'] as never, 'template', profile),
  'apps/ControllerRevision': (revision, { before }) => revisionErrors(revision, before),
  'scheduling.k8s.io/PriorityClass': priorityClassErrors,
  'node.k8s.io/RuntimeClass': (runtimeClass, { profile }) => runtimeClassErrors(runtimeClass, profile),
  'coordination.k8s.io/Lease': leaseErrors,
  'discovery.k8s.io/EndpointSlice': (slice, { profile, before }) => endpointSliceErrors(slice, profile, before),
  [`${STORAGE}/StorageClass`]: storageClassErrors,
  [`${STORAGE}/VolumeAttributesClass`]: attributesClassErrors,
  [`${STORAGE}/VolumeAttachment`]: attachmentErrors,
  [`${STORAGE}/CSIDriver`]: driverSpecErrors,
  [`${STORAGE}/CSINode`]: csiNodeErrors,
  [`${STORAGE}/CSIStorageCapacity`]: capacityErrors,
  '/Node': nodeErrors,
  [`${ADMISSION}/ValidatingWebhookConfiguration`]: (configuration, { before }) => webhookErrors(configuration, before),
  [`${ADMISSION}/MutatingWebhookConfiguration`]: (configuration, { before }) => webhookErrors(configuration, before),
  [`${ADMISSION}/ValidatingAdmissionPolicy`]: (policy, { before }) => validatingPolicyErrors(policy, before),
  [`${ADMISSION}/MutatingAdmissionPolicy`]: (policy, { before }) => mutatingPolicyErrors(policy, before),
  [`${ADMISSION}/ValidatingAdmissionPolicyBinding`]: policyBindingErrors,
  [`${ADMISSION}/MutatingAdmissionPolicyBinding`]: policyBindingErrors,
  'certificates.k8s.io/CertificateSigningRequest': (request, { before }) => signingRequestErrors(request, before),
  [`${FLOW}/FlowSchema`]: flowSchemaErrors,
  [`${FLOW}/PriorityLevelConfiguration`]: (level, { profile }) => priorityLevelErrors(level, profile),
  [`${DEVICES}/DeviceClass`]: deviceClassErrors,
  [`${DEVICES}/ResourceClaim`]: (claim, { profile }) => deviceClaimErrors(claim, profile),
  [`${DEVICES}/ResourceClaimTemplate`]: (template, { profile }) => claimTemplateErrors(template, profile),
  [`${DEVICES}/ResourceSlice`]: (slice, { profile, before }) => resourceSliceErrors(slice, profile, before),
}

const CHANGES: Readonly<Record<string, ChangeCheck>> = {
  '/PersistentVolumeClaim': claimChangeErrors,
  '/ConfigMap': frozenErrors,
  '/Secret': (before, next) => [...(before['type'] === next['type'] ? [] : [invalidField('type', next['type'], 'field is immutable')]), ...frozenErrors(before, next)],
  '/ResourceQuota': quotaChangeErrors,
  '/PersistentVolume': persistentVolumeChangeErrors,
  'apps/ControllerRevision': revisionChangeErrors,
  'scheduling.k8s.io/PriorityClass': priorityClassChangeErrors,
  'node.k8s.io/RuntimeClass': runtimeClassChangeErrors,
  'discovery.k8s.io/EndpointSlice': endpointSliceChangeErrors,
  [`${STORAGE}/StorageClass`]: storageClassChangeErrors,
  [`${STORAGE}/VolumeAttributesClass`]: attributesClassChangeErrors,
  [`${STORAGE}/VolumeAttachment`]: attachmentChangeErrors,
  [`${STORAGE}/CSIDriver`]: driverChangeErrors,
  [`${STORAGE}/CSINode`]: csiNodeChangeErrors,
  [`${STORAGE}/CSIStorageCapacity`]: capacityChangeErrors,
  [`${RBAC}/RoleBinding`]: bindingChangeErrors,
  [`${RBAC}/ClusterRoleBinding`]: bindingChangeErrors,
  [`${NETWORKING}/IngressClass`]: ingressClassChangeErrors,
  '/Node': nodeChangeErrors,
  [`${DEVICES}/ResourceClaim`]: fixedSpecErrors,
  [`${DEVICES}/ResourceClaimTemplate`]: fixedSpecErrors,
}

export function otherErrors(kind: string, object: KubeObject, occasion: Occasion): readonly FieldError[] {
  return CHECKS[kind]?.(object, occasion) ?? []
}

export function otherChangeErrors(kind: string, before: KubeObject, next: KubeObject): readonly FieldError[] {
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

function entryErrors(entries: Fields, field: string): FieldError[] {
  return Object.entries(entries).flatMap(([key, value]) => [...invalidFields(`${field}[${key}]`, key, configKeyProblems(key)), ...(typeof value === 'string' ? [] : [invalidField(`${field}[${key}]`, value, 'must be a string')])])
}

function weightErrors(maps: readonly Fields[]): FieldError[] {
  const bytes = maps.flatMap((entries) => Object.values(entries)).reduce((sum: number, value) => sum + String(value).length, 0)
  return bytes > DATA_BYTES_MAX ? [{ reason: 'FieldValueTooLong', field: '', message: `Too long: may not be more than ${DATA_BYTES_MAX} bytes` }] : []
}

/** Who said that nothing changes any more cannot take it back. */
function frozenErrors(before: KubeObject, next: KubeObject): FieldError[] {
  if (before['immutable'] !== true) return []
  const changed = [...(next['immutable'] === true ? [] : ['immutable']), ...['data', 'binaryData'].filter((field) => !jsonEqual(before[field] ?? {}, next[field] ?? {}))]
  return changed.map((field) => forbiddenField(field, 'field is immutable when `immutable` is set'))
}
