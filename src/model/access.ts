/**
 * The rights Boyd needs, as one table: what looking takes, and what each verb of a plan takes beyond that.
 *
 * `boyd rbac` prints roles from it, the doctor compares a live account with it, the backstop in the cluster is made of it.
 * A verb that reaches for something that is not here fails on a cluster with those roles, which
 * `test/cluster/credentials.test.ts` shows on a real one.
 */

import type { Verb } from './plan.ts'

export interface Right {
  /** Empty for the core group. */
  readonly group: string
  /** Plural, with its subresource: `pods/log`. */
  readonly resource: string
  readonly verbs: readonly string[]
  /** False for a right that cannot be given for some namespaces only. */
  readonly namespaced: boolean
}

const LOOK = ['get', 'list', 'watch'] as const

function looking(group: string, namespaced: boolean, ...resources: readonly string[]): Right[] {
  return resources.map((resource) => ({ group, resource, verbs: LOOK, namespaced }))
}

/** Secrets are not among them: whether one is there is told by those who use it, and its values are nobody's business. */
export const READING: readonly Right[] = [
  ...looking('', true, 'pods', 'services', 'endpoints', 'events', 'configmaps', 'persistentvolumeclaims', 'replicationcontrollers', 'serviceaccounts', 'resourcequotas', 'limitranges', 'podtemplates'),
  { group: '', resource: 'pods/log', verbs: ['get'], namespaced: true },
  ...looking('', false, 'nodes', 'namespaces', 'persistentvolumes'),
  ...looking('apps', true, 'deployments', 'replicasets', 'statefulsets', 'daemonsets', 'controllerrevisions'),
  ...looking('batch', true, 'jobs', 'cronjobs'),
  ...looking('policy', true, 'poddisruptionbudgets'),
  ...looking('autoscaling', true, 'horizontalpodautoscalers'),
  ...looking('networking.k8s.io', true, 'ingresses', 'networkpolicies'),
  ...looking('networking.k8s.io', false, 'ingressclasses'),
  ...looking('discovery.k8s.io', true, 'endpointslices'),
  ...looking('gateway.networking.k8s.io', true, 'gateways', 'httproutes', 'grpcroutes', 'referencegrants'),
  ...looking('gateway.networking.k8s.io', false, 'gatewayclasses'),
  ...looking('storage.k8s.io', false, 'storageclasses', 'volumeattachments', 'csinodes', 'csidrivers'),
  ...looking('storage.k8s.io', true, 'csistoragecapacities'),
  ...looking('scheduling.k8s.io', false, 'priorityclasses'),
  ...looking('node.k8s.io', false, 'runtimeclasses'),
  ...looking('resource.k8s.io', true, 'resourceclaims', 'resourceclaimtemplates'),
  ...looking('resource.k8s.io', false, 'deviceclasses', 'resourceslices'),
  // A kubelet whose request waits has no certificate to come back with.
  ...looking('certificates.k8s.io', false, 'certificatesigningrequests'),
  ...looking('coordination.k8s.io', true, 'leases'),
  ...looking('rbac.authorization.k8s.io', true, 'roles', 'rolebindings'),
  ...looking('rbac.authorization.k8s.io', false, 'clusterroles', 'clusterrolebindings'),
  ...looking('admissionregistration.k8s.io', false, 'validatingwebhookconfigurations', 'mutatingwebhookconfigurations', 'validatingadmissionpolicies', 'validatingadmissionpolicybindings', 'mutatingadmissionpolicies', 'mutatingadmissionpolicybindings'),
  ...looking('apiextensions.k8s.io', false, 'customresourcedefinitions'),
  ...looking('apiregistration.k8s.io', false, 'apiservices'),
  // What containers and nodes take; computed, so there is nothing to watch.
  { group: 'metrics.k8s.io', resource: 'pods', verbs: ['get', 'list'], namespaced: true },
  { group: 'metrics.k8s.io', resource: 'nodes', verbs: ['get', 'list'], namespaced: false },
]

export type ActingVerb = Exclude<Verb, 'wait'>

const NODE_CHANGE: Right = { group: '', resource: 'nodes', verbs: ['get', 'patch'], namespaced: false }
const POD_LOOK: Right = { group: '', resource: 'pods', verbs: ['get', 'list'], namespaced: true }
const EVICTION: Right = { group: '', resource: 'pods/eviction', verbs: ['create'], namespaced: true }

