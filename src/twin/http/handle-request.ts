/** From a parsed request to its answer: discovery and the like first, then resources by verb. */

import type { Clock } from '../../kernel/clock.ts'
import type { Twin } from '../compose-twin.ts'
import { handleDocument, missingPath } from './document-handlers.ts'
import type { Answer, Incoming, ResourceRequest } from './exchange.ts'
import type { PageStore } from './page-store.ts'
import { getObject, listResources } from './read-handlers.ts'
import { parseRoute, type ResourceRoute } from './routes.ts'
import { handleSubresource } from './subresource-handlers.ts'
import { watchResources } from './watch-handler.ts'
import { createOne, patchOne, removeMany, removeOne, unsupported, updateOne, type Writing } from './write-handlers.ts'

export interface Server {
  readonly twin: Twin
  /** For watches and log streams: the time of the person who waits, not the twin's. */
  readonly clock: Clock
  readonly pages: PageStore
  /** Whom the audit log names. */
  readonly user: string
}

/** Throws faults that carry a Status. */
export function handleRequest(server: Server, incoming: Incoming): Answer {
  const route = parseRoute(incoming.path)
  return route.type === 'resource' ? handleResource(server, incoming, route) : handleDocument(server.twin, incoming, route)
}

function handleResource(server: Server, incoming: Incoming, route: ResourceRoute): Answer {
  const { twin, clock, pages, user } = server
  const resource = twin.api.resources.byPlural(route.group, route.version, route.plural)
  if (resource === undefined) throw missingPath()
  const request: ResourceRequest = { incoming, route, resource }
  const writing: Writing = { twin, api: twin.apiFor(user), request }
  if (route.subresource !== undefined) return handleSubresource(writing, route.subresource, clock)
  if (incoming.method === 'GET') {
    const isWatch = ['true', '1'].includes(incoming.query.get('watch') ?? '')
    if (isWatch) return watchResources(twin, clock, request)
    return route.name === undefined ? listResources(twin, pages, request) : getObject(twin, request)
  }
  return route.name === undefined ? writeCollection(writing) : writeObject(writing)
}

function writeCollection(writing: Writing): Answer {
  const { method } = writing.request.incoming
  if (method === 'POST') return createOne(writing)
  if (method === 'DELETE') return removeMany(writing)
  throw unsupported(writing.request)
}

function writeObject(writing: Writing): Answer {
  const { method } = writing.request.incoming
  if (method === 'PUT') return updateOne(writing)
  if (method === 'PATCH') return patchOne(writing)
  if (method === 'DELETE') return removeOne(writing)
  throw unsupported(writing.request)
}
