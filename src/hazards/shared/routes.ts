/** What leads from outside to Services: rules of Ingresses and of HTTPRoutes, in one shape. */

import type { FieldPath } from '../../model/audit.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { perView } from '../../model/per-view.ts'
import type { View } from '../../model/view.ts'

export interface Route {
  readonly object: KubeObject
  /** Of the path in the object. */
  readonly path: FieldPath
  /** `/sse`; `/` where nothing is said. */
  readonly match: string
  readonly namespace: string
  readonly service: string
  readonly port: number | string | undefined
}

interface IngressPath {
  readonly path?: string
  readonly backend?: { readonly service?: { readonly name?: string; readonly port?: { readonly number?: number; readonly name?: string } } }
}

interface RouteRule {
  readonly matches?: readonly { readonly path?: { readonly value?: string } }[]
  readonly backendRefs?: readonly { readonly kind?: string; readonly name?: string; readonly namespace?: string; readonly port?: number }[]
}

export const routesOf = perView((view: View): readonly Route[] => [...view.list('networking.k8s.io', 'Ingress').flatMap(ofIngress), ...view.list('gateway.networking.k8s.io', 'HTTPRoute').flatMap(ofRoute)])

function ofIngress(object: KubeObject): Route[] {
  const spec = object['spec'] as { defaultBackend?: IngressPath['backend']; rules?: readonly { http?: { paths?: readonly IngressPath[] } }[] } | undefined
  const one = (backend: IngressPath['backend'], match: string, path: FieldPath): Route[] =>
    backend?.service?.name === undefined ? [] : [{ object, path, match, namespace: object.metadata.namespace ?? 'default', service: backend.service.name, port: backend.service.port?.number ?? backend.service.port?.name }]
  const ruled = (spec?.rules ?? []).flatMap((rule, at) => (rule.http?.paths ?? []).flatMap((item, index) => one(item.backend, item.path ?? '/', ['spec', 'rules', at, 'http', 'paths', index, 'path'])))
  return [...one(spec?.defaultBackend, '/', ['spec', 'defaultBackend']), ...ruled]
}

function ofRoute(object: KubeObject): Route[] {
  const rules = (object['spec'] as { rules?: readonly RouteRule[] } | undefined)?.rules ?? []
  return rules.flatMap((rule, at) =>
    (rule.backendRefs ?? []).filter(({ kind = 'Service', name }) => kind === 'Service' && name !== undefined).flatMap((backend) => {
      const matches = rule.matches ?? []
      const one = (match: string, path: FieldPath): Route => ({ object, path, match, namespace: backend.namespace ?? object.metadata.namespace ?? 'default', service: backend.name ?? '', port: backend.port })
      return matches.length === 0 ? [one('/', ['spec', 'rules', at])] : matches.map(({ path }, index) => one(path?.value ?? '/', ['spec', 'rules', at, 'matches', index, 'path', 'value']))
    }),
  )
}
