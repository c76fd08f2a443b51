/** Which Service a host in the rules of an Istio mesh means (networking.istio.io). */

import { servicesOf } from '../../model/topology/services.ts'
import type { View } from '../../model/view.ts'

export const MESH_GROUP = 'networking.istio.io'

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
