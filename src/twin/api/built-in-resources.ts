/**
 * The kinds that every cluster serves, as data. Names, short names, categories and subresources follow the
 * storage registrations of Kubernetes 1.34 to 1.36 (`pkg/registry`), in the order of its discovery documents.
 *
 * Left out, and so answered with 404 as by a server that has them switched off: internal API server groups, and older versions of groups that have a newer one.
 */

import { ALL_VERBS, type Resource } from './resource.ts'

interface Row {
  readonly kind: string
  readonly plural: string
  readonly short?: string
  readonly scope?: 'cluster'
  readonly sub?: string
  readonly generation?: Resource['generation']
  readonly categories?: string
  readonly verbs?: string
}

const GROUPS: readonly { readonly group: string; readonly version: string; readonly rows: readonly Row[] }[] = [
  {
    group: '',
    version: 'v1',
    rows: [
      { kind: 'Binding', plural: 'bindings', verbs: 'create' },
      { kind: 'ComponentStatus', plural: 'componentstatuses', short: 'cs', scope: 'cluster', verbs: 'get list' },
      { kind: 'ConfigMap', plural: 'configmaps', short: 'cm' },
      { kind: 'Endpoints', plural: 'endpoints', short: 'ep' },
      { kind: 'Event', plural: 'events', short: 'ev' },
      { kind: 'LimitRange', plural: 'limitranges', short: 'limits' },
      { kind: 'Namespace', plural: 'namespaces', short: 'ns', scope: 'cluster', sub: 'status finalize', verbs: 'create delete get list patch update watch' },
      { kind: 'Node', plural: 'nodes', short: 'no', scope: 'cluster', sub: 'proxy status' },
      { kind: 'PersistentVolumeClaim', plural: 'persistentvolumeclaims', short: 'pvc', sub: 'status' },
      { kind: 'PersistentVolume', plural: 'persistentvolumes', short: 'pv', scope: 'cluster', sub: 'status' },
      { kind: 'Pod', plural: 'pods', short: 'po', sub: 'attach binding ephemeralcontainers eviction exec log portforward proxy resize status', generation: 'spec', categories: 'all' },
      { kind: 'PodTemplate', plural: 'podtemplates', generation: 'spec' },
      { kind: 'ReplicationController', plural: 'replicationcontrollers', short: 'rc', sub: 'status scale', generation: 'spec', categories: 'all' },
      { kind: 'ResourceQuota', plural: 'resourcequotas', short: 'quota', sub: 'status' },
      { kind: 'Secret', plural: 'secrets' },
      { kind: 'ServiceAccount', plural: 'serviceaccounts', short: 'sa', sub: 'token' },
      { kind: 'Service', plural: 'services', short: 'svc', sub: 'proxy status', categories: 'all' },
    ],
  },
  { group: 'apiregistration.k8s.io', version: 'v1', rows: [{ kind: 'APIService', plural: 'apiservices', scope: 'cluster', sub: 'status', categories: 'api-extensions' }] },
  {
    group: 'apps',
    version: 'v1',
    rows: [
      { kind: 'ControllerRevision', plural: 'controllerrevisions' },
      { kind: 'DaemonSet', plural: 'daemonsets', short: 'ds', sub: 'status', generation: 'spec', categories: 'all' },
      { kind: 'Deployment', plural: 'deployments', short: 'deploy', sub: 'status scale', generation: 'spec-and-annotations', categories: 'all' },
      { kind: 'ReplicaSet', plural: 'replicasets', short: 'rs', sub: 'status scale', generation: 'spec', categories: 'all' },
      { kind: 'StatefulSet', plural: 'statefulsets', short: 'sts', sub: 'status scale', generation: 'spec', categories: 'all' },
    ],
  },
  { group: 'events.k8s.io', version: 'v1', rows: [{ kind: 'Event', plural: 'events', short: 'ev' }] },
  {
    group: 'authentication.k8s.io',
    version: 'v1',
    rows: [
      { kind: 'SelfSubjectReview', plural: 'selfsubjectreviews', scope: 'cluster', verbs: 'create' },
      { kind: 'TokenReview', plural: 'tokenreviews', scope: 'cluster', verbs: 'create' },
    ],
  },
  {
    group: 'authorization.k8s.io',
    version: 'v1',
    rows: [
      { kind: 'LocalSubjectAccessReview', plural: 'localsubjectaccessreviews', verbs: 'create' },
      { kind: 'SelfSubjectAccessReview', plural: 'selfsubjectaccessreviews', scope: 'cluster', verbs: 'create' },
      { kind: 'SelfSubjectRulesReview', plural: 'selfsubjectrulesreviews', scope: 'cluster', verbs: 'create' },
      { kind: 'SubjectAccessReview', plural: 'subjectaccessreviews', scope: 'cluster', verbs: 'create' },
    ],
  },
  {
    group: 'autoscaling',
    version: 'v2',
    rows: [{ kind: 'HorizontalPodAutoscaler', plural: 'horizontalpodautoscalers', short: 'hpa', sub: 'status', categories: 'all' }],
  },
  {
    group: 'autoscaling',
    version: 'v1',
    rows: [{ kind: 'HorizontalPodAutoscaler', plural: 'horizontalpodautoscalers', short: 'hpa', sub: 'status', categories: 'all' }],
  },
  {
    group: 'batch',
    version: 'v1',
    rows: [
      { kind: 'CronJob', plural: 'cronjobs', short: 'cj', sub: 'status', generation: 'spec', categories: 'all' },
      { kind: 'Job', plural: 'jobs', sub: 'status', generation: 'spec', categories: 'all' },
    ],
  },
  { group: 'certificates.k8s.io', version: 'v1', rows: [{ kind: 'CertificateSigningRequest', plural: 'certificatesigningrequests', short: 'csr', scope: 'cluster', sub: 'approval status' }] },
  {
    group: 'networking.k8s.io',
    version: 'v1',
    rows: [
      { kind: 'IngressClass', plural: 'ingressclasses', scope: 'cluster', generation: 'spec' },
      { kind: 'Ingress', plural: 'ingresses', short: 'ing', sub: 'status', generation: 'spec' },
      { kind: 'IPAddress', plural: 'ipaddresses', short: 'ip', scope: 'cluster', generation: 'spec' },
      { kind: 'NetworkPolicy', plural: 'networkpolicies', short: 'netpol', generation: 'spec' },
      { kind: 'ServiceCIDR', plural: 'servicecidrs', scope: 'cluster', sub: 'status', generation: 'spec' },
    ],
  },
  { group: 'policy', version: 'v1', rows: [{ kind: 'PodDisruptionBudget', plural: 'poddisruptionbudgets', short: 'pdb', sub: 'status', generation: 'spec' }] },
  {
    group: 'rbac.authorization.k8s.io',
    version: 'v1',
    rows: [
      { kind: 'ClusterRoleBinding', plural: 'clusterrolebindings', scope: 'cluster' },
      { kind: 'ClusterRole', plural: 'clusterroles', scope: 'cluster' },
      { kind: 'RoleBinding', plural: 'rolebindings' },
      { kind: 'Role', plural: 'roles' },
    ],
  },
  {
    group: 'storage.k8s.io',
    version: 'v1',
    rows: [
      { kind: 'CSIDriver', plural: 'csidrivers', scope: 'cluster', generation: 'late' },
      { kind: 'CSINode', plural: 'csinodes', scope: 'cluster' },
      { kind: 'CSIStorageCapacity', plural: 'csistoragecapacities' },
      { kind: 'StorageClass', plural: 'storageclasses', short: 'sc', scope: 'cluster' },
      { kind: 'VolumeAttachment', plural: 'volumeattachments', scope: 'cluster', sub: 'status' },
      { kind: 'VolumeAttributesClass', plural: 'volumeattributesclasses', short: 'vac', scope: 'cluster' },
    ],
  },
  {
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    rows: [
      { kind: 'MutatingAdmissionPolicy', plural: 'mutatingadmissionpolicies', scope: 'cluster', generation: 'spec', categories: 'api-extensions' },
      { kind: 'MutatingAdmissionPolicyBinding', plural: 'mutatingadmissionpolicybindings', scope: 'cluster', generation: 'spec', categories: 'api-extensions' },
      { kind: 'MutatingWebhookConfiguration', plural: 'mutatingwebhookconfigurations', scope: 'cluster', generation: 'spec', categories: 'api-extensions' },
      { kind: 'ValidatingAdmissionPolicy', plural: 'validatingadmissionpolicies', scope: 'cluster', sub: 'status', generation: 'spec', categories: 'api-extensions' },
      { kind: 'ValidatingAdmissionPolicyBinding', plural: 'validatingadmissionpolicybindings', scope: 'cluster', generation: 'spec', categories: 'api-extensions' },
      { kind: 'ValidatingWebhookConfiguration', plural: 'validatingwebhookconfigurations', scope: 'cluster', generation: 'spec', categories: 'api-extensions' },
    ],
  },
  {
    group: 'apiextensions.k8s.io',
    version: 'v1',
    rows: [{ kind: 'CustomResourceDefinition', plural: 'customresourcedefinitions', short: 'crd crds', scope: 'cluster', sub: 'status', generation: 'spec', categories: 'api-extensions' }],
  },
  { group: 'scheduling.k8s.io', version: 'v1', rows: [{ kind: 'PriorityClass', plural: 'priorityclasses', short: 'pc', scope: 'cluster', generation: 'fixed' }] },
  { group: 'coordination.k8s.io', version: 'v1', rows: [{ kind: 'Lease', plural: 'leases' }] },
  { group: 'node.k8s.io', version: 'v1', rows: [{ kind: 'RuntimeClass', plural: 'runtimeclasses', scope: 'cluster' }] },
  { group: 'discovery.k8s.io', version: 'v1', rows: [{ kind: 'EndpointSlice', plural: 'endpointslices', generation: 'spec-and-labels' }] },
  {
    group: 'resource.k8s.io',
    version: 'v1',
    rows: [
      { kind: 'DeviceClass', plural: 'deviceclasses', scope: 'cluster', generation: 'spec' },
      { kind: 'ResourceClaim', plural: 'resourceclaims', sub: 'status' },
      { kind: 'ResourceClaimTemplate', plural: 'resourceclaimtemplates' },
      { kind: 'ResourceSlice', plural: 'resourceslices', scope: 'cluster', generation: 'spec' },
    ],
  },
  {
    group: 'flowcontrol.apiserver.k8s.io',
    version: 'v1',
    rows: [
      { kind: 'FlowSchema', plural: 'flowschemas', scope: 'cluster', sub: 'status', generation: 'spec' },
      { kind: 'PriorityLevelConfiguration', plural: 'prioritylevelconfigurations', scope: 'cluster', sub: 'status', generation: 'spec' },
    ],
  },
]

export const BUILT_IN_RESOURCES: readonly Resource[] = GROUPS.flatMap(({ group, version, rows }) =>
  rows.map((row): Resource => ({
    group,
    version,
    kind: row.kind,
    plural: row.plural,
    singular: row.kind.toLowerCase(),
    shortNames: words(row.short),
    categories: words(row.categories),
    namespaced: row.scope === undefined,
    subresources: words(row.sub),
    generation: row.generation ?? 'none',
    verbs: row.verbs === undefined ? ALL_VERBS : words(row.verbs),
    custom: false,
  })),
)

function words(text: string | undefined): readonly string[] {
  return text === undefined || text === '' ? [] : text.split(' ')
}
