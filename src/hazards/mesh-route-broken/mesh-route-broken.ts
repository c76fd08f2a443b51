/**
 * A route of an Istio mesh that leads nowhere: its destination is a Service or a port that is not there, a subset that no
 * DestinationRule defines, or a subset whose labels no pod has. Proxies then answer 503 while every pod is well.
 */

import { absenceEvidence, objectEvidence, type Evidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import { podsBehind, selectorOf, servicesOf, type ServiceObject } from '../../model/topology/services.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'
import { isEntered, MESH_GROUP, placeOfHost } from '../shared/mesh-hosts.ts'
import { referencePlans } from '../shared/reference-plans.ts'
import { destinationsOf, subsetsOf, type Destination, type Subset } from './destinations.ts'

const ID = 'mesh-route-broken'

interface Broken {
  /** What must change: the route, or the rule whose subset is empty. */
  readonly object: KubeObject
  readonly text: string
  readonly evidence: readonly Evidence[]
  readonly path?: readonly (string | number)[]
  readonly right?: string | number
}

function detect(view: View): Finding[] {
  return view.list(MESH_GROUP, 'VirtualService').flatMap((route) => destinationsOf(route).flatMap((destination) => troubleOf(view, route, destination)).slice(0, 1).map((broken) => findingFrom(route, broken)))
}

function troubleOf(view: View, route: KubeObject, destination: Destination): Broken[] {
  const place = placeOfHost(view, destination.host, route.metadata.namespace ?? 'default')
  if (place === undefined || servicesOf(view, place.namespace).length === 0 || isEntered(view, destination.host)) return []
  const service = view.get({ apiVersion: 'v1', kind: 'Service', ...place }) as ServiceObject | undefined
  if (service === undefined) return [{ object: route, text: `its destination Service ${place.namespace}/${place.name} does not exist`, evidence: [absenceEvidence({ kind: 'Service', ...place })] }]
  return [...portTrouble(route, service, destination), ...subsetTrouble({ view, route, service, destination })]
}

function portTrouble(route: KubeObject, service: ServiceObject, { port, path }: Destination): Broken[] {
  const served = (service.spec?.ports ?? []).map((one) => one.port)
  if (port === undefined || served.includes(port)) return []
  const [only] = served
  return [{ object: route, text: `it leads to port ${port} of ${subjectText(subjectOf(service))}, which serves ${served.join(', ')}`, evidence: [objectEvidence(service, 'spec.ports', `it serves ${served.join(', ')}`)], path: [...path, 'port', 'number'], ...(served.length === 1 && only !== undefined ? { right: only } : {}) }]
}

function subsetTrouble(parts: { readonly view: View; readonly route: KubeObject; readonly service: ServiceObject; readonly destination: Destination }): Broken[] {
  const { view, route, service, destination } = parts
  const wanted = destination.subset
  if (wanted === undefined) return []
  const defined = subsetsOf(view, service)
  const subset = defined.find(({ name }) => name === wanted)
  if (subset !== undefined) return emptySubset(view, service, subset)
  const names = [...new Set(defined.map(({ name }) => name))]
  const [only] = names
  return [
    {
      object: route,
      text: `no DestinationRule defines subset ${wanted} of ${subjectText(subjectOf(service))}${names.length === 0 ? '' : ` (there is ${names.join(', ')})`}`,
      evidence: defined.length === 0 ? [absenceEvidence({ kind: 'DestinationRule', namespace: service.metadata.namespace ?? 'default', name: `for ${service.metadata.name ?? ''}` })] : defined.slice(0, 1).map(({ rule }) => objectEvidence(rule, 'spec.subsets', `it defines ${names.join(', ')}`)),
      path: [...destination.path, 'subset'],
      ...(names.length === 1 && only !== undefined ? { right: only } : {}),
    },
  ]
}

/** Without pods the Service has another trouble than its subsets. */
function emptySubset(view: View, service: ServiceObject, { rule, index, name, labels }: Subset): Broken[] {
  const pods = selectorOf(service) === undefined ? [] : podsBehind(view, service)
  if (pods.length === 0 || pods.some((pod) => matchesSelector({ matchLabels: { ...labels } }, pod.metadata.labels))) return []
  const asked = Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(', ')
  return [{ object: rule, text: `no pod of ${subjectText(subjectOf(service))} has the labels of subset ${name} (${asked})`, evidence: [objectEvidence(rule, `spec.subsets[${index}].labels`, `subset ${name} asks for ${asked}`)] }]
}

function findingFrom(route: KubeObject, { object, text, evidence, path, right }: Broken): Finding {
  return findingOf({
    hazard: ID,
    subject: object,
    symptoms: [subjectOf(route)],
    summary: `${subjectText(subjectOf(route))} carries no traffic: ${text}`,
    evidence: [objectEvidence(route, 'spec', 'as it is written'), ...evidence],
    confidence: 0.93,
    explains: ['custom-resource-not-ready', 'dependency-unreachable', 'application-unhealthy'],
    facts: { path: path ?? null, right: right ?? null },
  })
}

export const meshRouteBroken: Hazard = {
  id: ID,
  title: 'A route of the mesh leads nowhere',
  severity: 2,
  family: 'traffic',
  appliesTo: [`${MESH_GROUP}/VirtualService`, `${MESH_GROUP}/DestinationRule`],
  faces: ['live', 'static'],
  detect,
  fixes: referencePlans,
  handOver: (finding) => `${finding.summary}. Which version should take the traffic is for its owners to say.`,
  lookAlikes: ['a host outside the cluster', 'a host that a ServiceEntry declares', 'a folder without Services', 'a Service without pods: its subsets are empty for another reason'],
  prevention: 'Render routes, rules and Services from one source, and analyse them in the pipeline.',
  sources: [
    { title: 'Istio: VirtualService', url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/' },
    { title: 'Istio: DestinationRule', url: 'https://istio.io/latest/docs/reference/config/networking/destination-rule/' },
  ],
  reviewBy: '2027-06-30',
}
