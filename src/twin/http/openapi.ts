/**
 * OpenAPI, v2 and v3: what upstream published with the release, cut to the kinds that are served, and the custom resources of this
 * cluster. Documents carry a digest, so that clients keep what has not changed.
 */

import { createHash } from 'node:crypto'
import { apiVersionOf, type Resource } from '../api/resource.ts'
import type { VersionProfile } from '../profile.ts'
import { groupsOf } from './discovery.ts'
import { customPart } from './openapi/custom-part.ts'
import { releaseDocument, type OpenApiDocument } from './openapi/release-documents.ts'
import { schemasOf, servedPart, withSchemas } from './openapi/served-part.ts'

export interface OpenApiSource {
  readonly profile: VersionProfile
  readonly resources: readonly Resource[]
}

const EMPTY: OpenApiDocument = { openapi: '3.0.0', info: { title: 'Kubernetes CRD Swagger', version: 'v0.1.0' }, paths: {}, components: { schemas: {} } }
const APPS = 'v3/apis/apps/v1'

/** What is built in does not change while a release is served; the cut of each document is made once. */
const builtIn = new Map<string, OpenApiDocument | undefined>()

export function openApiV2({ profile, resources }: OpenApiSource): OpenApiDocument {
  return withCustom(builtInDocument(profile, 'v2', resources) ?? EMPTY, customOf(resources), releaseDocument(profile, 'v2'))
}

/** Undefined where the server has no such document. `path`: `api/v1`, `apis/apps/v1`, `apis`, `version`. */
export function openApiV3({ profile, resources }: OpenApiSource, path: string): OpenApiDocument | undefined {
  const custom = customOf(resources).filter((resource) => documentPath(resource) === path)
  const document = v3Paths({ profile, resources }).includes(path) ? (builtInDocument(profile, `v3/${path}`, resources) ?? (custom.length > 0 ? EMPTY : undefined)) : undefined
  return document === undefined ? undefined : withCustom(document, custom, custom.length === 0 ? undefined : releaseDocument(profile, APPS))
}

export function openApiV3Index(source: OpenApiSource): object {
  const paths = v3Paths(source).map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${v3Digest(source, path)}` }])
  return { paths: Object.fromEntries(paths) }
}

/** Of a document's content, without making the document. */
export function v3Digest({ profile, resources }: OpenApiSource, path: string): string {
  const custom = customOf(resources).filter((resource) => documentPath(resource) === path)
  const served = resources.filter((resource) => !resource.custom).map((resource) => [apiVersionOf(resource), resource.plural, resource.subresources])
  return digestOf(JSON.stringify([profile.gitVersion, path, served, custom]))
}

export function digestOf(text: string): string {
  return createHash('sha512').update(text).digest('hex').toUpperCase()
}

function v3Paths({ resources }: OpenApiSource): string[] {
  const groups = groupsOf(resources).flatMap(({ group, versions }) => [...(group === '' ? [] : [`apis/${group}`]), ...versions.map(({ version }) => documentPath({ group, version }))])
  return ['api', 'apis', 'version', 'openid/v1/jwks', ...groups]
}

function documentPath({ group, version }: Pick<Resource, 'group' | 'version'>): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`
}

function customOf(resources: readonly Resource[]): readonly Resource[] {
  return resources.filter(({ custom }) => custom)
}

function builtInDocument(profile: VersionProfile, path: string, resources: readonly Resource[]): OpenApiDocument | undefined {
  const key = `${profile.name}|${path}`
  if (!builtIn.has(key)) {
    const document = releaseDocument(profile, path)
    builtIn.set(key, document === undefined ? undefined : servedPart(document, resources.filter(({ custom }) => !custom)))
  }
  return builtIn.get(key)
}

function withCustom(document: OpenApiDocument, custom: readonly Resource[], apps: OpenApiDocument | undefined): OpenApiDocument {
  if (custom.length === 0 || apps === undefined) return document
  const parts = custom.map((resource) => customPart(resource, apps))
  const schemas = Object.fromEntries([...sharedSchemas(apps), ...Object.entries(schemasOf(document)), ...parts.flatMap((part) => Object.entries(part.schemas))])
  return withSchemas({ ...document, paths: { ...document.paths, ...Object.fromEntries(parts.flatMap(({ paths }) => Object.entries(paths))) } }, schemas)
}

/** What operations and metadata of every kind point at, and a document of custom resources alone would lack. */
function sharedSchemas(apps: OpenApiDocument): [string, unknown][] {
  return Object.entries(schemasOf(apps)).filter(([name]) => /^io\.k8s\.(apimachinery\.pkg\.apis\.meta\.v1|api\.autoscaling\.v1)\./.test(name))
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
  return Buffer.concat([text(1, '2.0'), nested(2, Buffer.concat([text(1, 'Kubernetes'), text(2, 'v1')])), nested(8, Buffer.alloc(0))])
}
