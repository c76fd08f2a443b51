/** What of a published document this server serves: the paths of its kinds, and the schemas that those paths reach. */

import { isRecord } from '../../../kernel/json.ts'
import { apiVersionOf, type Resource } from '../../api/resource.ts'
import type { OpenApiDocument } from './release-documents.ts'

/** Documents about the server itself. */
const OWN_PATHS = new Set(['/version/', '/openid/v1/jwks/', '/.well-known/openid-configuration/'])

/** `schemas`: where the document keeps them (`definitions` of v2, `components.schemas` of v3). */
export function servedPart(document: OpenApiDocument, resources: readonly Resource[]): OpenApiDocument {
  const isServed = servedPaths(resources)
  const paths = Object.fromEntries(Object.entries(document.paths).filter(([path]) => isServed(path)))
  const schemas = schemasOf(document)
  const kept = reachable(paths, schemas)
  return withSchemas({ ...document, paths }, Object.fromEntries(Object.entries(schemas).filter(([name]) => kept.has(name))))
}

export function schemasOf(document: OpenApiDocument): Readonly<Record<string, unknown>> {
  if (isRecord(document['definitions'])) return document['definitions']
  const components = document['components']
  return isRecord(components) && isRecord(components['schemas']) ? components['schemas'] : {}
}

export function withSchemas(document: OpenApiDocument, schemas: Readonly<Record<string, unknown>>): OpenApiDocument {
  if (document['definitions'] !== undefined) return { ...document, definitions: schemas }
  return { ...document, components: { ...(document['components'] as object | undefined), schemas } }
}

function servedPaths(resources: readonly Resource[]): (path: string) => boolean {
  const versions = new Set(resources.map(apiVersionOf))
  const groups = new Set(resources.map(({ group }) => group))
  const served = new Set(resources.flatMap((resource) => ['', ...resource.subresources].map((subresource) => `${apiVersionOf(resource)}|${resource.plural}|${subresource}`)))
  return (path) => {
    if (OWN_PATHS.has(path)) return true
    const [root, ...parts] = path.split('/').filter((part) => part !== '')
    if (root !== 'api' && root !== 'apis') return false
    if (root === 'apis' && parts.length < 2) return parts.length === 0 || groups.has(parts[0] ?? '')
    const apiVersion = root === 'api' ? (parts.shift() ?? 'v1') : `${parts.shift()}/${parts.shift()}`
    if (parts.length === 0) return versions.has(apiVersion)
    // Within a namespace, unless it is about the namespace itself.
    const within = parts[0] === 'namespaces' && parts[1] === '{namespace}' ? parts.slice(2) : parts
    return served.has(`${apiVersion}|${within[0]}|${within.slice(2).join('/')}`)
  }
}

function reachable(from: unknown, schemas: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const seen = new Set<string>()
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit)
    if (!isRecord(value)) return
    const { $ref } = value
    const name = typeof $ref === 'string' ? nameIn($ref) : undefined
    if (name !== undefined && !seen.has(name)) {
      seen.add(name)
      visit(schemas[name])
    }
    Object.values(value).forEach(visit)
  }
  visit(from)
  return seen
}

function nameIn(reference: string): string | undefined {
  return /^#\/(?:definitions|components\/schemas)\/(.+)$/.exec(reference)?.[1]
}
