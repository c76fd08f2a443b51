/**
 * EndpointSlices and Endpoints of Services with a selector (`pkg/controller/endpointslice`, `pkg/controller/endpoint`):
 * ready follows readiness and ends at once with a deletion; serving goes on with readiness.
 */

import type { Service, ServicePort } from 'kubernetes-types/core/v1.d.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { refOf, type KubeObject } from '../../model/kube-object.ts'
import { isPod, isReady, isTerminal, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import type { Context, Controller } from '../controller.ts'
import { CowMap } from '../cow-map.ts'
import type { StoreReader } from '../store.ts'
import { keyOf, objectAt } from './controller-key.ts'
import { ownerReference } from './create-pods.ts'
import { candidates, indexLabels, type LabelIndex } from './label-index.ts'

/** `MaxEndpointsPerSlice`. */
const PER_SLICE_MAX = 100
const MANAGED_BY = 'endpointslice-controller.k8s.io'

type ServiceObject = KubeObject & Service

export const endpointSlice: Controller<LabelIndex> = {
  name: 'endpointslice-controller',
  watches: ['/Service', '/Pod'],
  latencyMs: 20,
  createState: () => new CowMap(),
  observe(change, index) {
    if (change.groupKind === '/Pod') indexLabels(change, index)
  },
  *keysFor(change, store) {
    const object = change.after ?? change.before
    if (object === undefined) return
    if (change.groupKind === '/Service') return void (change.after === undefined ? undefined : yield keyOf(object))
    if (isRelevant(change.before, change.after)) yield* servicesOf(store, [change.before, change.after])
  },
  sync(key, context) {
    const service = objectAt(context.store, { apiVersion: 'v1', kind: 'Service' }, key) as ServiceObject | undefined
    if (service === undefined || isTerminating(service) || service.spec?.type === 'ExternalName') return
    if (Object.keys(service.spec?.selector ?? {}).length === 0) return
    const pods = backends(context, service)
    syncSlices(context, service, pods)
    syncEndpoints(context, service, pods)
  },
}

/** What a Service can see of a pod: its labels, address, readiness, whether it ends. */
function isRelevant(before: KubeObject | undefined, after: KubeObject | undefined): boolean {
  return !jsonEqual(before === undefined ? null : outline(before), after === undefined ? null : outline(after))
}

function outline(object: KubeObject): unknown {
  if (!isPod(object)) return null
  return [object.metadata.uid, object.metadata.labels ?? {}, object.status?.podIP ?? '', isReady(object), isTerminating(object), isTerminal(object)]
}

function* servicesOf(store: StoreReader, pods: readonly (KubeObject | undefined)[]): Iterable<string> {
  const namespaceName = pods.find((pod) => pod !== undefined)?.metadata.namespace ?? ''
  for (const service of store.list('/Service', namespaceName)) {
    if (pods.some((pod) => pod !== undefined && selects(service as ServiceObject, pod))) yield keyOf(service)
  }
}

function selects(service: ServiceObject, pod: KubeObject): boolean {
  const selector = Object.entries(service.spec?.selector ?? {})
  return selector.length > 0 && selector.every(([key, value]) => pod.metadata.labels?.[key] === value)
}

function backends({ store, state }: Context<LabelIndex>, service: ServiceObject): PodObject[] {
  const keys = candidates(state, service.metadata.namespace ?? '', service.spec?.selector ?? {})
  const pods = keys.map((key) => store.byKey(key)).filter((pod) => pod !== undefined).filter(isPod)
  return pods.filter((pod) => selects(service, pod) && (pod.status?.podIP ?? '') !== '' && !isTerminal(pod)).sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1))
}

function syncSlices(context: Context, service: ServiceObject, pods: readonly PodObject[]): void {
  const existing = context.store.ownedBy(service.metadata.uid ?? '').filter(({ kind }) => kind === 'EndpointSlice').sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1))
  const chunks = Math.max(1, Math.ceil(pods.length / PER_SLICE_MAX))
  for (let index = 0; index < chunks; index += 1) {
    const members = pods.slice(index * PER_SLICE_MAX, (index + 1) * PER_SLICE_MAX)
    const wanted = { addressType: 'IPv4', endpoints: members.map((pod) => endpointOf(context.store, service, pod)), ports: slicePorts(service, members[0]) }
    const current = existing[index]
    if (current === undefined) context.api.create(newSlice(service, wanted))
    else if (!Object.entries(wanted).every(([field, value]) => jsonEqual(current[field] ?? [], value))) context.api.update({ ...current, ...wanted })
  }
  for (const extra of existing.slice(chunks)) context.api.remove(refOf(extra))
}

function newSlice(service: ServiceObject, content: object): KubeObject {
  const { name = '', namespace = '' } = service.metadata
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: { ...service.metadata.labels, 'kubernetes.io/service-name': name, 'endpointslice.kubernetes.io/managed-by': MANAGED_BY },
      ownerReferences: [ownerReference(service)],
    },
    ...content,
  }
}

function endpointOf(store: StoreReader, service: ServiceObject, pod: PodObject): object {
  const nodeName = pod.spec?.nodeName ?? ''
  const zone = store.get({ apiVersion: 'v1', kind: 'Node', name: nodeName })?.metadata.labels?.['topology.kubernetes.io/zone']
  const serving = isReady(pod) || service.spec?.publishNotReadyAddresses === true
  const { name = '', namespace = '', uid = '' } = pod.metadata
  return {
    addresses: [pod.status?.podIP ?? ''],
    conditions: { ready: serving && !isTerminating(pod), serving, terminating: isTerminating(pod) },
    nodeName,
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(zone === undefined ? {} : { zone }),
  }
}

function slicePorts(service: ServiceObject, pod: PodObject | undefined): object[] {
  return (service.spec?.ports ?? []).map((port) => ({ name: port.name ?? '', protocol: port.protocol ?? 'TCP', port: targetPort(port, pod) }))
}

function targetPort(port: ServicePort, pod: PodObject | undefined): number {
  const target = (port.targetPort ?? port.port) as string | number
  if (typeof target === 'number') return target
  const named = (pod?.spec?.containers ?? []).flatMap((container) => container.ports ?? []).find(({ name }) => name === target)
  return named?.containerPort ?? port.port
}

/** The older form, which clients still read. */
function syncEndpoints(context: Context, service: ServiceObject, pods: readonly PodObject[]): void {
  const { name = '', namespace = '' } = service.metadata
  const subsets = subsetsOf(service, pods)
  const found = context.store.get({ apiVersion: 'v1', kind: 'Endpoints', namespace, name })
  if (found === undefined) context.api.create({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name, namespace, ...(service.metadata.labels === undefined ? {} : { labels: service.metadata.labels }) }, subsets })
  else if (!jsonEqual(found['subsets'] ?? [], subsets)) context.api.update({ ...found, subsets })
}

function subsetsOf(service: ServiceObject, pods: readonly PodObject[]): object[] {
  const living = pods.filter((pod) => !isTerminating(pod))
  const address = (pod: PodObject): object => ({ ip: pod.status?.podIP ?? '', nodeName: pod.spec?.nodeName ?? '', targetRef: { kind: 'Pod', namespace: pod.metadata.namespace, name: pod.metadata.name, uid: pod.metadata.uid } })
  const ready = living.filter((pod) => isReady(pod) || service.spec?.publishNotReadyAddresses === true)
  const notReady = living.filter((pod) => !ready.includes(pod))
  if (living.length === 0) return []
  return [{ ...(ready.length === 0 ? {} : { addresses: ready.map(address) }), ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady.map(address) }), ports: slicePorts(service, living[0]) }]
}
