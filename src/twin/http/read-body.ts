/** Bodies: JSON, YAML or protobuf to values, and values to objects of the resource that the URL names. */

import { parse } from 'yaml'
import { isRecord, type JsonValue } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { schemaOf } from '../api/custom-objects.ts'
import { prune } from '../schema/prune.ts'
import type { Schema } from '../schema/structural.ts'
import { apiVersionOf } from '../api/resource.ts'
import { badRequest, statusError } from '../api/status-error.ts'
import type { ResourceRequest } from './exchange.ts'
import { checkFields, type Checked } from './field-validation.ts'
import { duplicateFields } from './duplicate-fields.ts'
import { decodeProtobuf } from './protobuf/decode.ts'

const TEXT = /^application\/([\w.-]+\+)?(json|yaml)$/

/** Throws 400 for text that does not parse, and 415 for what is neither JSON nor YAML nor protobuf that we can read. Without a type it is JSON. */
export function readBody({ incoming }: Pick<ResourceRequest, 'incoming'>): JsonValue {
  if (incoming.contentType.includes('protobuf')) return decodeProtobuf(incoming.body) as JsonValue
  const [type = ''] = incoming.contentType.split(';')
  if (type !== '' && !TEXT.test(type.trim().toLowerCase())) throw unknownFormat()
  const text = incoming.body.toString('utf8')
  try {
    return (incoming.contentType.includes('yaml') ? parse(text) : JSON.parse(text)) as JsonValue
  } catch (error) {
    throw badRequest(`error decoding body: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function unknownFormat(): Error {
  return statusError('UnsupportedMediaType', 'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf')
}

/** The body as an object of this resource, in the namespace and under the name of the URL. */
export function readObject(request: ResourceRequest): KubeObject {
  const body = readBody(request)
  if (!isRecord(body)) throw badRequest('the body of the request must be an object')
  const { resource, route } = request
  const { apiVersion = apiVersionOf(resource), kind = resource.kind } = body as { apiVersion?: string; kind?: string }
  if (kind !== resource.kind) throw badRequest(`${kind} in version "${apiVersion}" cannot be handled as a ${resource.kind}`)
  const metadata = isRecord(body['metadata']) ? body['metadata'] : {}
  const { namespace } = metadata as { namespace?: string }
  if (route.namespace !== undefined && namespace !== undefined && namespace !== '' && namespace !== route.namespace) {
    throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`)
  }
  const object = { ...body, apiVersion, kind, metadata: { ...metadata, ...(route.namespace === undefined ? {} : { namespace: route.namespace }) } } as KubeObject
  return withKnownFields(request, object, duplicatesIn(request))
}

function withKnownFields(request: ResourceRequest, object: KubeObject, duplicates: readonly string[]): KubeObject {
  const { incoming } = request
  const { object: known, unknown } = checkedFields(request, object)
  const problems = [...duplicates.map((path) => `duplicate field "${path}"`), ...unknown.map((path) => `unknown field "${path}"`)]
  if (problems.length > 0 && incoming.query.get('fieldValidation') === 'Strict') throw badRequest(`${cannotBeHandled(object)}: strict decoding error: ${problems.join(', ')}`)
  for (const problem of problems) incoming.warn(problem)
  return known
}

/** As fields of a body are checked, for an object as a patch leaves it. */
export function knownFields(request: ResourceRequest, object: KubeObject, patch: JsonValue): KubeObject {
  const { incoming } = request
  const { object: known, unknown } = checkedFields(request, object)
  const problems = unknown.map((path) => `unknown field "${path}"`)
  if (problems.length > 0 && incoming.query.get('fieldValidation') === 'Strict') {
    const why = `strict decoding error: ${problems.join(', ')}`
    throw statusError('Invalid', ` "" is invalid: patch: Invalid value: ${JSON.stringify(JSON.stringify(patch))}: ${why}`, { causes: [{ reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(JSON.stringify(patch))}: ${why}`, field: 'patch' }] })
  }
  for (const problem of problems) incoming.warn(problem)
  return known
}

function checkedFields({ resource }: ResourceRequest, object: KubeObject): Checked {
  const schema = schemaOf(resource)
  const checked = schema === undefined ? checkFields(object) : checkCustom(object, schema)
  const [mismatch] = checked.mismatched ?? []
  if (mismatch !== undefined) throw badRequest(`${cannotBeHandled(object)}: ${mismatch}`)
  return checked
}

function cannotBeHandled({ apiVersion, kind }: KubeObject): string {
  return `${kind} in version "${apiVersion.split('/').at(-1) ?? ''}" cannot be handled as a ${kind}`
}

function duplicatesIn({ incoming }: ResourceRequest): readonly string[] {
  return incoming.contentType.includes('json') ? duplicateFields(incoming.body.toString('utf8')) : []
}

function checkCustom(object: KubeObject, schema: Schema): Checked {
  const { value, unknown } = prune(object, schema)
  return { object: value as KubeObject, unknown }
}

/** As `readObject` for a URL that names the object. */
export function readNamedObject(request: ResourceRequest): KubeObject {
  const object = readObject(request)
  const urlName = request.route.name ?? ''
  const { name = urlName } = object.metadata
  if (name !== urlName) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${urlName})`)
  return { ...object, metadata: { ...object.metadata, name } }
}
