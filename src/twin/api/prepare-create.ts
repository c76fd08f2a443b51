/**
 * What the storage strategies do to a new object before it is validated (`pkg/registry/<group>/<kind>/strategy.go`):
 * status starts afresh, Jobs get their selector, Services their address.
 */

import { toKubeTime } from '../../kernel/clock.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { groupKind } from '../../model/kube-object.ts'
import type { ApiEnvironment } from './environment.ts'
import { withDefaultClass } from './default-class.ts'
import { DEFINITION_KIND, firstDefinition } from './custom-definitions.ts'
import { withTaintTimes } from '../devices/default-devices.ts'
import { withLabelKeys } from './label-keys.ts'
import { initialPodStatus } from './pod-status.ts'
import { withProtection } from './protection.ts'
import { hasStatus, type Resource } from './resource.ts'
import { withNodePorts } from './node-ports.ts'
import { SIGNING_REQUEST, withAuthor } from './signing-request.ts'
import { needsHealthCheck } from './validate-service.ts'
import { statusError } from './status-error.ts'

/** Kinds whose first status is not empty. Nodes alone may be created with the status they bring. */
const FIRST_STATUS: Readonly<Record<string, unknown>> = {
  '/Namespace': { phase: 'Active' },
  '/PersistentVolumeClaim': { phase: 'Pending' },
  '/Service': { loadBalancer: {} },
  '/ReplicationController': { replicas: 0 },
  'apps/ReplicaSet': { replicas: 0 },
  'apps/StatefulSet': { replicas: 0, availableReplicas: 0 },
  'apps/DaemonSet': { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
  'autoscaling/HorizontalPodAutoscaler': { currentMetrics: null, desiredReplicas: 0 },
  'networking.k8s.io/Ingress': { loadBalancer: {} },
  'storage.k8s.io/VolumeAttachment': { attached: false },
  'policy/PodDisruptionBudget': { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
}

/** Before defaults: what the client may not say is taken out. */
export function withFirstStatus(resource: Resource, object: KubeObject): KubeObject {
  const kind = groupKind(object.apiVersion, object.kind)
  if (!hasStatus(resource) || kind === '/Node') return object
  const { status: _, ...rest } = object
  return resource.custom ? (rest as KubeObject) : { ...(rest as KubeObject), status: FIRST_STATUS[kind] ?? {} }
}

/** After defaults: what the server makes up. */
export function withServerFields(environment: ApiEnvironment, object: KubeObject): KubeObject {
  switch (groupKind(object.apiVersion, object.kind)) {
    case '/Pod':
      return { ...withLabelKeys(object), status: initialPodStatus(object, environment.nowMs()) }
    case 'batch/Job':
      return withJobSelector(object)
    case '/Service':
      return withAddress(environment, object)
    case '/Node':
      return withUnreadyTaint({ ...object, status: { ...UNTOLD_NODE, ...(object['status'] as object | undefined) } })
    case 'storage.k8s.io/VolumeAttributesClass':
      return withProtection(object)
    case 'coordination.k8s.io/Lease':
      return withoutElection(object)
    case '/Namespace':
      return withFinalizer(object)
    case '/PersistentVolumeClaim':
      return withProtection(withDefaultClass(environment.store, object))
    case '/PersistentVolume':
      return withProtection({ ...object, status: { phase: 'Pending', lastPhaseTransitionTime: toKubeTime(environment.nowMs()) } })
    case DEFINITION_KIND:
      return firstDefinition(object)
    case 'resource.k8s.io/ResourceSlice':
      return withTaintTimes(object, toKubeTime(environment.nowMs()))
    case SIGNING_REQUEST:
      return withAuthor(object, environment.requester)
    default:
      return object
  }
}

/** What a node is said to run where it did not say. */
const UNTOLD_NODE = {
  daemonEndpoints: { kubeletEndpoint: { Port: 0 } },
  nodeInfo: { machineID: '', systemUUID: '', bootID: '', kernelVersion: '', osImage: '', containerRuntimeVersion: '', kubeletVersion: '', kubeProxyVersion: '', operatingSystem: '', architecture: '' },
}

/** Coordinated election is off: what is for it is not stored (`pkg/registry/coordination/lease/strategy.go`). */
export function withoutElection(lease: KubeObject): KubeObject {
  const { strategy: _strategy, preferredHolder: _holder, ...spec } = (lease['spec'] ?? {}) as Readonly<Record<string, unknown>>
  return { ...lease, spec }
}

/** The namespace controller's hold, beside what its maker wants. */
function withFinalizer(namespace: KubeObject): KubeObject {
  const { finalizers = [] } = (namespace['spec'] ?? {}) as { readonly finalizers?: readonly string[] }
  return finalizers.includes('kubernetes') ? namespace : { ...namespace, spec: { ...(namespace['spec'] as object | undefined), finalizers: [...finalizers, 'kubernetes'] } }
}

/** `pkg/registry/batch/job/strategy.go`: the Job's uid tells its pods from those of an older Job of the same name. Labels that it shares with its template get the same. */
function withJobSelector(job: KubeObject): KubeObject {
  const spec = job['spec'] as { manualSelector?: boolean; selector?: { matchLabels?: Record<string, string> }; template?: { metadata?: { labels?: Record<string, string> } } } | undefined
  if (spec?.template === undefined || spec.manualSelector === true) return job
  const { uid = '', name = '' } = job.metadata
  // What the writer put there stays, and is refused where it is not what it should be.
  const labels = { 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': name, 'controller-uid': uid, 'job-name': name, ...spec.template.metadata?.labels }
  const template = { ...spec.template, metadata: { ...spec.template.metadata, labels } }
  const areShared = job.metadata.labels !== undefined && job.metadata.labels === spec.template.metadata?.labels
  const metadata = areShared ? { ...job.metadata, labels } : job.metadata
  return { ...job, metadata, spec: { ...spec, selector: { ...spec.selector, matchLabels: { 'batch.kubernetes.io/controller-uid': uid, ...spec.selector?.matchLabels } }, template } }
}

/** A Job without labels takes those of its template as soon as it is read back: after it was judged (`SetDefaults_Job`). */
export function withJobLabels(job: KubeObject): KubeObject {
  if (groupKind(job.apiVersion, job.kind) !== 'batch/Job' || Object.keys(job.metadata.labels ?? {}).length > 0) return job
  const labels = (job['spec'] as { template?: { metadata?: { labels?: Record<string, string> } } } | undefined)?.template?.metadata?.labels
  return labels === undefined ? job : { ...job, metadata: { ...job.metadata, labels } }
}

interface ServiceSpec {
  readonly type?: string
  readonly externalTrafficPolicy?: string
  readonly healthCheckNodePort?: number
  readonly clusterIP?: string
  readonly clusterIPs?: readonly string[]
  readonly ports?: readonly { readonly nodePort?: number }[]
}

/** The spec of a Service with its address and node ports; what it has already, it keeps. `before`: of an update. */
export function withAddress(environment: ApiEnvironment, service: KubeObject, before?: KubeObject): KubeObject {
  const spec = (service['spec'] ?? {}) as ServiceSpec
  if (spec.type === 'ExternalName') return service
  const clusterIP = spec.clusterIP === undefined || spec.clusterIP === '' ? environment.addresses.allocateIp() : spec.clusterIP
  const ports = spec.ports === undefined ? undefined : withNodePorts(environment, service, before)
  return { ...service, spec: { ...spec, clusterIP, clusterIPs: (spec.clusterIPs ?? []).length > 0 ? spec.clusterIPs : [clusterIP], ...(ports === undefined ? {} : { ports }), ...healthCheckPort(environment, spec, before?.['spec'] as ServiceSpec | undefined) } }
}

/** A port that cannot be had is a fault of the server, not of the Service, in upstream's words too. */
function healthCheckPort({ addresses }: ApiEnvironment, spec: ServiceSpec, before: ServiceSpec | undefined): Pick<ServiceSpec, 'healthCheckNodePort'> {
  const { healthCheckNodePort: port = 0 } = spec
  if (!needsHealthCheck(spec)) return {}
  if (port === 0) return { healthCheckNodePort: addresses.allocateNodePort() }
  const why = before !== undefined && needsHealthCheck(before) ? undefined : addresses.nodePortProblem(port)
  if (why === undefined) return {}
  const message = `failed to allocate requested HealthCheck NodePort ${port}: ${why}`
  throw statusError('InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] })
}

/** The families of a Service are the registry's choice and not a default (`pkg/registry/core/service/storage/alloc.go`): the writer's only where it sent them. */
export function withSentFamilies(service: KubeObject, sent: KubeObject): KubeObject {
  const { ipFamilies: _families, ipFamilyPolicy: _policy, ...spec } = (service['spec'] ?? {}) as Families
  const { ipFamilies, ipFamilyPolicy } = (sent['spec'] ?? {}) as Families
  return { ...service, spec: { ...spec, ...(ipFamilies === undefined ? {} : { ipFamilies }), ...(ipFamilyPolicy === undefined ? {} : { ipFamilyPolicy }) } }
}

interface Families {
  readonly ipFamilies?: unknown
  readonly ipFamilyPolicy?: unknown
}

/** TaintNodesByCondition admission: a node is not ready until the node lifecycle controller has seen it so. */
function withUnreadyTaint(node: KubeObject): KubeObject {
  const spec = (node['spec'] ?? {}) as { taints?: readonly { key: string; effect: string }[] }
  const taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }
  if (spec.taints?.some(({ key, effect }) => key === taint.key && effect === taint.effect) === true) return node
  return { ...node, spec: { ...spec, taints: [...(spec.taints ?? []), taint] } }
}

/** A virtual address that somebody asks for must be free. */
export function refuseTakenAddress(environment: ApiEnvironment, service: KubeObject): void {
  const asked = ((service['spec'] ?? {}) as ServiceSpec).clusterIP
  if (asked === undefined || asked === '' || asked === 'None' || !environment.addresses.isIpTaken(asked)) return
  const message = `failed to allocate IP ${asked}: provided IP is already allocated`
  throw statusError('Invalid', `Service "${service.metadata.name}" is invalid: spec.clusterIPs: Invalid value: ["${asked}"]: ${message}`, {
    name: service.metadata.name ?? '',
    kind: 'Service',
    causes: [{ reason: 'FieldValueInvalid', message, field: 'spec.clusterIPs' }],
  })
}
