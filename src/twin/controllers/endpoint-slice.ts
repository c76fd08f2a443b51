/**
 * EndpointSlices and Endpoints of Services with a selector (`pkg/controller/endpointslice`, `pkg/controller/endpoint`):
 * ready follows readiness and ends at once with a deletion; serving goes on with readiness.
 */

import { jsonEqual } from '../../kernel/json.ts'
import { refOf, type KubeObject } from '../../model/kube-object.ts'
import { isPod, isReady, isTerminal, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import type { Context, Controller } from '../controller.ts'
import type { StoreReader } from '../store.ts'
import { keyOf, objectAt } from './controller-key.ts'
import { indexSelector, servicesFor } from '../selector-index.ts'
import { createEndpointState, followNodes, type EndpointState } from './endpoints/endpoint-state.ts'
import { memberOf, type Member } from './endpoints/members.ts'
import { syncSlices } from './endpoints/slices.ts'
import { subsetsOf } from './endpoints/subsets.ts'
import type { ServiceObject } from './endpoints/service-ports.ts'

const MANAGED_BY = 'endpoints.kubernetes.io/managed-by'

export const endpointSlice: Controller<EndpointState> = {
  name: 'endpointslice-controller',
  watches: ['/Service', '/Pod', '/Node'],
  latencyMs: 20,
  createState: createEndpointState,
  observe(change, state) {
    if (change.groupKind === '/Service') indexSelector(change, state.services)
    else if (change.groupKind === '/Node') followNodes(change, state)
  },
  keysFor(change, store, { services }) {
    const object = change.after ?? change.before
    // Upstream, too, leaves what a node's coming and going means for endpoints to the pods' next steps.
    if (object === undefined || change.groupKind === '/Node') return []
    if (change.groupKind === '/Service') return [keyOf(object)]
    return isRelevant(change.before, change.after) ? servicesOf(store, services, [change.before, change.after]) : []
  },
  sync(key, context) {
    const service = objectAt(context.store, { apiVersion: 'v1', kind: 'Service' }, key) as ServiceObject | undefined
    if (service === undefined) return removeEndpoints(context, key)
    if (isTerminating(service) || service.spec?.type === 'ExternalName') return
    if (Object.keys(service.spec?.selector ?? {}).length === 0) return
    const members = backends(context.store, service).map((pod) => memberOf(context, service, pod))
    syncSlices(context, service, members)
    syncEndpoints(context, service, members)
  },
}

/** What a Service can see of a pod: its labels, address, readiness, whether it ends. */
function isRelevant(before: KubeObject | undefined, after: KubeObject | undefined): boolean {
  if (before === undefined || after === undefined || !isPod(before) || !isPod(after)) return before !== after
  return (
    before.metadata.uid !== after.metadata.uid ||
    (before.status?.podIP ?? '') !== (after.status?.podIP ?? '') ||
    isReady(before) !== isReady(after) ||
    isTerminating(before) !== isTerminating(after) ||
    isTerminal(before) !== isTerminal(after) ||
    !haveEqualLabels(before, after)
  )
}

function haveEqualLabels(before: KubeObject, after: KubeObject): boolean {
  return jsonEqual(before.metadata.labels ?? {}, after.metadata.labels ?? {})
}

function servicesOf(store: StoreReader, services: EndpointState['services'], [before, after]: readonly (KubeObject | undefined)[]): Iterable<string> {
  const hasMoved = before !== undefined && after !== undefined && !haveEqualLabels(before, after)
  const pods = hasMoved ? [before, after] : [after ?? before].filter((pod) => pod !== undefined)
  return new Set(pods.flatMap(({ metadata: { namespace = '', labels = {} } }) => servicesFor({ namespace, labels }, services, store).map(keyOf)))
}

/** In the order of their names. */
function backends(store: StoreReader, { metadata, spec }: ServiceObject): PodObject[] {
  const found = store.podsCarrying(metadata.namespace ?? '', spec?.selector ?? {}).filter((pod) => (pod.status?.podIP ?? '') !== '' && !isTerminal(pod))
  return found.sort((left, right) => ((left.metadata.name ?? '') < (right.metadata.name ?? '') ? -1 : 1))
}

function syncEndpoints({ store, api }: Context, service: ServiceObject, members: readonly Member[]): void {
  const { labels, name = '', namespace = '' } = service.metadata
  const subsets = subsetsOf(service, members)
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
