/** Bodies: JSON, YAML or protobuf to values, and values to objects of the resource that the URL names. */

import { parse } from 'yaml'
import { isRecord, type JsonValue } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { apiVersionOf } from '../api/resource.ts'
import { badRequest } from '../api/status-error.ts'
import type { ResourceRequest } from './exchange.ts'
import { checkFields } from './field-validation.ts'
import { decodeProtobuf } from './protobuf/decode.ts'

/** Throws 400 for text that does not parse and 415 for protobuf that we cannot read. */
export function readBody({ incoming }: Pick<ResourceRequest, 'incoming'>): JsonValue {
  if (incoming.contentType.includes('protobuf')) return decodeProtobuf(incoming.body) as JsonValue
  const text = incoming.body.toString('utf8')
  try {
    return (incoming.contentType.includes('yaml') ? parse(text) : JSON.parse(text)) as JsonValue
  } catch (error) {
    throw badRequest(`error decoding body: ${error instanceof Error ? error.message : String(error)}`)
  }
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
  return resource.custom ? object : withKnownFields(request, object)
}

function withKnownFields({ incoming }: ResourceRequest, object: KubeObject): KubeObject {
  const checked = checkFields(object)
  if (checked.unknown.length > 0 && incoming.query.get('fieldValidation') === 'Strict') {
    const fields = checked.unknown.map((path) => `unknown field "${path}"`).join(', ')
    const version = object.apiVersion.split('/').at(-1) ?? ''
    throw badRequest(`${object.kind} in version "${version}" cannot be handled as a ${object.kind}: strict decoding error: ${fields}`)
  }
  for (const path of checked.unknown) incoming.warn(`unknown field "${path}"`)
  return checked.object
}

/** As `readObject` for a URL that names the object. */
export function readNamedObject(request: ResourceRequest): KubeObject {
  const object = readObject(request)
  const urlName = request.route.name ?? ''
  const { name = urlName } = object.metadata
  if (name !== urlName) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${urlName})`)
  return { ...object, metadata: { ...object.metadata, name } }
}