function changing(group: string, ...resources: readonly string[]): Right[] {
  return resources.map((resource) => ({ group, resource, verbs: ['get', 'patch'], namespaced: true }))
}

/** What `act` sends for each verb (`src/act/verbs/`), reads included: it looks with the credentials that it acts with. */
export const ACTING: Readonly<Record<ActingVerb, readonly Right[]>> = {
  cordon: [NODE_CHANGE],
  uncordon: [NODE_CHANGE],
  // A node's pods are of any namespace.
  drain: [NODE_CHANGE, { ...POD_LOOK, namespaced: false }, { ...EVICTION, namespaced: false }],
  evict: [POD_LOOK, EVICTION],
  'delete-pod': [{ group: '', resource: 'pods', verbs: ['get', 'delete'], namespaced: true }],
  'delete-node': [{ group: '', resource: 'nodes', verbs: ['get', 'delete'], namespaced: false }],
  scale: [...changing('apps', 'deployments', 'statefulsets', 'replicasets'), ...changing('', 'replicationcontrollers')],
  'roll-back': [...changing('apps', 'deployments', 'statefulsets', 'daemonsets'), { group: 'apps', resource: 'replicasets', verbs: ['list'], namespaced: true }, { group: 'apps', resource: 'controllerrevisions', verbs: ['list'], namespaced: true }],
  restart: changing('apps', 'deployments', 'statefulsets', 'daemonsets'),
  // The kinds that shipped hazards patch. A site that wants others adds them to the role, and the doctor says so.
  patch: [
    NODE_CHANGE,
    ...changing('apps', 'deployments', 'statefulsets', 'daemonsets'),
    ...changing('batch', 'jobs', 'cronjobs'),
    ...changing('', 'services', 'configmaps'),
    ...changing('policy', 'poddisruptionbudgets'),
    ...changing('autoscaling', 'horizontalpodautoscalers'),
    ...changing('networking.k8s.io', 'ingresses', 'networkpolicies'),
    ...changing('gateway.networking.k8s.io', 'gateways', 'httproutes', 'grpcroutes'),
  ],
}

export const ACTING_VERBS: readonly ActingVerb[] = Object.keys(ACTING) as ActingVerb[]

/** What no account of Boyd's may ever have, whatever its roles say: each of these is a way to everything else. */
export const NEVER: readonly { readonly verb: string; readonly group: string; readonly resource: string }[] = [
  { verb: '*', group: '*', resource: '*' },
  { verb: 'get', group: '', resource: 'secrets' },
  { verb: 'list', group: '', resource: 'secrets' },
  { verb: 'create', group: '', resource: 'secrets' },
  { verb: 'create', group: '', resource: 'pods' },
  { verb: 'create', group: '', resource: 'pods/exec' },
  { verb: 'get', group: '', resource: 'pods/exec' },
  { verb: 'create', group: '', resource: 'pods/attach' },
  { verb: 'create', group: '', resource: 'pods/portforward' },
  { verb: 'get', group: '', resource: 'nodes/proxy' },
  { verb: 'create', group: '', resource: 'serviceaccounts/token' },
  { verb: 'impersonate', group: '', resource: 'users' },
  { verb: 'impersonate', group: '', resource: 'serviceaccounts' },
  { verb: 'escalate', group: 'rbac.authorization.k8s.io', resource: 'clusterroles' },
  { verb: 'bind', group: 'rbac.authorization.k8s.io', resource: 'clusterroles' },
  { verb: 'update', group: 'rbac.authorization.k8s.io', resource: 'clusterrolebindings' },
  { verb: 'patch', group: 'admissionregistration.k8s.io', resource: 'validatingadmissionpolicies' },
]

/** The rights of these verbs together, one entry a resource, verbs in order. */
export function actingRights(verbs: readonly ActingVerb[]): readonly Right[] {
  return mergedRights(verbs.flatMap((verb) => ACTING[verb]))
}

export function mergedRights(rights: readonly Right[]): readonly Right[] {
  const merged = new Map<string, Right>()
  for (const right of rights) {
    const key = `${right.group}/${right.resource}/${right.namespaced}`
    const known = merged.get(key)
    merged.set(key, known === undefined ? right : { ...known, verbs: [...new Set([...known.verbs, ...right.verbs])].sort() })
  }
  return [...merged.values()]
}
