/** Requests about the server and not about objects: health, version, discovery, OpenAPI. */

import { apiVersionOf } from '../api/resource.ts'
import { statusError } from '../api/status-error.ts'
import type { Twin } from '../compose-twin.ts'
import { aggregatedDiscovery, apiGroup, apiGroupList, apiResourceList, apiVersions, findGroup, resourcesIn } from './discovery.ts'
import { json, type Answer, type Incoming } from './exchange.ts'
import { chooseEncoding } from './media-types.ts'
import { digestOf, OPENAPI_V2_ASKED, OPENAPI_V2_PROTOBUF, openApiV2, openApiV2Protobuf, openApiV3, openApiV3Index, v3Digest, type OpenApiSource } from './openapi.ts'
import { ISSUER, type TokenIssuer } from './access/token-issuer.ts'
import type { ResourceRoute, Route } from './routes.ts'

export function handleDocument({ twin, issuer }: { readonly twin: Twin; readonly issuer: TokenIssuer }, incoming: Incoming, route: Exclude<Route, ResourceRoute>): Answer {
  if (incoming.method !== 'GET' && incoming.method !== 'HEAD') throw statusError('MethodNotAllowed', 'the server does not allow this method on the requested resource')
  const resources = twin.api.resources.all()
  switch (route.type) {
    case 'health':
      return healthAnswer(route, incoming)
    case 'openid-keys':
      return { type: 'text', status: 200, body: JSON.stringify(issuer.publicKeys()), headers: { 'content-type': 'application/jwk-set+json' } }
    case 'openid-configuration':
      return json(200, { issuer: ISSUER, jwks_uri: `${ISSUER}/openid/v1/jwks`, response_types_supported: ['id_token'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['ES256'] })
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
    case 'openapi-v3-index':
    case 'openapi-v3':
      return openApi({ profile: twin.profile, resources }, incoming, route)
    case 'unknown':
      throw missingPath()
  }
}

export function missingPath(): Error {
  return statusError('NotFound', 'the server could not find the requested resource')
}

/** What a real server checks one by one is one process here: whoever gets an answer knows that all of it works. */
const CHECKS = ['ping', 'log', 'etcd', 'poststarthook/rbac/bootstrap-roles']

function healthAnswer({ endpoint, check }: Extract<Route, { type: 'health' }>, { query }: Incoming): Answer {
  if (check !== undefined && !CHECKS.includes(check)) throw missingPath()
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
  if (document === undefined) throw missingPath()
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
  const encoding = chooseEncoding(incoming.accept)
  if (encoding?.as !== 'discovery') return json(200, forms.plain())
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
