/**
 * EndpointSlices and Endpoints of Services with a selector (`pkg/controller/endpointslice`, `pkg/controller/endpoint`):
 * ready follows readiness and ends at once with a deletion; serving goes on with readiness.
 */

import { jsonEqual } from '../../kernel/json.ts'
import { oncePerObject } from '../../kernel/once-per-object.ts'
import { refOf, type KubeObject } from '../../model/kube-object.ts'
import { isPod, isReady, isTerminal, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import type { Context, Controller } from '../controller.ts'
import { CowMap } from '../cow-map.ts'
import type { StoreReader } from '../store.ts'
import { keyOf, objectAt } from './controller-key.ts'
import { syncSlices } from './endpoints/slices.ts'
import { subsetsOf } from './endpoints/subsets.ts'
import type { ServiceObject } from './endpoints/service-ports.ts'
import { candidates, indexLabels, type LabelIndex } from './label-index.ts'

const MANAGED_BY = 'endpoints.kubernetes.io/managed-by'

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
    if (change.groupKind === '/Service') return void (yield keyOf(object))
    if (isRelevant(change.before, change.after)) yield* servicesOf(store, [change.before, change.after])
  },
  sync(key, context) {
    const service = objectAt(context.store, { apiVersion: 'v1', kind: 'Service' }, key) as ServiceObject | undefined
    if (service === undefined) return removeEndpoints(context, key)
    if (isTerminating(service) || service.spec?.type === 'ExternalName') return
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

/** Asked for each Service of a namespace whenever a pod of it moves. */
const selectorOf = oncePerObject((service: ServiceObject): readonly (readonly [string, string])[] => Object.entries(service.spec?.selector ?? {}))

function selects(service: ServiceObject, pod: KubeObject): boolean {
  const selector = selectorOf(service)
  return selector.length > 0 && selector.every(([key, value]) => pod.metadata.labels?.[key] === value)
}

function backends({ store, state }: Context<LabelIndex>, service: ServiceObject): PodObject[] {
  const keys = candidates(state, service.metadata.namespace ?? '', service.spec?.selector ?? {})
  const pods = keys.map((key) => store.byKey(key)).filter((pod) => pod !== undefined).filter(isPod)
  const keyed = pods.filter((pod) => selects(service, pod) && (pod.status?.podIP ?? '') !== '' && !isTerminal(pod)).map((pod) => ({ key: keyOf(pod), pod }))
  return keyed.sort((left, right) => (left.key < right.key ? -1 : 1)).map(({ pod }) => pod)
}

function syncEndpoints({ store, api }: Context, service: ServiceObject, pods: readonly PodObject[]): void {
  const { labels, name = '', namespace = '' } = service.metadata
  const subsets = subsetsOf(service, pods)
  const found = store.get({ apiVersion: 'v1', kind: 'Endpoints', namespace, name })
  const metadata = { name, namespace, labels: { ...labels, [MANAGED_BY]: 'endpoint-controller' } }
  const content = subsets.length === 0 ? {} : { subsets }
  if (found === undefined) api.create({ apiVersion: 'v1', kind: 'Endpoints', metadata, ...content })
  else if (!jsonEqual(found['subsets'] ?? [], subsets)) api.update({ ...found, subsets })
}

/** Endpoints belong to the Service of their name by nothing but the name. */
function removeEndpoints({ store, api }: Context, key: string): void {
  const found = objectAt(store, { apiVersion: 'v1', kind: 'Endpoints' }, key)
  if (found !== undefined) api.remove(refOf(found))
}
