/** POST, PUT, PATCH and DELETE of objects. */

import { isRecord, type JsonValue } from '../../kernel/json.ts'
import type { KubeObject, ObjectRef } from '../../model/kube-object.ts'
import type { Patch, RemoveOptions, Subresource, WriteOptions } from '../../ports/cluster.ts'
import { demandAccess } from '../access/authorize.ts'
import type { Requester, WrittenPart } from '../api/api.ts'
import type { ApiServer } from '../api/create-api.ts'
import { readDeleteOptions, type DeleteOptions } from '../api/delete-options.ts'
import { apiVersionOf } from '../api/resource.ts'
import { badRequest, resourceText, statusError } from '../api/status-error.ts'
import type { Twin } from '../compose-twin.ts'
import { faceOf } from '../api/faces.ts'
import { listObjects } from '../list-objects.ts'
import { json, type Answer, type ResourceRequest } from './exchange.ts'
import { checkWriteOptions, demandManager, refuseForce } from './write-options.ts'
import { demandEncoding, demandObject, encodeOne, queryOf } from './read-handlers.ts'
import { knownFields, readBody, readNamedObject, readObject } from './read-body.ts'

export interface Writing {
  readonly twin: Twin
  readonly api: ApiServer
  readonly request: ResourceRequest
  readonly requester: Requester
}

export function writeOptions({ incoming }: ResourceRequest): WriteOptions & { readonly fieldManager: string } {
  const dryRun = incoming.query.getAll('dryRun')
  checkWriteOptions(incoming)
  const fieldManager = incoming.query.get('fieldManager') ?? (incoming.userAgent ?? 'unknown').split('/')[0] ?? 'unknown'
  return { fieldManager, ...(dryRun.includes('All') ? { dryRun: true } : {}) }
}

export function refOfRequest({ route, resource }: ResourceRequest): ObjectRef {
  return { apiVersion: apiVersionOf(resource), kind: resource.kind, name: route.name ?? '', ...(route.namespace === undefined ? {} : { namespace: route.namespace }) }
}

export function createOne(writing: Writing): Answer {
  const created = writing.api.create(readObject(writing.request), writeOptions(writing.request))
  return respond(writing, 201, created)
}

export function updateOne(writing: Writing, subresource?: WrittenPart): Answer {
  const options = { ...writeOptions(writing.request), ...(subresource === undefined ? {} : { subresource }) }
  return respond(writing, 200, writing.api.update(readNamedObject(writing.request), options))
}

const PATCH_TYPES: Readonly<Record<string, Patch['type']>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
}

export function patchOne(writing: Writing, subresource?: WrittenPart): Answer {
  const { request, api, twin } = writing
  const options = { ...writeOptions(request), ...(subresource === undefined ? {} : { subresource }) }
  const contentType = request.incoming.contentType.split(';')[0]?.trim() ?? ''
  if (contentType === 'application/apply-patch+yaml') return applyOne(writing, subresource === 'scale' || subresource === 'status' ? subresource : undefined)
  const type = PATCH_TYPES[contentType]
  if (type === undefined) {
    throw statusError('UnsupportedMediaType', 'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml')
  }
  refuseForce(request.incoming)
  const body = readBody(request)
  if (type === 'json' && !Array.isArray(body)) throw badRequest('a JSON patch must be a list of operations')
  const isScale = subresource === 'scale'
  if (!isScale) demandObject(twin, request)
  const decode = isScale ? {} : { decode: (object: KubeObject) => knownFields(request, object, body) }
  return respond(writing, 200, api.patch(refOfRequest(request), { type, body } as Patch, { ...options, ...decode }))
}

function applyOne(writing: Writing, subresource: Subresource | undefined): Answer {
  const { request, api, twin } = writing
  const { incoming } = request
  const fieldManager = incoming.query.get('fieldManager')
  demandManager(fieldManager)
  const config = readNamedObject({ ...request, incoming: { ...incoming, contentType: 'application/yaml' } })
  const existed = twin.store.get(refOfRequest(request)) !== undefined
  if (!existed) demandCreate(writing)
  const force = incoming.query.get('force') === 'true'
  const applied = api.apply(config, { ...writeOptions(request), fieldManager, force, ...(subresource === undefined ? {} : { subresource }) })
  return respond(writing, existed ? 200 : 201, applied)
}

/** An apply that makes the object needs the right to create it too. */
function demandCreate({ twin, requester, request: { route } }: Writing): void {
  const { group, plural, subresource = '', name = '', namespace = '' } = route
  demandAccess(twin.store, requester, { verb: 'create', group, resource: plural, subresource, name, namespace })
}

export function removeOne(writing: Writing): Answer {
  const { request, api, twin } = writing
  const before = demandObject(twin, request)
  const options = removeOptions(request)
  const after = api.removeReturning(storedRef(request), options)
  const isThere = twin.store.byUid(before.metadata.uid ?? '') !== undefined
  // Pods are returned as they went, everything else as a Status once it is gone.
  return isThere || request.resource.kind === 'Pod' ? json(200, after) : json(200, goneStatus(request, before))
}

export function removeMany(writing: Writing): Answer {
  const { request, api, twin } = writing
  const options = removeOptions(request)
  const found = listObjects(twin.store, queryOf(request))
  for (const { metadata } of found) {
    api.removeReturning({ ...storedRef(request), name: metadata.name ?? '', ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }) }, options)
  }
  return json(200, { kind: `${request.resource.kind}List`, apiVersion: apiVersionOf(request.resource), metadata: { resourceVersion: String(twin.store.resourceVersion) }, items: found })
}

/** Events of either group are stored as `v1`. */
function storedRef(request: ResourceRequest): ObjectRef {
  const ref = refOfRequest(request)
  return request.resource.group === 'events.k8s.io' ? { ...ref, apiVersion: 'v1' } : ref
}

/** From the body or, where it says nothing, from the query. */
function removeOptions(request: ResourceRequest): RemoveOptions {
  const { incoming } = request
  const body = incoming.body.length === 0 ? {} : readBody(request)
  const options = (isRecord(body) ? body : {}) as DeleteOptions
  const grace = options.gracePeriodSeconds ?? numberIn(incoming.query.get('gracePeriodSeconds'))
  const policy = options.propagationPolicy ?? incoming.query.get('propagationPolicy') ?? undefined
  const dryRun = options.dryRun ?? incoming.query.getAll('dryRun')
  return readDeleteOptions({ ...options, dryRun, ...(grace === undefined ? {} : { gracePeriodSeconds: grace }), ...(policy === undefined ? {} : { propagationPolicy: policy }) })
}

function numberIn(text: string | null): number | undefined {
  return text === null || text === '' ? undefined : Number(text)
}

function goneStatus({ resource, route }: ResourceRequest, object: KubeObject): JsonValue {
  const { uid = '' } = object.metadata
  const details = { name: route.name ?? '', ...(resource.group === '' ? {} : { group: resource.group }), kind: resource.plural, uid }
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details }
}

function respond({ twin, request }: Writing, status: number, object: KubeObject): Answer {
  const { resource } = request
  // Kept under one version, and shown under the one that was asked for.
  const shown = object.kind === resource.kind ? faceOf({ apiVersion: apiVersionOf(resource), kind: resource.kind }, object) : object
  return json(status, encodeOne(twin, request, shown, demandEncoding(request)))
}

export function unsupported({ resource, incoming }: ResourceRequest): Error {
  return statusError('MethodNotAllowed', `the server does not allow this method on the requested resource (${incoming.method} ${resourceText(resource)})`)
}
