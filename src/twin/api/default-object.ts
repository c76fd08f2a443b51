/**
 * Defaulting, by kind: what the object looks like once the server has read it. Idempotent, and applied on every
 * write, as in the real server.
 */

import type { KubeObject } from '../../model/kube-object.ts'
import type { VersionProfile } from '../profile.ts'
import { defaultClaimSpec, defaultSliceSpec } from '../devices/default-devices.ts'
import { defaultOwnPodSpec, defaultPodSpec } from './default-pod.ts'
import { defaultAutoscaler, defaultCronJob, defaultDaemonSet, defaultDeployment, defaultJob, defaultReplicaSet, defaultStatefulSet } from './default-workload.ts'
import { withGeneration } from './daemon-generation.ts'
import { canonicalQuantities, canonicalResources } from './canonical-quantities.ts'
import { fill, within, withinEach } from './fill.ts'
import { inGoForm } from './go-form.ts'
import { defaultDefinition } from './validate-definition.ts'
import { groupKind } from '../../model/kube-object.ts'

type Spec = Readonly<Record<string, unknown>>
type Defaulter = (object: KubeObject, profile: VersionProfile) => KubeObject

const RBAC_GROUP = 'rbac.authorization.k8s.io'

const DEFAULTERS: Readonly<Record<string, Defaulter>> = {
  '/Pod': onSpec((spec, profile) => defaultOwnPodSpec(spec as never, profile) as unknown as Spec),
  '/ReplicationController': withTemplateLabels(onSpec(defaultReplicaSet)),
  '/Service': onSpec(defaultService),
  '/Secret': (object) => fill(secretData(object), { type: 'Opaque' }),
  '/PersistentVolume': onSpec(defaultVolumeOfCluster),
  '/ResourceQuota': onSpec((spec) => within(spec, 'hard', canonicalQuantities)),
  '/PersistentVolumeClaim': onSpec((spec) => within(fill(spec, { volumeMode: 'Filesystem' }), 'resources', canonicalResources)),
  '/LimitRange': onSpec((spec) => withinEach(spec, 'limits', defaultLimit)),
  'apps/Deployment': onSpec(defaultDeployment),
  'apps/ReplicaSet': onSpec(without('revisionHistoryLimit', defaultReplicaSet)),
  'apps/StatefulSet': onSpec(defaultStatefulSet),
  'apps/DaemonSet': (object, profile) => withGeneration(onSpec(without('replicas', defaultDaemonSet))(object, profile)),
  'batch/Job': (object, profile) => withTemplateLabelsOfJob(onSpec(defaultJob)(object, profile)),
  'batch/CronJob': onSpec(defaultCronJob),
  'autoscaling/HorizontalPodAutoscaler': onSpec(defaultAutoscaler),
  'storage.k8s.io/StorageClass': (object) => fill(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  'scheduling.k8s.io/PriorityClass': (object) => fill(object, { value: 0, preemptionPolicy: 'PreemptLowerPriority' }),
  'networking.k8s.io/NetworkPolicy': onSpec(defaultNetworkPolicy),
  'networking.k8s.io/IngressClass': onSpec((spec) => within(spec, 'parameters', (parameters: object) => fill(parameters, { scope: 'Cluster' }))),
  'rbac.authorization.k8s.io/RoleBinding': defaultBinding,
  'rbac.authorization.k8s.io/ClusterRoleBinding': defaultBinding,
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': defaultWebhooks,
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': defaultWebhooks,
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy': onSpec(defaultPolicy),
  'admissionregistration.k8s.io/MutatingAdmissionPolicy': onSpec(defaultPolicy),
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding': onSpec(defaultPolicyBinding),
  'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding': onSpec(defaultPolicyBinding),
  'apiextensions.k8s.io/CustomResourceDefinition': onSpec(defaultDefinition),
  'storage.k8s.io/CSIDriver': onSpec((spec) => fill(spec, { attachRequired: true, podInfoOnMount: false, storageCapacity: false, fsGroupPolicy: 'ReadWriteOnceWithFSType', volumeLifecycleModes: ['Persistent'], requiresRepublish: false, seLinuxMount: false })),
  '/Node': defaultNode,
  '/Endpoints': (object) => withinEach(object, 'subsets', (subset: Spec) => withinEach(subset, 'ports', (port: Spec) => fill(port, { protocol: 'TCP' }))),
  '/PodTemplate': (object, profile) => within(object, 'template', (template: Spec) => within(template, 'spec', (spec: Spec) => defaultPodSpec(spec as never, profile) as unknown as Spec)),
  '/Event': (object) => fill(object, { reportingComponent: '', reportingInstance: '' }),
  'node.k8s.io/RuntimeClass': (object) => within(object, 'overhead', (overhead: Spec) => within(overhead, 'podFixed', canonicalQuantities)),
  'storage.k8s.io/CSIStorageCapacity': (object) => canonicalAt(object, ['capacity', 'maximumVolumeSize']),
  'discovery.k8s.io/EndpointSlice': defaultSlice,
  'resource.k8s.io/ResourceClaim': onSpec(defaultClaimSpec),
  'resource.k8s.io/ResourceClaimTemplate': onSpec((spec) => within(spec, 'spec', defaultClaimSpec)),
  'resource.k8s.io/ResourceSlice': onSpec(defaultSliceSpec),
  'flowcontrol.apiserver.k8s.io/FlowSchema': onSpec((spec) => ({ ...spec, matchingPrecedence: orElse(spec['matchingPrecedence'], 1000) })),
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration': onSpec(defaultPriorityLevel),
}

/** The object with every default of its kind; the same object when it lacks none. `stored` is what it replaces: the parts that are its own need no look. */
export function defaultObject(object: KubeObject, profile: VersionProfile, stored?: KubeObject): KubeObject {
  return defaultStored(inGoForm(object, stored), profile)
}

/** Of an object that a server has stored: it holds no zeros that are not kept, and looking for them takes its time. */
export function defaultStored(object: KubeObject, profile: VersionProfile): KubeObject {
  const defaulter = DEFAULTERS[groupKind(object.apiVersion, object.kind)]
  return defaulter === undefined ? object : defaulter(object, profile)
}

function defaultVolumeOfCluster(spec: Spec): Spec {
  const filled = fill(spec, { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' })
  return within(within(filled, 'hostPath', (path: object) => fill(path, { type: '' })), 'capacity', canonicalQuantities)
}

/** Fields that people write and that the kind does not have. */
function without(field: string, next: (spec: Spec, profile: VersionProfile) => Spec) {
  return (spec: Spec, profile: VersionProfile): Spec => {
    if (spec[field] === undefined) return next(spec, profile)
    const { [field]: _, ...rest } = spec
    return next(rest, profile)
  }
}

function onSpec(change: (spec: Spec, profile: VersionProfile) => Spec): Defaulter {
  return (object, profile) => within(object, 'spec', (spec: Spec) => change(spec, profile))
}

/** Replication controllers alone still take selector and labels from their template. */
function withTemplateLabels(next: Defaulter): Defaulter {
  return (object, profile) => {
    const labels = (object['spec'] as { template?: { metadata?: { labels?: object } } } | undefined)?.template?.metadata?.labels
    const own = Object.keys(object.metadata.labels ?? {}).length > 0 || labels === undefined ? object : { ...object, metadata: { ...object.metadata, labels: labels as Record<string, string> } }
    return next(within(own, 'spec', (spec: Spec) => fill(spec, { selector: labels })), profile)
  }
}

/** A Job without labels shares those of its template: the same object, as upstream, so that both get the Job's own labels later. */
function withTemplateLabelsOfJob(job: KubeObject): KubeObject {
  const labels = (job['spec'] as { template?: { metadata?: { labels?: Record<string, string> } } } | undefined)?.template?.metadata?.labels
  return labels === undefined || Object.keys(job.metadata.labels ?? {}).length > 0 ? job : { ...job, metadata: { ...job.metadata, labels } }
}

function defaultService(spec: Spec): Spec {
  const type = spec['type'] ?? 'ClusterIP'
  const isExternalName = type === 'ExternalName'
  // Without a selector nobody knows what is behind it: it may be of both families.
  const isBare = spec['clusterIP'] === 'None' && Object.keys((spec['selector'] ?? {}) as object).length === 0
  const isReachable = type === 'NodePort' || type === 'LoadBalancer' || (type === 'ClusterIP' && ((spec['externalIPs'] ?? []) as readonly string[]).length > 0)
  const filled = fill(spec, {
    type,
    sessionAffinity: 'None',
    internalTrafficPolicy: ['ClusterIP', 'NodePort', 'LoadBalancer'].includes(String(type)) ? 'Cluster' : undefined,
    externalTrafficPolicy: isReachable ? 'Cluster' : undefined,
    allocateLoadBalancerNodePorts: type === 'LoadBalancer' ? true : undefined,
    ipFamilyPolicy: isExternalName ? undefined : isBare ? 'RequireDualStack' : 'SingleStack',
    ipFamilies: isExternalName ? undefined : isBare && spec['ipFamilyPolicy'] !== 'SingleStack' ? ['IPv4', 'IPv6'] : ['IPv4'],
  })
  const { ports, ...others } = withAffinity(filled)
  const told = Array.isArray(ports) && ports.length === 0 ? others : withAffinity(filled)
  return withinEach(told, 'ports', (port: Spec) => fill(fill(port, { protocol: 'TCP' }), { targetPort: port['port'] }))
}

const AFFINITY_SECONDS = 10_800

/** Stickiness has a time; without it there is nothing to configure. */
function withAffinity(spec: Spec): Spec {
  const { sessionAffinityConfig: config, ...rest } = spec
  if (spec['sessionAffinity'] === 'None') return config === undefined ? spec : rest
  if (spec['sessionAffinity'] !== 'ClientIP') return spec
  const clientIP = fill(((config as { clientIP?: object } | undefined)?.clientIP ?? {}) as Spec, { timeoutSeconds: AFFINITY_SECONDS })
  return { ...rest, sessionAffinityConfig: { ...(config as object | undefined), clientIP } }
}

/** `stringData` is write-only: it ends up base64-encoded in `data`. */
function secretData(object: KubeObject): KubeObject {
  const { stringData, ...rest } = object as KubeObject & { stringData?: Readonly<Record<string, string>> }
  if (stringData === undefined) return object
  const encoded = Object.fromEntries(Object.entries(stringData).map(([key, value]) => [key, Buffer.from(value, 'utf8').toString('base64')]))
  return { ...(rest as KubeObject), data: { ...(rest['data'] as object | undefined), ...encoded } }
}

const LIMIT_PARTS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio']

/** `SetDefaults_LimitRangeItem`: default := max, defaultRequest := default, else min. */
function defaultLimit(sent: Spec): Spec {
  const limit = LIMIT_PARTS.reduce((item, part) => within(item, part, canonicalQuantities), sent)
  if (limit['type'] !== 'Container') return limit
  const defaults = fill((limit['default'] ?? {}) as Spec, (limit['max'] ?? {}) as Spec)
  const requests = fill(fill((limit['defaultRequest'] ?? {}) as Spec, defaults), (limit['min'] ?? {}) as Spec)
  return fill({ ...limit, ...(hasKeys(defaults) ? { default: defaults } : {}), ...(hasKeys(requests) ? { defaultRequest: requests } : {}) }, {})
}

function hasKeys(value: object): boolean {
  return Object.keys(value).length > 0
}

/** Topology is written by old versions alone (`dropTopologyOnV1`). */
function defaultSlice(slice: KubeObject, profile: VersionProfile): KubeObject {
  const told = withinEach(slice, 'ports', (port: object) => fill(port, { name: '', protocol: 'TCP' }))
  return withinEach(told, 'endpoints', (endpoint: Spec) => without('deprecatedTopology', (rest) => rest)(endpoint, profile))
}

/** A node that says what it has and not what of it pods may have leaves them all (`SetDefaults_NodeStatus`). */
function defaultNode(node: KubeObject): KubeObject {
  return within(node, 'status', (status: Spec) => {
    const exact = within(within(status, 'capacity', canonicalQuantities), 'allocatable', canonicalQuantities)
    return fill(exact, { allocatable: exact['capacity'] })
  })
}

/** `pkg/apis/flowcontrol/v1/defaults.go`: a zero is a number of shares, and no number of queues. */
function defaultPriorityLevel(spec: Spec): Spec {
  const exempt = within(spec, 'exempt', (shares: Spec) => fill(shares, { nominalConcurrencyShares: 0, lendablePercent: 0 }))
  return within(exempt, 'limited', (limited: Spec) => within(fill(limited, { nominalConcurrencyShares: 30, lendablePercent: 0 }), 'limitResponse', defaultLimitResponse))
}

function defaultLimitResponse(response: Spec): Spec {
  return within(response, 'queuing', (queuing: Spec) => ({ ...queuing, queues: orElse(queuing['queues'], 64), handSize: orElse(queuing['handSize'], 8), queueLengthLimit: orElse(queuing['queueLengthLimit'], 50) }))
}

/** Where zero is as good as nothing. */
function orElse(value: unknown, otherwise: number): unknown {
  return value === undefined || value === null || value === 0 ? otherwise : value
}

function canonicalAt(object: KubeObject, fields: readonly string[]): KubeObject {
  return fields.reduce((changed, field) => within(changed, field, (quantity: string) => (canonicalQuantities({ quantity }) as { quantity: string }).quantity), object)
}

function defaultNetworkPolicy(spec: Spec): Spec {
  const typed = fill(spec, { policyTypes: spec['egress'] === undefined ? ['Ingress'] : ['Ingress', 'Egress'] })
  const withProtocols = (rule: Spec): Spec => withinEach(rule, 'ports', (port: Spec) => fill(port, { protocol: 'TCP' }))
  return withinEach(withinEach(typed, 'ingress', withProtocols), 'egress', withProtocols)
}

function defaultBinding(object: KubeObject): KubeObject {
  const isOfGroup = (subject: Spec): boolean => subject['kind'] === 'User' || subject['kind'] === 'Group'
  const filled = within(object, 'roleRef', (role: Spec) => fill(withoutEmpty(role, 'apiGroup'), { apiGroup: RBAC_GROUP }))
  return withinEach(filled, 'subjects', (subject: Spec) => fill(subject, { apiGroup: isOfGroup(subject) ? RBAC_GROUP : undefined }))
}

function withoutEmpty(value: Spec, field: string): Spec {
  if (value[field] !== '') return value
  const { [field]: _, ...rest } = value
  return rest
}

function defaultWebhooks(object: KubeObject): KubeObject {
  const isMutating = object.kind === 'MutatingWebhookConfiguration'
  return withinEach(object, 'webhooks', (hook: Spec) =>
    withinEach(
      withPort(fill(hook, { failurePolicy: 'Fail', matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {}, timeoutSeconds: 10, reinvocationPolicy: isMutating ? 'Never' : undefined })),
      'rules',
      withScope,
    ),
  )
}

function withPort(hook: Spec): Spec {
  return within(hook, 'clientConfig', (client: Spec) => within(client, 'service', (service: Spec) => fill(service, { port: 443 })))
}

function withScope(rule: Spec): Spec {
  return fill(rule, { scope: '*' })
}

function defaultPolicy(spec: Spec): Spec {
  return within(fill(spec, { failurePolicy: 'Fail' }), 'matchConstraints', defaultMatch)
}

function defaultPolicyBinding(spec: Spec): Spec {
  return within(spec, 'matchResources', defaultMatch)
}

function defaultMatch(match: Spec): Spec {
  const filled = fill(match, { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} })
  return withinEach(withinEach(filled, 'resourceRules', withScope), 'excludeResourceRules', withScope)
}
