/** What a request wants to do, as RBAC names it (`k8s.io/apiserver/pkg/endpoints/request/requestinfo.go`). */

import type { Access } from '../../access/policy-rule.ts'
import type { Incoming } from '../exchange.ts'
import { isWatch, type Route } from '../routes.ts'

const VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete', GET: 'get', HEAD: 'get' }

export function accessOfRequest({ method, path, query }: Incoming, route: Route): Access {
  if (route.type !== 'resource') return { verb: method.toLowerCase(), path }
  const { group, plural, subresource = '', namespace } = route
  const isNamespace = group === '' && plural === 'namespaces'
  const selected = /(?:^|,)metadata\.name==?([^,]+)(?:,|$)/.exec(query.get('fieldSelector') ?? '')?.[1]
  const isList = route.name === undefined
  const verb = verbOf(method, { isList, isWatch: method === 'GET' && isWatch(route, query) })
  return { verb, group, resource: plural, subresource, name: route.name ?? (isList && method === 'GET' ? (selected ?? '') : ''), namespace: namespace ?? (isNamespace ? (route.name ?? '') : '') }
}

function verbOf(method: string, { isList, isWatch: watches }: { readonly isList: boolean; readonly isWatch: boolean }): string {
  if (watches) return 'watch'
  const verb = VERBS[method] ?? method.toLowerCase()
  if (!isList) return verb
  return verb === 'get' ? 'list' : verb === 'delete' ? 'deletecollection' : verb
}
