/**
 * A Gateway API route that carries no traffic: its Gateway is not there or does not let it attach, its backend or the
 * backend's port is not there, or the backend lies in another namespace that grants nobody a reference.
 *
 * What controllers wrote into conditions is evidence; the rest is worked out from the objects (gateway.networking.k8s.io/v1).
 */

import { absenceEvidence, objectEvidence, type Evidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import { servicesOf, type ServiceObject } from '../../model/topology/services.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'
import { referencePlans } from '../shared/reference-plans.ts'

const ID = 'gateway-route-broken'
const GROUP = 'gateway.networking.k8s.io'
const ROUTES = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute']

interface ParentRef {
  readonly kind?: string
  readonly name?: string
  readonly namespace?: string
  readonly sectionName?: string
}

interface BackendRef {
  readonly kind?: string
  readonly name?: string
  readonly namespace?: string
  readonly port?: number
}

interface RouteSpec {
  readonly parentRefs?: readonly ParentRef[]
  readonly rules?: readonly { readonly backendRefs?: readonly BackendRef[] }[]
}

interface Listener {
  readonly name?: string
  readonly allowedRoutes?: { readonly namespaces?: { readonly from?: string; readonly selector?: Parameters<typeof matchesSelector>[0] } }
}

interface Broken {
  readonly why: string
  readonly text: string
  readonly evidence: Evidence
  /** Where a value is wrong, and the right one where the cluster shows it. */
  readonly path?: readonly (string | number)[]
  readonly right?: number | string
}

function detect(view: View): Finding[] {
  const routes = ROUTES.flatMap((kind) => view.list(GROUP, kind))
  const broken = routes.flatMap((route) => [...parentTrouble(view, route), ...backendTrouble(view, route)].slice(0, 1).map((item) => findingFrom(route, item)))
  return [...broken, ...view.list(GROUP, 'Gateway').flatMap((gateway) => gatewayFinding(view, gateway))]
}

function specOf(route: KubeObject): RouteSpec {
  return (route['spec'] ?? {}) as RouteSpec
}

function parentTrouble(view: View, route: KubeObject): Broken[] {
  const gateways = view.list(GROUP, 'Gateway')
  if (gateways.length === 0) return []
  return (specOf(route).parentRefs ?? []).flatMap((ref, index): Broken[] => {
    if ((ref.kind ?? 'Gateway') !== 'Gateway') return []
    const namespace = ref.namespace ?? route.metadata.namespace ?? 'default'
    const gateway = gateways.find((item) => item.metadata.name === ref.name && item.metadata.namespace === namespace)
    const path = ['spec', 'parentRefs', index]
    if (gateway === undefined) return [{ why: 'no-gateway', text: `its Gateway ${namespace}/${ref.name ?? ''} does not exist`, evidence: absenceEvidence({ kind: 'Gateway', namespace, name: ref.name ?? '' }), path: [...path, 'name'], ...onlyName(gateways, namespace) }]
    return listenerTrouble({ view, route, gateway, ref, path })
  })
}

function onlyName(objects: readonly KubeObject[], namespace: string): { readonly right?: string } {
  const beside = objects.filter((object) => object.metadata.namespace === namespace)
  return beside.length === 1 && beside[0]?.metadata.name !== undefined ? { right: beside[0].metadata.name } : {}
}

function listenerTrouble(options: { readonly view: View; readonly route: KubeObject; readonly gateway: KubeObject; readonly ref: ParentRef; readonly path: readonly (string | number)[] }): Broken[] {
  const { view, route, gateway, ref, path } = options
  const listeners = ((gateway['spec'] as { listeners?: readonly Listener[] } | undefined)?.listeners ?? []).filter((listener) => ref.sectionName === undefined || listener.name === ref.sectionName)
  const name = subjectText(subjectOf(gateway))
  if (listeners.length === 0) return [{ why: 'no-listener', text: `${name} has no listener ${ref.sectionName ?? ''}`, evidence: objectEvidence(gateway, 'spec.listeners', `${name} has no such listener`), path: [...path, 'sectionName'] }]
  if (listeners.some((listener) => admits(view, { route, gateway, listener }))) return []
  return [{ why: 'not-allowed', text: `no listener of ${name} lets routes of namespace ${route.metadata.namespace ?? 'default'} attach`, evidence: objectEvidence(gateway, 'spec.listeners', `its listeners allow ${listeners.map((listener) => listener.allowedRoutes?.namespaces?.from ?? 'Same').join(', ')}`) }]
}

/** The default is the Gateway's own namespace. A namespace whose labels were not collected may be meant. */
function admits(view: View, { route, gateway, listener }: { readonly route: KubeObject; readonly gateway: KubeObject; readonly listener: Listener }): boolean {
  const rule = listener.allowedRoutes?.namespaces
  const own = route.metadata.namespace === gateway.metadata.namespace
  if (rule?.from === 'All') return true
  if (rule?.from !== 'Selector') return own
  const namespace = view.get({ apiVersion: 'v1', kind: 'Namespace', name: route.metadata.namespace ?? 'default' })
  return namespace === undefined || matchesSelector(rule.selector, { 'kubernetes.io/metadata.name': route.metadata.namespace ?? 'default', ...namespace.metadata.labels })
}

function backendTrouble(view: View, route: KubeObject): Broken[] {
  if (servicesOf(view).length === 0) return []
  return (specOf(route).rules ?? []).flatMap((rule, at) => (rule.backendRefs ?? []).flatMap((ref, index) => oneBackend(view, route, { ref, path: ['spec', 'rules', at, 'backendRefs', index] })))
}

function oneBackend(view: View, route: KubeObject, { ref, path }: { readonly ref: BackendRef; readonly path: readonly (string | number)[] }): Broken[] {
  const own = route.metadata.namespace ?? 'default'
  const namespace = ref.namespace ?? own
  if ((ref.kind ?? 'Service') !== 'Service' || ref.name === undefined || servicesOf(view, namespace).length === 0) return []
  const service = view.get({ apiVersion: 'v1', kind: 'Service', namespace, name: ref.name }) as ServiceObject | undefined
  if (service === undefined) return [{ why: 'no-service', text: `its backend Service ${namespace}/${ref.name} does not exist`, evidence: absenceEvidence({ kind: 'Service', namespace, name: ref.name }) }]
  const ports = service.spec?.ports ?? []
  const [only] = ports
  if (ref.port !== undefined && !ports.some((port) => port.port === ref.port)) return [{ why: 'no-port', text: `it leads to port ${ref.port} of ${subjectText(subjectOf(service))}, which serves ${ports.map((port) => port.port).join(', ')}`, evidence: objectEvidence(service, 'spec.ports', `it serves ${ports.map((port) => port.port).join(', ')}`), path: [...path, 'port'], ...(ports.length === 1 && only !== undefined ? { right: only.port } : {}) }]
  if (namespace !== own && !isGranted(view, { route, namespace, name: ref.name })) return [{ why: 'not-granted', text: `its backend lies in namespace ${namespace}, where no ReferenceGrant allows that`, evidence: absenceEvidence({ kind: 'ReferenceGrant', namespace, name: `for ${route.kind} of ${own}` }) }]
  return []
}

function isGranted(view: View, { route, namespace, name }: { readonly route: KubeObject; readonly namespace: string; readonly name: string }): boolean {
  return view.list(GROUP, 'ReferenceGrant', namespace).some((grant) => {
    const spec = grant['spec'] as { from?: readonly { kind?: string; namespace?: string }[]; to?: readonly { kind?: string; name?: string }[] } | undefined
    return (spec?.from ?? []).some((from) => from.kind === route.kind && from.namespace === route.metadata.namespace) && (spec?.to ?? []).some((to) => to.kind === 'Service' && (to.name === undefined || to.name === name))
  })
}

/** A Gateway whose class nobody accepts carries none of its routes. */
function gatewayFinding(view: View, gateway: KubeObject): Finding[] {
  const wanted = (gateway['spec'] as { gatewayClassName?: string } | undefined)?.gatewayClassName ?? ''
  const classes = view.list(GROUP, 'GatewayClass')
  if (classes.length === 0 || classes.some((item) => item.metadata.name === wanted)) return []
  const [only] = classes
  return [findingFrom(gateway, { why: 'no-class', text: `its class ${wanted} does not exist (there is ${classes.map((item) => item.metadata.name).join(', ')})`, evidence: absenceEvidence({ kind: 'GatewayClass', name: wanted }), path: ['spec', 'gatewayClassName'], ...(classes.length === 1 && only?.metadata.name !== undefined ? { right: only.metadata.name } : {}) })]
}

function findingFrom(object: KubeObject, { why, text, evidence, path, right }: Broken): Finding {
  return findingOf({
    hazard: ID,
    subject: object,
    symptoms: [subjectOf(object)],
    summary: `${subjectText(subjectOf(object))} carries no traffic: ${text}`,
    evidence: [objectEvidence(object, 'spec', 'as it is written'), evidence],
    confidence: 0.93,
    explains: ['custom-resource-not-ready', 'ingress-tls-missing'],
    facts: { why, path: path ?? null, right: right ?? null },
  })
}

export const gatewayRouteBroken: Hazard = {
  id: ID,
  title: 'A Gateway route leads nowhere or may not attach',
  severity: 2,
  family: 'traffic',
  appliesTo: [`${GROUP}/HTTPRoute`, `${GROUP}/GRPCRoute`, `${GROUP}/TLSRoute`, `${GROUP}/TCPRoute`, `${GROUP}/Gateway`],
  faces: ['live', 'static'],
  detect,
  fixes: referencePlans,
  handOver: (finding) => `${finding.summary}. A grant, a listener or a backend is for its owners to give.`,
  lookAlikes: ['a folder without Gateways or Services', 'a route to a backend that is no Service', 'a namespace whose labels were not collected', 'a route that attaches to a Service of a mesh'],
  prevention: 'Render routes and Services from one source, and watch the conditions of routes.',
  sources: [
    { title: 'Gateway API: HTTPRoute', url: 'https://gateway-api.sigs.k8s.io/api-types/httproute/' },
    { title: 'Gateway API: ReferenceGrant', url: 'https://gateway-api.sigs.k8s.io/api-types/referencegrant/' },
  ],
  reviewBy: '2027-06-30',
}
