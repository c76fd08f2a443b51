/**
 * What the API server would have filled in and a hand-written manifest leaves out: the namespace, and which owner
 * is the controller. Without them nothing can be followed from a pod to its Deployment.
 */

import { groupOf, type KubeObject } from '../../model/kube-object.ts'

const CLUSTER_SCOPED = new Set([
  'Node', 'Namespace', 'PersistentVolume', 'StorageClass', 'ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition', 'APIService',
  'MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration', 'PriorityClass', 'CSIDriver', 'CSINode', 'VolumeAttachment', 'RuntimeClass',
  'IngressClass', 'FlowSchema', 'PriorityLevelConfiguration', 'CertificateSigningRequest', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding',
  'MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding', 'DeviceClass', 'ResourceSlice', 'GatewayClass', 'VolumeAttributesClass', 'ClusterTrustBundle',
  'ServiceCIDR', 'IPAddress', 'ComponentStatus', 'StorageVersion', 'NodeMetrics',
])
/** Groups that Kubernetes itself serves; the scope of any other kind is only known from its definition. */
const BUILT_IN_GROUP = /^$|^(apps|batch|autoscaling|policy|extensions)$|\.k8s\.io$/

export function addDefaults(objects: readonly KubeObject[]): KubeObject[] {
  const scopes = customScopes(objects)
  return objects.map((object) => withEventNamespace(withController(withNamespace(object, scopes))))
}

function customScopes(objects: readonly KubeObject[]): ReadonlyMap<string, string> {
  const scopes = new Map<string, string>()
  for (const object of objects) {
    if (object.kind !== 'CustomResourceDefinition') continue
    const spec = object['spec'] as { group?: string; scope?: string; names?: { kind?: string } } | undefined
    scopes.set(`${spec?.group ?? ''}/${spec?.names?.kind ?? ''}`, spec?.scope ?? '')
  }
  return scopes
}

function withNamespace(object: KubeObject, scopes: ReadonlyMap<string, string>): KubeObject {
  const group = groupOf(object.apiVersion)
  const builtIn = BUILT_IN_GROUP.test(group)
  const clusterScoped = (builtIn || group === 'apiextensions.k8s.io') && CLUSTER_SCOPED.has(object.kind)
  if (clusterScoped) {
    const { namespace: _, ...metadata } = object.metadata
    return object.metadata.namespace === undefined ? object : { ...object, metadata }
  }
  const namespaced = builtIn || scopes.get(`${group}/${object.kind}`) === 'Namespaced'
  if (!namespaced || (object.metadata.namespace ?? '') !== '') return object
  return { ...object, metadata: { ...object.metadata, namespace: eventNamespace(object) ?? 'default' } }
}

function eventNamespace(object: KubeObject): string | undefined {
  if (object.kind !== 'Event') return undefined
  return ((object['involvedObject'] ?? object['regarding']) as { namespace?: string } | undefined)?.namespace
}

/** One owner and nothing said about control: it is the controller, as for every pod a workload makes. */
function withController(object: KubeObject): KubeObject {
  const owners = object.metadata.ownerReferences
  const [only] = owners ?? []
  if (owners?.length !== 1 || only === undefined || only.controller !== undefined) return object
  return { ...object, metadata: { ...object.metadata, ownerReferences: [{ ...only, controller: true }] } }
}

/** An event about a namespaced object that leaves the namespace out means its own; about a node it means none. */
function withEventNamespace(object: KubeObject): KubeObject {
  if (object.kind !== 'Event') return object
  const field = object['involvedObject'] === undefined ? 'regarding' : 'involvedObject'
  const { namespace, ...regarding } = (object[field] ?? {}) as { kind?: string; namespace?: string }
  if (CLUSTER_SCOPED.has(regarding.kind ?? '')) return namespace === undefined ? object : { ...object, [field]: regarding }
  if ((namespace ?? '') !== '' || regarding.kind === undefined) return object
  return { ...object, [field]: { ...regarding, namespace: object.metadata.namespace } }
}
