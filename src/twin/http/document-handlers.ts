/** Requests about the server and not about objects: health, version, discovery, OpenAPI. */

import { apiVersionOf, type Resource } from '../api/resource.ts'
import { methodNotAllowed, missingPath } from '../api/status-error.ts'
import type { Twin } from '../compose-twin.ts'
import { aggregatedDiscovery, apiGroup, apiGroupList, apiResourceList, apiVersions, findGroup, resourcesIn } from './discovery.ts'
import { json, type Answer, type Incoming } from './exchange.ts'
import { demandForm, demandProduced } from './media-types.ts'
import { digestOf, OPENAPI_V2_ASKED, OPENAPI_V2_PROTOBUF, openApiV2, openApiV2Protobuf, openApiV3, openApiV3Index, v3Digest, type OpenApiSource } from './openapi.ts'
import { ISSUER, type TokenIssuer } from './access/token-issuer.ts'
import type { ResourceRoute, Route } from './routes.ts'

/** Answered before anybody looks at the method. */
const ANY_METHOD = new Set(['api-groups', 'api-group', 'unknown', 'openapi-v3'])

export function handleDocument({ twin, issuer }: { readonly twin: Twin; readonly issuer: TokenIssuer }, incoming: Incoming, route: Exclude<Route, ResourceRoute>): Answer {
  const isThere = route.type !== 'api-resources' || resourcesIn(twin.api.resources.all(), apiVersionOf(route)).length > 0
  if (isThere && !ANY_METHOD.has(route.type) && incoming.method !== 'GET' && incoming.method !== 'HEAD') throw methodNotAllowed()
  const resources = twin.api.resources.all()
  switch (route.type) {
    case 'health':
      return healthAnswer(route, incoming)
    case 'openid-keys':
      return { type: 'text', status: 200, body: JSON.stringify(issuer.publicKeys()), headers: { 'content-type': 'application/jwk-set+json' } }
    case 'openid-configuration':
      return json(200, { issuer: ISSUER, jwks_uri: `${ISSUER}/openid/v1/jwks`, response_types_supported: ['id_token'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['ES256'] })
    case 'version':
      demandProduced(incoming.accept, { produced: 'application/json' })
      return json(200, versionInfo(twin))
    case 'api-versions':
      demandProduced(incoming.accept)
      return discovery(incoming, { plain: () => apiVersions(incoming.headers['host']?.[0] ?? ''), aggregated: (version) => aggregatedDiscovery(resources, { core: true, version }) })
    case 'api-groups':
      return discovery(incoming, { plain: () => apiGroupList(resources), aggregated: (version) => aggregatedDiscovery(resources, { core: false, version }) })
    case 'api-group': {
      const group = findGroup(resources, route.group)
      if (group === undefined) return nowhere()
      demandForm(incoming.accept, 'document')
      return json(200, apiGroup(group))
    }
    case 'api-resources': {
      const groupVersion = apiVersionOf(route)
      const list = resourcesIn(resources, groupVersion)
      if (list.length === 0 && !isServed(resources, route.group)) return nowhere()
      if (list.length === 0) throw missingPath()
      demandProduced(incoming.accept)
      demandForm(incoming.accept, 'document')
      return json(200, apiResourceList(groupVersion, list))
    }
    case 'openapi-v2':
    case 'openapi-v3-index':
    case 'openapi-v3':
      return openApi({ profile: twin.profile, resources }, incoming, route)
    case 'unknown':
      if (route.isResource === true && isServed(resources, route.group)) throw missingPath()
      return nowhere()
  }
}

function isServed(resources: readonly Resource[], group = ''): boolean {
  return group === '' || findGroup(resources, group) !== undefined
}

/** A path that no part of the server has taken. */
function nowhere(): Answer {
  return { type: 'text', status: 404, body: '404 page not found\n', headers: { 'content-type': 'text/plain; charset=utf-8' } }
}

/** What a real server checks one by one is one process here: whoever gets an answer knows that all of it works. */
const CHECKS = ['ping', 'log', 'etcd', 'poststarthook/rbac/bootstrap-roles']

function healthAnswer({ endpoint, check }: Extract<Route, { type: 'health' }>, { query }: Incoming): Answer {
  if (check !== undefined && !CHECKS.includes(check)) return nowhere()
  const text = query.has('verbose') ? `${CHECKS.map((name) => `[+]${name} ok\n`).join('')}${endpoint} check passed\n` : 'ok'
  return { type: 'text', status: 200, body: text }
}

function openApi(source: OpenApiSource, incoming: Incoming, route: { readonly type: string; readonly document?: string }): Answer {
  if (route.type === 'openapi-v2') {
    if (incoming.accept?.startsWith(OPENAPI_V2_ASKED) === true) return { type: 'bytes', contentType: OPENAPI_V2_PROTOBUF, body: openApiV2Protobuf() }
    return withDigest(incoming, JSON.stringify(openApiV2(source)))
  }
  const { document: path } = route
  if (path === undefined) return withDigest(incoming, JSON.stringify(openApiV3Index(source)))
  const digest = v3Digest(source, path)
  const hash = incoming.query.get('hash')
  if (hash !== null && hash !== digest) return { type: 'text', status: 301, body: '', headers: { location: `?hash=${digest}` } }
  const document = openApiV3(source, path)
  if (document === undefined) return { type: 'text', status: 404, body: '', headers: { 'content-type': '' } }
  return withDigest(incoming, JSON.stringify(document), { digest, ...(hash === null ? {} : { 'cache-control': 'public, immutable' }) })
}

/** 304 for a client that has the document already. */
function withDigest({ headers: asked }: Incoming, text: string, known: Readonly<Record<string, string>> = {}, contentType = 'application/json'): Answer {
  const { digest = digestOf(text), ...more } = known
  const etag = `"${digest}"`
  const headers = { etag, vary: 'Accept', 'content-type': contentType, ...more }
  return asked['if-none-match']?.includes(etag) === true ? { type: 'text', status: 304, body: '', headers } : { type: 'text', status: 200, body: text, headers }
}

function discovery(incoming: Incoming, forms: { plain(): object; aggregated(version: string): object }): Answer {
  const encoding = demandForm(incoming.accept, 'discovery')
  if (encoding.as !== 'discovery') return json(200, forms.plain())
  const contentType = `application/json;g=apidiscovery.k8s.io;v=${encoding.version};as=APIGroupDiscoveryList`
  return withDigest(incoming, JSON.stringify(forms.aggregated(encoding.version)), {}, contentType)
}

function versionInfo({ version }: Twin): object {
  const { major, minor, gitVersion } = version
  return {
    major: String(major),
    minor: String(minor),
    emulationMajor: String(major),
    emulationMinor: String(minor),
    minCompatibilityMajor: String(major),
    minCompatibilityMinor: String(minor - 1),
    gitVersion,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: '',
    platform: 'linux/amd64',
  }
}
