/** From a parsed request to its answer: discovery and the like first, then resources by verb. */

import type { Clock } from '../../kernel/clock.ts'
import { apiVersionOf } from '../api/resource.ts'
import { statusError } from '../api/status-error.ts'
import type { Twin } from '../compose-twin.ts'
import { aggregatedDiscovery, apiGroup, apiGroupList, apiResourceList, apiVersions, findGroup, resourcesIn } from './discovery.ts'
import { json, type Answer, type Incoming, type ResourceRequest } from './exchange.ts'
import { chooseEncoding } from './media-types.ts'
import { OPENAPI_V2_ASKED, OPENAPI_V2_PROTOBUF, openApiV2, openApiV2Protobuf, openApiV3, openApiV3Index } from './openapi.ts'
import type { PageStore } from './page-store.ts'
import { getObject, listResources } from './read-handlers.ts'
import { parseRoute, type ResourceRoute, type Route } from './routes.ts'
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

function handleDocument(twin: Twin, incoming: Incoming, route: Exclude<Route, ResourceRoute>): Answer {
  const resources = twin.api.resources.all()
  switch (route.type) {
    case 'health':
      return { type: 'text', status: 200, body: 'ok' }
    case 'version':
      return json(200, versionInfo(twin))
    case 'api-versions':
      return discovery(incoming, { plain: apiVersions, aggregated: (version) => aggregatedDiscovery(resources, { core: true, version }) })
    case 'api-groups':
      return discovery(incoming, { plain: () => apiGroupList(resources), aggregated: (version) => aggregatedDiscovery(resources, { core: false, version }) })
    case 'api-group': {
      const group = findGroup(resources, route.group)
      if (group === undefined) throw missingPath()
      return json(200, apiGroup(group))
    }
    case 'api-resources': {
      const groupVersion = apiVersionOf(route)
      const list = resourcesIn(resources, groupVersion)
      if (list.length === 0) throw missingPath()
      return json(200, apiResourceList(groupVersion, list))
    }
    case 'openapi-v2':
      return incoming.accept?.startsWith(OPENAPI_V2_ASKED) === true ? { type: 'bytes', contentType: OPENAPI_V2_PROTOBUF, body: openApiV2Protobuf() } : json(200, openApiV2(resources))
    case 'openapi-v3-index':
      return json(200, openApiV3Index(resources))
    case 'openapi-v3':
      return json(200, openApiV3(resourcesIn(resources, apiVersionOf(route))))
    case 'unknown':
      throw missingPath()
  }
}

function missingPath(): Error {
  return statusError('NotFound', 'the server could not find the requested resource')
}

function discovery(incoming: Incoming, forms: { plain(): object; aggregated(version: string): object }): Answer {
  const encoding = chooseEncoding(incoming.accept)
  if (encoding?.as !== 'discovery') return json(200, forms.plain())
  const contentType = `application/json;g=apidiscovery.k8s.io;v=${encoding.version};as=APIGroupDiscoveryList`
  return { type: 'json', status: 200, body: forms.aggregated(encoding.version), contentType }
}

function versionInfo({ version }: Twin): object {
  const { major, minor, gitVersion } = version
  return {
    major: String(major),
    minor: String(minor),
    gitVersion,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: '',
    platform: 'linux/amd64',
  }
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
