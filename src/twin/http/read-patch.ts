/**
 * Patches as they arrive: what each kind of patch has to be, and what becomes of fields that nobody knows
 * (`apiserver/pkg/endpoints/handlers/patch.go`).
 */

import { parseDocument } from 'yaml'
import { isRecord, type JsonObject, type JsonValue } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { Patch } from '../../ports/cluster.ts'
import { badRequest, statusError } from '../api/status-error.ts'
import { goKind, parsedJson } from './decode-body.ts'
import { duplicateFields } from './duplicate-fields.ts'
import type { Incoming, ResourceRequest } from './exchange.ts'
import { goMap } from '../api/go-map.ts'
import { fieldsOf, wantedOf } from './read-body.ts'
import { typedProblems } from './typed-patch.ts'
import type { Writing } from './write-handlers.ts'

/** Throws 400 for a text that is no patch of this type. */
export function readPatch({ body, query }: Pick<Incoming, 'body' | 'query'>, type: Patch['type']): Patch {
  const wrap = (sentence: string): string => (type === 'strategic' || query.get('fieldValidation') === 'Ignore' ? sentence : `error decoding patch: ${sentence}`)
  const fail = (sentence: string): never => {
    throw badRequest(wrap(`json: cannot unmarshal ${sentence}`))
  }
  const value = parsedJson(body.toString('utf8'), wrap)
  if (type === 'merge' && (value === null || (query.get('fieldValidation') === 'Ignore' && !isRecord(value) && !Array.isArray(value)))) throw badRequest('Invalid JSON Patch')
  if (type !== 'json') {
    if (value !== null && !isRecord(value)) return fail(`${goKind(value)} into Go value of type map[string]interface {}`)
    return { type, body: value ?? {} }
  }
  if (value !== null && !Array.isArray(value)) return fail(`${goKind(value)} into Go value of type []handlers.jsonPatchOp`)
  const operations = (value ?? []) as readonly JsonValue[]
  for (const operation of operations) if (!isRecord(operation)) return fail(`${goKind(operation)} into Go value of type handlers.jsonPatchOp`)
  return { type, body: operations } as Patch
}

/** The object as a patch left it, without the fields that are not known. Throws 422 for those that the client does not want dropped. */
export function patchedFields(request: ResourceRequest, object: KubeObject, patch: Patch): KubeObject {
  const { incoming } = request
  refuseForeignPatch(request, object, patch)
  const { object: known, unknown, mismatched = [] } = fieldsOf(request, object)
  const shown = JSON.stringify(patch.type === 'strategic' ? goMap(patch.body) : JSON.stringify(object))
  if (mismatched[0] !== undefined) throw refusal(`Invalid value: ${shown}: ${patch.type === 'strategic' ? mismatched[0].restored : mismatched[0].text}`)
  const twice = patch.type === 'json' ? [] : duplicateFields(incoming.body.toString('utf8')).map((path) => `duplicate field "${path}"`)
  const problems = [...twice, ...unknown.map((path) => `unknown field "${path}"`)]
  const validation = incoming.query.get('fieldValidation')
  if (problems.length > 0 && validation === 'Strict') throw refusal(`Invalid value: ${shown}: strict decoding error: ${problems.join(', ')}`)
  if (validation !== 'Ignore') for (const problem of problems) incoming.warn(problem)
  return known
}

/** A patch of JSON makes a text that is read as one that was sent. */
function refuseForeignPatch(request: ResourceRequest, { apiVersion, kind }: KubeObject, { type }: Patch): void {
  const wanted = wantedOf(request)
  if (type === 'strategic' || request.resource.custom || (apiVersion === wanted.apiVersion && kind === wanted.kind)) return
  throw refusal(`Invalid value: "": no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/api/legacyscheme/scheme.go:30"`)
}

function refusal(message: string): Error {
  return statusError('Invalid', ` "" is invalid: patch: ${message}`, { causes: [{ reason: 'FieldValueInvalid', message, field: 'patch' }] })
}

/** What is applied. Throws 400 for what is no YAML, and for another kind, version or name than the URL's. */
export function readConfiguration({ request }: Pick<Writing, 'request'>): KubeObject {
  const { incoming, route } = request
  const document = parseDocument(incoming.body.toString('utf8'), { uniqueKeys: false })
  if (document.errors[0] !== undefined) throw badRequest(`error decoding YAML: error converting YAML to JSON: yaml: ${document.errors[0].message}`)
  const value = (document.toJS() ?? {}) as JsonValue
  if (!isRecord(value)) throw badRequest(`error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${goKind(value)} into Go value of type map[string]interface {}`)
  const { apiVersion = '', kind = '', metadata = {} } = value as { apiVersion?: string; kind?: string; metadata?: JsonObject }
  const wanted = wantedOf(request)
  const shownKind = `${apiVersion.includes('/') ? '' : '/'}${apiVersion}, Kind=${kind}`
  if (kind === '' || apiVersion === '') throw badRequest(`invalid object type: ${shownKind}`)
  if (apiVersion !== wanted.apiVersion) throw badRequest(`Incorrect version specified in apply patch. Specified patch version: ${apiVersion}, expected: ${wanted.apiVersion}`)
  if (kind !== wanted.kind) throw badRequest(`invalid object type: ${shownKind}`)
  const { name = '', namespace = '' } = metadata as { name?: string; namespace?: string }
  const shown = `(${namespace}/${name}; ${shownKind})`
  const problems = typedProblems(request, value as unknown as KubeObject)
  if (problems.length > 0) throw statusError('', `failed to create typed patch object ${shown}: ${problems.length === 1 ? (problems[0] ?? '') : ['errors:', ...problems.map((problem) => `  ${problem}`)].join('\n')}`)
  const { mismatched: [mismatch] = [] } = fieldsOf(request, value as unknown as KubeObject)
  if (mismatch !== undefined) throw statusError('', `failed to convert new object ${shown} to proper version: unable to convert unstructured object to ${shownKind}: ${mismatch.text.startsWith('parsing time') ? '' : 'error decoding from json: '}${mismatch.text}`)
  if (route.namespace !== undefined && namespace !== '' && namespace !== route.namespace) throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  if (name !== '' && name !== route.name) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${route.name ?? ''})`)
  return { ...value, metadata: { ...metadata, name: route.name ?? '', ...(route.namespace === undefined ? {} : { namespace: route.namespace }) } } as unknown as KubeObject
}
