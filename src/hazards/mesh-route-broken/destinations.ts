/** Where the rules of a VirtualService lead (networking.istio.io), and which subsets of a Service there are. */

import type { KubeObject } from '../../model/kube-object.ts'
import type { ServiceObject } from '../../model/topology/services.ts'
import type { View } from '../../model/view.ts'
import { MESH_GROUP, placeOfHost } from '../shared/mesh-hosts.ts'

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
