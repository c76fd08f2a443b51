/** From a parsed request to its answer: discovery and the like first, then resources by verb. */

import type { Clock } from '../../kernel/clock.ts'
import { demandAccess } from '../access/authorize.ts'
import type { Requester } from '../api/api.ts'
import type { Resource } from '../api/resource.ts'
import type { Twin } from '../compose-twin.ts'
import { accessOfRequest } from './access/request-access.ts'
import { reviewToken } from './access/token-handlers.ts'
import type { TokenIssuer } from './access/token-issuer.ts'
import { demandMethod } from './demand-method.ts'
import { handleDocument } from './document-handlers.ts'
import type { Answer, Incoming, ResourceRequest } from './exchange.ts'
import type { PageStore } from './page-store.ts'
import { getObject, listResources } from './read-handlers.ts'
import { isWatch, parseRoute, type ResourceRoute } from './routes.ts'
import { handleSubresource } from './subresource-handlers.ts'
import { watchResources } from './watch-handler.ts'
import { createOne, patchOne, removeMany, removeOne, updateOne, type Writing } from './write-handlers.ts'

export interface Server {
  readonly twin: Twin
  /** For watches and log streams: the time of the person who waits, not the twin's. */
  readonly clock: Clock
  readonly pages: PageStore
  readonly issuer: TokenIssuer
}

/** Throws faults that carry a Status: 403 for what the requester may not do, before anything is looked at. */
export function handleRequest(server: Server, incoming: Incoming, requester: Requester): Answer {
  const route = parseRoute(incoming.path)
  demandAccess(server.twin.store, requester, accessOfRequest(incoming, route))
  return route.type === 'resource' ? handleResource(server, incoming, { route, requester }) : handleDocument(server, incoming, route)
}

function handleResource(server: Server, incoming: Incoming, { route, requester }: { readonly route: ResourceRoute; readonly requester: Requester }): Answer {
  const { twin, clock, pages, issuer } = server
  const resource = twin.api.resources.byPlural(route.group, route.version, route.plural)
  if (resource === undefined) return handleDocument(server, incoming, { type: 'unknown', isResource: true, group: route.group })
  const request: ResourceRequest = { incoming, route, resource }
  demandMethod(request)
  warnOfAge(twin, incoming, resource)
  const { user, ...identity } = requester
  const writing: Writing = { twin, api: twin.apiFor(user, { ...identity, warn: incoming.warn }), request, requester }
  if (route.subresource !== undefined) return handleSubresource(writing, route.subresource, { clock, issuer })
  if (incoming.method === 'GET') {
    if (isWatch(route, incoming.query)) return watchResources(twin, clock, request)
    return route.name === undefined ? listResources(twin, pages, request) : getObject(twin, request)
  }
  if (resource.kind === 'TokenReview' && incoming.method === 'POST') return reviewToken(writing, issuer.verify)
  return route.name === undefined ? writeCollection(writing) : writeObject(writing)
}

/** `pkg/apis/core/v1`: the `prerelease-lifecycle` of the kinds that are served and on their way out. */
const DEPRECATED: Readonly<Record<string, { readonly sinceMinor: number; readonly warning: string }>> = {
  ComponentStatus: { sinceMinor: 19, warning: 'v1 ComponentStatus is deprecated in v1.19+' },
  Endpoints: { sinceMinor: 33, warning: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice' },
}

function warnOfAge({ profile }: Twin, incoming: Incoming, { group, kind }: Resource): void {
  const deprecated = group === '' ? DEPRECATED[kind] : undefined
  if (deprecated !== undefined && profile.minor >= deprecated.sinceMinor) incoming.warn(deprecated.warning)
}

function writeCollection(writing: Writing): Answer {
  const { method } = writing.request.incoming
  return method === 'POST' ? createOne(writing) : removeMany(writing)
}

function writeObject(writing: Writing): Answer {
  const { method } = writing.request.incoming
  if (method === 'PUT') return updateOne(writing)
  return method === 'PATCH' ? patchOne(writing) : removeOne(writing)
}
