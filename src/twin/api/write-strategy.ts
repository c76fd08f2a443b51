/**
 * What the storage strategies of upstream allow of an update (`pkg/registry`): most kinds must be there already, and most may be
 * replaced by somebody who does not say which version was read.
 */

import { groupKind, type KubeObject } from '../../model/kube-object.ts'

const CREATED_BY_UPDATE = new Set([
  'node.k8s.io/RuntimeClass', 'rbac.authorization.k8s.io/RoleBinding', 'rbac.authorization.k8s.io/ClusterRoleBinding', 'rbac.authorization.k8s.io/Role', 'rbac.authorization.k8s.io/ClusterRole', 'coordination.k8s.io/Lease',
  '/LimitRange', '/Event', '/Service', '/Endpoints',
])

const VERSION_NEEDED = new Set([
  'node.k8s.io/RuntimeClass', 'policy/PodDisruptionBudget', 'storage.k8s.io/CSIDriver', 'storage.k8s.io/CSIStorageCapacity', 'storage.k8s.io/VolumeAttachment', 'storage.k8s.io/CSINode', 'coordination.k8s.io/Lease',
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy', 'admissionregistration.k8s.io/MutatingAdmissionPolicy', 'admissionregistration.k8s.io/MutatingWebhookConfiguration', 'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
  'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding', 'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding', 'apiextensions.k8s.io/CustomResourceDefinition', 'apiregistration.k8s.io/APIService',
])

export function isCreatedByUpdate({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean {
  return CREATED_BY_UPDATE.has(groupKind(apiVersion, kind))
}

/** Custom resources always. */
export function needsVersion({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>, isCustom: boolean): boolean {
  return isCustom || VERSION_NEEDED.has(groupKind(apiVersion, kind))
}
