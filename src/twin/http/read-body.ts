/** Bodies to objects of the kind that the URL names (`apiserver/pkg/endpoints/handlers/{create,update,rest}.go`). */

import { isRecord, type JsonObject } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { schemaOf } from '../api/custom-objects.ts'
import { goPackage } from '../api/go-names.ts'
import { prune } from '../schema/prune.ts'
import type { Schema } from '../schema/structural.ts'
import { apiVersionOf } from '../api/resource.ts'
import { badRequest } from '../api/status-error.ts'
import type { ResourceIndex } from '../api/resource-index.ts'
import { decodeBody, demandFormat, interpreted, plainProblem, type Decoded, type Problem } from './decode-body.ts'
import { subresourceInfo } from './discovery.ts'
import type { ResourceRequest } from './exchange.ts'
import { checkFields, type Checked } from './field-validation.ts'

export interface Reading {
  readonly request: ResourceRequest
  readonly resources: Pick<ResourceIndex, 'byKind'>
}

interface Wanted {
  readonly apiVersion: string
  readonly kind: string
}

/** Versions of subresources that a server still reads. */
const OLD_NAMES = new Set(['policy/v1beta1/Eviction', 'extensions/v1beta1/Scale', 'apps/v1beta1/Scale', 'apps/v1beta2/Scale'])

const SUMMARY_MAX = 30

/** The body as an object of this resource or subresource, in the namespace of the URL. Throws 400 and 415. */
export function readObject(reading: Reading): KubeObject {
  const { request } = reading
  const { incoming, route } = request
  const wanted = wantedOf(request)
  const unrecognized = (sentence: string): string => `the object provided is unrecognized (must be of type ${wanted.kind}): ${sentence} (${summary(incoming.body)})`
  const decoded = decodeBody(incoming.body, demandFormat(incoming), unrecognized)
  const found = kindOf(decoded, wanted, unrecognized)
  const isOld = OLD_NAMES.has(`${found.apiVersion}/${found.kind}`)
  if (found.kind !== wanted.kind || (found.apiVersion !== wanted.apiVersion && !(isOld && wanted.kind === 'Eviction'))) refuseForeign(reading, { found, wanted, body: decoded.value })
  const body = (decoded.value ?? {}) as JsonObject
  const object = withKnownFields(request, { ...body, ...(isOld ? wanted : found), metadata: body['metadata'] ?? {} } as unknown as KubeObject, decoded.problems)
  const { namespace = '' } = object.metadata
  if (route.namespace !== undefined && namespace !== '' && namespace !== route.namespace) throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  const { namespace: _, ...metadata } = object.metadata
  return { ...object, metadata: { ...metadata, ...(route.namespace === undefined ? {} : { namespace: route.namespace }) } }
}

/** As `readObject` for a URL that names the object: the object has to say the same name. */
export function readNamedObject(reading: Reading): KubeObject {
  const object = readObject(reading)
  const urlName = reading.request.route.name ?? ''
  const { name = '' } = object.metadata
  if (name === '') throw badRequest(`the name of the object (${urlName} based on URL) was undeterminable: name must be provided`)
  if (name !== urlName) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${urlName})`)
  return object
}

/** The kind that the URL stands for. */
export function wantedOf({ resource, route }: ResourceRequest): Wanted {
  const { group, version, kind } = route.subresource === undefined ? resource : subresourceInfo(resource, route.subresource)
  return { apiVersion: apiVersionOf({ group, version }), kind }
}

/** What it says of itself; what it does not say is as the URL has it. */
function kindOf({ value }: Decoded, wanted: Wanted, unrecognized: (sentence: string) => string): Wanted {
  const said = interpreted(value, unrecognized)
  if (said.apiVersion.split('/').length > 2) throw badRequest(unrecognized(`unexpected GroupVersion string: ${said.apiVersion}`))
  return { apiVersion: said.apiVersion === '' || said.apiVersion === '/' ? wanted.apiVersion : said.apiVersion, kind: said.kind === '' ? wanted.kind : said.kind }
}

/** A kind that the server knows cannot become another one; of any other it knows nothing. */
function refuseForeign({ resources, request: { resource } }: Reading, { found, wanted, body }: { readonly found: Wanted; readonly wanted: Wanted; readonly body: unknown }): never {
  const known = resources.byKind(found.apiVersion, found.kind)
  if (resource.custom || ((known !== undefined || OLD_NAMES.has(`${found.apiVersion}/${found.kind}`)) && found.kind === wanted.kind)) throw badRequest(`the API version in the data (${found.apiVersion}) does not match the expected API version (${wanted.apiVersion})`)
  const version = found.apiVersion.split('/').at(-1)
  // It is read as what it says it is, before anybody wants it to be something else.
  const [misread] = known === undefined || known.custom || !isRecord(body) ? [] : (checkFields({ ...body, ...found } as unknown as KubeObject).mismatched ?? [])
  const goVersion = known === undefined ? '' : `${version}.${found.kind}`
  const wantedGroup = wanted.apiVersion.includes('/') ? (wanted.apiVersion.split('/')[0] ?? '') : ''
  const why = known === undefined || known.custom ? `no kind "${found.kind}" is registered for version "${found.apiVersion}" in scheme "pkg/api/legacyscheme/scheme.go:30"` : `converting (${goVersion}) to (${goPackage(wantedGroup)}.${wanted.kind}): unknown conversion`
  throw badRequest(`${found.kind} in version "${version ?? ''}" cannot be handled as a ${wanted.kind}: ${misread?.text ?? why}`)
}

function summary(body: Buffer): string {
  if (body.length === 0) return '<empty>'
  const more = body.length > SUMMARY_MAX ? ' ...' : ''
  const start = body.subarray(0, SUMMARY_MAX)
  return `${body[0] === '{'.codePointAt(0) ? start.toString('utf8') : start.toString('hex')}${more}`
}

function withKnownFields(request: ResourceRequest, object: KubeObject, given: readonly Problem[]): KubeObject {
  const { incoming } = request
  const { object: known, unknown } = checkedFields(request, object)
  const problems = [...given, ...unknown.map((path) => plainProblem(`unknown field "${path}"`))]
  const validation = incoming.query.get('fieldValidation')
  if (problems.length > 0 && validation === 'Strict') throw badRequest(`${cannotBeHandled(object)}: strict decoding error: ${problems.map(({ sentence }) => sentence).join(', ')}`)
  if (validation !== 'Ignore') for (const { text } of problems) incoming.warn(text)
  return known
}

/** What the schema of the kind says of the fields of an object. */
export function fieldsOf({ resource, route }: ResourceRequest, object: KubeObject): Checked {
  const schema = route.subresource === 'scale' ? undefined : schemaOf(resource)
  return schema === undefined ? checkFields(object) : checkCustom(object, schema)
}

function checkedFields(request: ResourceRequest, object: KubeObject): Checked {
  const checked = fieldsOf(request, object)
  const [mismatch] = checked.mismatched ?? []
  if (mismatch !== undefined) throw badRequest(`${cannotBeHandled(object)}: ${mismatch.text}`)
  return checked
}

function cannotBeHandled({ apiVersion, kind }: KubeObject): string {
  return `${kind} in version "${apiVersion.split('/').at(-1) ?? ''}" cannot be handled as a ${kind}`
}

function checkCustom(object: KubeObject, schema: Schema): Checked {
  if (!isRecord(object.metadata)) return checkFields(object)
  const { value, unknown } = prune(object, schema)
  return { object: value as KubeObject, unknown }
}
