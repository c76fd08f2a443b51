/** POST, PUT, PATCH and DELETE of objects. */

import type { JsonValue } from '../../kernel/json.ts'
import type { KubeObject, ObjectRef } from '../../model/kube-object.ts'
import type { Patch, RemoveOptions, Subresource, WriteOptions } from '../../ports/cluster.ts'
import { demandAccess } from '../access/authorize.ts'
import type { Requester, WrittenPart } from '../api/api.ts'
import type { ApiServer } from '../api/create-api.ts'
import { apiVersionOf, type Resource } from '../api/resource.ts'
import { isReleased } from '../api/update.ts'
import type { Twin } from '../compose-twin.ts'
import { faceOf } from '../api/faces.ts'
import { listObjects, matcherOf } from '../list-objects.ts'
import { json, type Answer, type ResourceRequest } from './exchange.ts'
import { demandFormat } from './decode-body.ts'
import { checkListOptions } from './list-options.ts'
import { flagIn } from './query-values.ts'
import { patchedFields, readConfiguration, readPatch } from './read-patch.ts'
import { readRemoveOptions } from './remove-options.ts'
import { checkWriteOptions } from './write-options.ts'
import { demandEncoding, demandObject, encodeOne, queryOf, withoutKind } from './read-handlers.ts'
import { readNamedObject, readObject, type Reading } from './read-body.ts'

export interface Writing {
  readonly twin: Twin
  readonly api: ApiServer
  readonly request: ResourceRequest
  readonly requester: Requester
}

/** Throws 422 for options that are none. */
export function writeOptions({ incoming }: ResourceRequest, options: { readonly isApply?: boolean } = {}): WriteOptions & { readonly fieldManager: string } {
  const dryRun = incoming.query.getAll('dryRun')
  checkWriteOptions(incoming, options)
  const named = incoming.query.get('fieldManager') ?? ''
  const fieldManager = named === '' ? ((incoming.userAgent ?? 'unknown').split('/')[0] ?? 'unknown') : named
  return { fieldManager, ...(dryRun.includes('All') ? { dryRun: true } : {}) }
}

export function refOfRequest({ route, resource }: ResourceRequest): ObjectRef {
  return { apiVersion: apiVersionOf(resource), kind: resource.kind, name: route.name ?? '', ...(route.namespace === undefined ? {} : { namespace: route.namespace }) }
}

export function createOne(writing: Writing): Answer {
  demandFormat(writing.request.incoming)
  const options = writeOptions(writing.request)
  return respond(writing, 201, writing.api.create(readObject(readingOf(writing)), options))
}

export function readingOf({ request, api }: Pick<Writing, 'request' | 'api'>): Reading {
  return { request, resources: api.resources }
}

export function updateOne(writing: Writing, subresource?: WrittenPart): Answer {
  const options = { ...writeOptions(writing.request), ...(subresource === undefined ? {} : { subresource }) }
  const { object, isCreated } = writing.api.replace(readNamedObject(readingOf(writing)), options)
  return respond(writing, isCreated ? 201 : 200, object)
}

const PATCH_TYPES: Readonly<Record<string, Patch['type']>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
}
const APPLY = 'application/apply-patch+yaml'

/** What a path that is patched takes; custom resources have no strategic patch. */
export function patchTypes({ custom }: Pick<Resource, 'custom'>): readonly string[] {
  return ['application/json-patch+json', 'application/merge-patch+json', ...(custom ? [] : ['application/strategic-merge-patch+json']), APPLY]
}

export function patchOne(writing: Writing, subresource?: WrittenPart): Answer {
  const { request, api, twin } = writing
  const contentType = request.incoming.contentType.split(';')[0]?.trim() ?? ''
  const isApply = contentType === APPLY
  const options = { ...writeOptions(request, { isApply }), ...(subresource === undefined ? {} : { subresource }) }
  if (isApply) return applyOne(writing, options.fieldManager, subresource === 'scale' || subresource === 'status' || subresource === 'approval' ? subresource : undefined)
  demandObject(twin, request)
  const patch = readPatch(request.incoming, PATCH_TYPES[contentType] ?? 'merge')
  const decode = (object: KubeObject): KubeObject => patchedFields(request, object, patch)
  return respond(writing, 200, api.patch(refOfRequest(request), patch, { ...options, decode }))
}

