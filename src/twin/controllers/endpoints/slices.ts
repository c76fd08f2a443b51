/**
 * EndpointSlices of a Service (`pkg/controller/endpointslice`): a group of slices for each set of ports that pods offer.
 * Endpoints stay in the slice that they are in; new ones fill what has room. A Service that nothing backs keeps one slice
 * without ports.
 */

import { jsonEqual } from '../../../kernel/json.ts'
import { oncePerObject } from '../../../kernel/once-per-object.ts'
import { refOf, type KubeObject } from '../../../model/kube-object.ts'
import { isTerminating } from '../../../model/kube/workload.ts'
import type { Context } from '../../controller.ts'
import { keyOf } from '../controller-key.ts'
import { ownerReference } from '../create-pods.ts'
import { portsKey, type Endpoint, type Member } from './members.ts'
import type { EndpointPort, ServiceObject } from './service-ports.ts'

/** `MaxEndpointsPerSlice`. */
const PER_SLICE_MAX = 100
const MANAGED_BY = 'endpointslice-controller.k8s.io'
const SERVICE_NAME = 'kubernetes.io/service-name'
const MANAGER = 'endpointslice.kubernetes.io/managed-by'
const HEADLESS = 'service.kubernetes.io/headless'

interface Content {
  readonly ports: readonly EndpointPort[]
  readonly endpoints: readonly Endpoint[]
}

export function syncSlices(context: Context, service: ServiceObject, members: readonly Member[]): void {
  const existing = context.store.ownedBy(service.metadata.uid ?? '').filter(({ kind }) => kind === 'EndpointSlice').sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1))
  const groups = groupsOf(members)
  const wanted = [...groups].flatMap(([ports, group]) => filled(group, existing.filter((slice) => portsKeyIn(slice) === ports)))
  const slices = wanted.length === 0 ? [{ content: { ports: [], endpoints: [] } }] : wanted
  const unused = existing.filter((slice) => !slices.some((each) => 'slice' in each && each.slice === slice))
  for (const { slice = unused.shift(), content } of slices as readonly Placed[]) write(context, service, { slice, content })
  for (const slice of unused) context.api.remove(refOf(slice))
}

interface Placed {
  readonly slice?: KubeObject | undefined
  readonly content: Content
}

/** Endpoints by the ports that they offer. */
function groupsOf(members: readonly Member[]): ReadonlyMap<string, Content> {
  const groups = new Map<string, { readonly ports: readonly EndpointPort[]; readonly endpoints: Endpoint[] }>()
  for (const { endpoint, offer: { ports, key } } of members) {
    const group = groups.get(key) ?? { ports, endpoints: [] }
    groups.set(key, group)
    if (endpoint !== undefined) group.endpoints.push(endpoint)
  }
  return groups
}

/** What is there stays where it is, an empty slice of these ports included; the rest goes where room is, and then into new slices. */
function filled({ ports, endpoints }: Content, slices: readonly KubeObject[]): Placed[] {
  const left = new Map(endpoints.map((endpoint) => [endpoint.targetRef.uid, endpoint]))
  const take = (uid: string): Endpoint[] => {
    const endpoint = left.get(uid)
    left.delete(uid)
    return endpoint === undefined ? [] : [endpoint]
  }
  const kept = slices.map((slice) => ({ slice, members: endpointsIn(slice).flatMap(({ targetRef }) => take(targetRef.uid)) })).filter(({ slice, members }) => members.length > 0 || endpointsIn(slice).length === 0)
  const rest = [...left.values()]
  const topped = kept.map(({ slice, members }) => ({ slice, content: { ports, endpoints: [...members, ...rest.splice(0, PER_SLICE_MAX - members.length)] } }))
  const fresh = Array.from({ length: Math.ceil(rest.length / PER_SLICE_MAX) }, (_, index) => ({ content: { ports, endpoints: rest.slice(index * PER_SLICE_MAX, (index + 1) * PER_SLICE_MAX) } }))
  return [...topped, ...fresh]
}

/** Empty lists are stored as null: the fields have no `omitempty`. */
function write({ api }: Context, service: ServiceObject, { slice, content }: Placed): void {
  const ports = content.ports.length === 0 ? null : content.ports
  const endpoints = content.endpoints.length === 0 ? null : content.endpoints
  const labels = labelsOf(service)
  if (slice === undefined) return void (isTerminating(service) ? undefined : api.create(newSlice(service, { labels, endpoints, ports })))
  const isCurrent = jsonEqual(portsIn(slice), content.ports) && jsonEqual(endpointsIn(slice), content.endpoints) && jsonEqual(slice.metadata.labels ?? {}, labels)
  if (!isCurrent) api.update({ ...slice, metadata: { ...slice.metadata, labels }, endpoints, ports })
}

function newSlice(service: ServiceObject, { labels, ...content }: { readonly labels: Readonly<Record<string, string>>; readonly endpoints: unknown; readonly ports: unknown }): KubeObject {
  const { name = '', namespace = '' } = service.metadata
  return { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { generateName: `${name}-`, namespace, labels, ownerReferences: [ownerReference(service)] }, addressType: 'IPv4', ...content }
}

function labelsOf({ metadata, spec }: ServiceObject): Readonly<Record<string, string>> {
  const reserved = [SERVICE_NAME, MANAGER, HEADLESS]
  const own = Object.entries(metadata.labels ?? {}).filter(([key]) => !reserved.includes(key))
  const isHeadless = (spec?.clusterIP ?? '') === '' || spec?.clusterIP === 'None'
  return { ...Object.fromEntries(own), [SERVICE_NAME]: metadata.name ?? '', [MANAGER]: MANAGED_BY, ...(isHeadless ? { [HEADLESS]: '' } : {}) }
}

const portsKeyIn = oncePerObject((slice: KubeObject): string => portsKey(portsIn(slice)))

function portsIn(slice: KubeObject): readonly EndpointPort[] {
  return (slice['ports'] ?? []) as readonly EndpointPort[]
}

const endpointsIn = oncePerObject((slice: KubeObject): readonly Endpoint[] => ((slice['endpoints'] ?? []) as readonly Partial<Endpoint>[]).map(asEndpoint))

function asEndpoint(found: Partial<Endpoint>): Endpoint {
  const isWhole = found.targetRef !== undefined && found.addresses !== undefined
  return isWhole ? (found as Endpoint) : { targetRef: { uid: '' }, addresses: [], ...found }
}
