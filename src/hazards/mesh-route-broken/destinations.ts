/** Where the rules of a VirtualService lead (networking.istio.io), and which Service or subset a destination means. */

import type { KubeObject } from '../../model/kube-object.ts'
import { servicesOf, type ServiceObject } from '../../model/topology/services.ts'
import type { View } from '../../model/view.ts'

export const MESH_GROUP = 'networking.istio.io'

export interface Destination {
  readonly host: string
  readonly subset: string | undefined
  readonly port: number | undefined
  readonly path: readonly (string | number)[]
}

interface RouteRule {
  readonly route?: readonly { readonly destination?: { readonly host?: string; readonly subset?: string; readonly port?: { readonly number?: number } } }[]
}

const PROTOCOLS = ['http', 'tls', 'tcp'] as const

export function destinationsOf(route: KubeObject): Destination[] {
  const spec = (route['spec'] ?? {}) as Partial<Record<(typeof PROTOCOLS)[number], readonly RouteRule[]>>
  return PROTOCOLS.flatMap((protocol) =>
    (spec[protocol] ?? []).flatMap((rule, at) =>
      (rule.route ?? []).flatMap(({ destination }, index) =>
        destination?.host === undefined ? [] : [{ host: destination.host, subset: destination.subset, port: destination.port?.number, path: ['spec', protocol, at, 'route', index, 'destination'] }],
      ),
    ),
  )
}

export interface Place {
  readonly name: string
  readonly namespace: string
}

/** The Service that a host means, seen from a namespace; undefined for hosts outside the cluster and for what cannot be told. */
export function placeOfHost(view: View, host: string, from: string): Place | undefined {
  const [name = '', namespace = from, ...rest] = host.split('.')
  const inside = rest.length === 0 ? namespace === from || hasNamespace(view, namespace) : rest[0] === 'svc'
  return inside && name !== '*' && name !== '' ? { name, namespace } : undefined
}

function hasNamespace(view: View, name: string): boolean {
  return servicesOf(view, name).length > 0 || view.get({ apiVersion: 'v1', kind: 'Namespace', name }) !== undefined
}

/** A host that the mesh was told of by an entry of its own is not a Service's. */
export function isEntered(view: View, host: string): boolean {
  return view.list(MESH_GROUP, 'ServiceEntry').some((entry) => ((entry['spec'] as { readonly hosts?: readonly string[] } | undefined)?.hosts ?? []).some((known) => known === host || (known.startsWith('*.') && host.endsWith(known.slice(1)))))
}

export interface Subset {
  readonly rule: KubeObject
  readonly index: number
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
}

/** The subsets that any DestinationRule defines for this Service. */
export function subsetsOf(view: View, service: ServiceObject): Subset[] {
  return view.list(MESH_GROUP, 'DestinationRule').flatMap((rule) => {
    const spec = (rule['spec'] ?? {}) as { readonly host?: string; readonly subsets?: readonly { readonly name?: string; readonly labels?: Readonly<Record<string, string>> }[] }
    const place = placeOfHost(view, spec.host ?? '', rule.metadata.namespace ?? 'default')
    if (place?.name !== service.metadata.name || place?.namespace !== service.metadata.namespace) return []
    return (spec.subsets ?? []).flatMap((subset, index) => (subset.name === undefined ? [] : [{ rule, index, name: subset.name, labels: subset.labels ?? {} }]))
  })
}
