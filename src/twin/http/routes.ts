/** From a URL path to what it means (`k8s.io/apiserver/pkg/endpoints/request/requestinfo.go`). */

import { flagIn } from './query-values.ts'

export type Route =
  /** `readyz/etcd`: one check of those that the endpoint makes. */
  | { readonly type: 'health'; readonly endpoint: string; readonly check?: string }
  | { readonly type: 'version' }
  | { readonly type: 'openid-configuration' }
  | { readonly type: 'openid-keys' }
  | { readonly type: 'api-versions' }
  | { readonly type: 'api-groups' }
  | { readonly type: 'api-group'; readonly group: string }
  | { readonly type: 'api-resources'; readonly group: string; readonly version: string }
  | { readonly type: 'openapi-v2' }
  | { readonly type: 'openapi-v3-index' }
  /** `api/v1`, `apis/apps/v1`. */
  | { readonly type: 'openapi-v3'; readonly document: string }
  | ResourceRoute
  /** `isResource`: in a place where resources are. */
  | { readonly type: 'unknown'; readonly isResource?: true; readonly group?: string }

export interface ResourceRoute {
  readonly type: 'resource'
  readonly group: string
  readonly version: string
  readonly namespace?: string
  readonly plural: string
  readonly name?: string
  readonly subresource?: string
  /** By its path, as clients of old ask for it: `/api/v1/watch/pods`. */
  readonly isWatch?: true
}

const HEALTH = ['healthz', 'livez', 'readyz']

export function parseRoute(pathname: string): Route {
  const parts = pathname.split('/').filter((part) => part !== '').map(decodeURIComponent)
  const [first = '', second = '', third = ''] = parts
  if (HEALTH.includes(first)) return { type: 'health', endpoint: first, ...(parts.length === 1 ? {} : { check: parts.slice(1).join('/') }) }
  if (first === 'version' && parts.length === 1) return { type: 'version' }
  if (pathname === '/.well-known/openid-configuration') return { type: 'openid-configuration' }
  if (pathname === '/openid/v1/jwks') return { type: 'openid-keys' }
  if (first === 'openapi') return openApiRoute(parts.slice(1))
  if (first === 'api') return parts.length === 1 ? { type: 'api-versions' } : resourceRoute('', second, parts.slice(2))
  if (first !== 'apis') return { type: 'unknown' }
  if (parts.length === 1) return { type: 'api-groups' }
  return parts.length === 2 ? { type: 'api-group', group: second } : resourceRoute(second, third, parts.slice(3))
}

function openApiRoute(parts: readonly string[]): Route {
  const [version, ...document] = parts
  if (version === 'v2' && parts.length === 1) return { type: 'openapi-v2' }
  if (version !== 'v3') return { type: 'unknown' }
  return document.length === 0 ? { type: 'openapi-v3-index' } : { type: 'openapi-v3', document: document.join('/') }
}

/** `namespaces/shop/pods/web/log`; `namespaces/shop` and `namespaces/shop/status` are about the namespace itself. */
function resourceRoute(group: string, version: string, parts: readonly string[]): Route {
  if (parts[0] === 'watch' && parts.length > 1) {
    const watched = resourceRoute(group, version, parts.slice(1))
    return watched.type === 'resource' ? { ...watched, isWatch: true } : watched
  }
  if (parts.length === 0) return { type: 'api-resources', group, version }
  const isWithin = parts[0] === 'namespaces' && parts.length > 2 && !(group === '' && ['status', 'finalize'].includes(parts[2] ?? '') && parts.length === 3)
  const [plural = '', name, subresource, ...rest] = isWithin ? parts.slice(2) : parts
  if (rest.length > 0) return { type: 'unknown', isResource: true, group }
  return {
    type: 'resource',
    group,
    version,
    plural,
    ...(isWithin ? { namespace: parts[1] ?? '' } : {}),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
  }
}

export function isWatch(route: Pick<ResourceRoute, 'isWatch'>, query: URLSearchParams): boolean {
  return route.isWatch === true || flagIn(query, 'watch') === true
}
