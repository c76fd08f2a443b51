/**
 * OpenAPI, as much of it as clients steer by: which paths there are, and that writes take `fieldValidation`.
 *
 * The schemas of the kinds are not published. kubectl then merges with its built-in types, which is what it does for
 * built-in kinds anyway; `kubectl explain` has nothing to explain.
 */

import { digestOfJson } from '../../kernel/canonical-json.ts'
import { apiVersionOf, type Resource } from '../api/resource.ts'
import { groupsOf } from './discovery.ts'

const INFO = { title: 'Kubernetes', version: 'v1' }
const WRITE_PARAMETERS = ['dryRun', 'fieldManager', 'fieldValidation', 'force']

export function openApiV2(resources: readonly Resource[]): object {
  const paths = Object.fromEntries(resources.flatMap((resource) => pathsOf(resource).map((path) => [path, operations(resource, { type: 'string' })])))
  return { swagger: '2.0', info: INFO, paths, definitions: {} }
}

/** As clients ask for it; the answer spells it with a dot, since `@` may not stand in a media type. */
export const OPENAPI_V2_ASKED = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'
export const OPENAPI_V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'

/**
 * The smallest OpenAPI v2 document in protobuf (gnostic's `Document`: swagger, info, no paths). kubectl up to 1.27 wants
 * one in this form before it applies anything; finding no schema in it, it leaves validation to the server.
 */
export function openApiV2Protobuf(): Buffer {
  const text = (field: number, value: string): Buffer => Buffer.concat([Buffer.from([field * 8 + 2, value.length]), Buffer.from(value)])
  const nested = (field: number, value: Buffer): Buffer => Buffer.concat([Buffer.from([field * 8 + 2, value.length]), value])
  return Buffer.concat([text(1, '2.0'), nested(2, Buffer.concat([text(1, INFO.title), text(2, INFO.version)])), nested(8, Buffer.alloc(0))])
}

export function openApiV3Index(resources: readonly Resource[]): object {
  const paths = groupsOf(resources).flatMap(({ group, versions }) =>
    versions.map(({ version, resources: list }) => {
      const path = group === '' ? `api/${version}` : `apis/${group}/${version}`
      return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${digestOfJson(list.map(({ kind }) => kind)).slice(7, 39)}` }]
    }),
  )
  return { paths: Object.fromEntries(paths) }
}

export function openApiV3(resources: readonly Resource[]): object {
  const paths = Object.fromEntries(resources.flatMap((resource) => pathsOf(resource).map((path) => [path, operations(resource, { schema: { type: 'string' } })])))
  return { openapi: '3.0.0', info: INFO, paths, components: { schemas: {} } }
}

function pathsOf(resource: Resource): string[] {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${apiVersionOf(resource)}`
  const base = resource.namespaced ? `${root}/namespaces/{namespace}/${resource.plural}` : `${root}/${resource.plural}`
  return [base, `${base}/{name}`]
}

/** `kubectl` looks at the patch operation of the kind for the parameters that it may send. */
function operations(resource: Resource, typed: object): object {
  const { group, version, kind } = resource
  const parameters = WRITE_PARAMETERS.map((name) => ({ name, in: 'query', ...typed }))
  const operation = (action: string): object => ({
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group, version, kind },
    parameters,
    responses: { '200': { description: 'OK' } },
  })
  return { post: operation('post'), put: operation('put'), patch: operation('patch') }
}