function applyOne(writing: Writing, fieldManager: string, subresource: Subresource | 'approval' | undefined): Answer {
  const { request, api, twin } = writing
  const existed = twin.store.get(refOfRequest(request)) !== undefined
  const config = readConfiguration(writing)
  if (!existed) demandCreate(writing)
  const force = flagIn(request.incoming.query, 'force') === true
  const applied = api.apply(config, { ...writeOptions(request, { isApply: true }), fieldManager, force, ...(subresource === undefined ? {} : { subresource }) })
  return respond(writing, existed ? 200 : 201, applied)
}

/** An apply that makes the object needs the right to create it too. */
function demandCreate({ twin, requester, request: { route } }: Writing): void {
  const { group, plural, subresource = '', name = '', namespace = '' } = route
  demandAccess(twin.store, requester, { verb: 'create', group, resource: plural, subresource, name, namespace })
}

const JOB_WARNING = 'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning'

function removalOptions(request: ResourceRequest): RemoveOptions {
  const options = readRemoveOptions(request)
  const { group, kind } = request.resource
  if (options.propagation === undefined && group === 'batch' && kind === 'Job') request.incoming.warn(JOB_WARNING)
  return options
}

/** Kinds that are shown once more when they are gone; of all others there is a Status. */
const RETURNED = new Set(
  (
    '/ResourceQuota /PersistentVolume /PersistentVolumeClaim /ServiceAccount /Namespace /Service /PodTemplate storage.k8s.io/CSIDriver storage.k8s.io/CSINode storage.k8s.io/StorageClass storage.k8s.io/VolumeAttachment ' +
    'storage.k8s.io/VolumeAttributesClass resource.k8s.io/ResourceClaim resource.k8s.io/ResourceClaimTemplate resource.k8s.io/ResourceSlice resource.k8s.io/DeviceClass'
  ).split(' '),
)

export function removeOne(writing: Writing): Answer {
  const { request, api, twin } = writing
  const options = removalOptions(request)
  const before = demandObject(twin, request)
  const after = api.removeReturning(storedRef(request), options)
  const { group, kind } = request.resource
  const isGone = options.dryRun === true ? isReleased(after) : twin.store.byUid(before.metadata.uid ?? '') === undefined
  if (!isGone || kind === 'Pod') return respond(writing, 200, after)
  return RETURNED.has(`${group}/${kind}`) ? respond(writing, 200, before) : json(200, goneStatus(request, before))
}

export function removeMany(writing: Writing): Answer {
  const { request, api, twin } = writing
  checkListOptions(request.incoming.query)
  const query = queryOf(request)
  matcherOf(query)
  const options = removalOptions(request)
  const found = listObjects(twin.store, query)
  for (const { metadata } of found) {
    api.removeReturning({ ...storedRef(request), name: metadata.name ?? '', ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }) }, options)
  }
  return json(200, { kind: `${request.resource.kind}List`, apiVersion: apiVersionOf(request.resource), metadata: { resourceVersion: String(twin.store.resourceVersion) }, items: found.map(withoutKind) })
}

/** Events of either group are stored as `v1`. */
function storedRef(request: ResourceRequest): ObjectRef {
  const ref = refOfRequest(request)
  return request.resource.group === 'events.k8s.io' ? { ...ref, apiVersion: 'v1' } : ref
}

function goneStatus({ resource, route }: ResourceRequest, object: KubeObject): JsonValue {
  const { uid = '' } = object.metadata
  const details = { name: route.name ?? '', ...(resource.group === '' ? {} : { group: resource.group }), kind: resource.plural, uid }
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details }
}

/** The object under the version and in the form that was asked for. */
export function respond({ twin, request }: Writing, status: number, object: KubeObject): Answer {
  const { resource } = request
  // Kept under one version, and shown under the one that was asked for.
  const shown = object.kind === resource.kind ? faceOf({ apiVersion: apiVersionOf(resource), kind: resource.kind }, object) : object
  return json(status, encodeOne(twin, request, shown, demandEncoding(request)))
}
