/**
 * Patches: read, change, and write as an update. The read and the write are one instant here, so a patch never
 * loses a race; one that names a resource version still has to name the current one.
 */

import type { Operation } from 'rfc6902'
import { jsonEqual } from '../../kernel/json.ts'
import { refOf, type KubeObject, type ObjectRef } from '../../model/kube-object.ts'
import type { Patch, Subresource, WriteOptions } from '../../ports/cluster.ts'
import type { WrittenPart } from './api.ts'
import { createObject, withSentVersion } from './create.ts'
import type { ApiEnvironment } from './environment.ts'
import { shapeOf } from './merge/shape.ts'
import { applyOperations } from './json-patch.ts'
import { faceOf } from './faces.ts'
import { invalidField, invalidObject } from './field-error.ts'
import { mergePatch } from './merge-patch.ts'
import { patchScale } from './scale.ts'
import { applyConfiguration } from './server-side-apply.ts'
import { trackApplied } from './applied-create.ts'
import { hasStatus, type Resource } from './resource.ts'
import { heardOfRequest, isSigningRequest } from './signing-request.ts'
import { badRequest, conflict, notFound, statusError } from './status-error.ts'
import { demandStored } from './stored-object.ts'
import { strategicMerge } from './strategic-merge.ts'
import { updateObject } from './update.ts'

export type PatchOptions = WriteOptions & { readonly subresource?: WrittenPart; readonly decode?: (object: KubeObject) => KubeObject }

/** Throws 404 when the object is gone, 415 for a strategic patch of a custom resource, 422 when the patch does not fit. */
export function patchObject(environment: ApiEnvironment, ref: ObjectRef, patch: Patch, options: PatchOptions = {}): KubeObject {
  const resource = environment.resources.demand(ref.apiVersion, ref.kind)
  const before = demandStored(environment.store, resource, ref)
  if (options.subresource === 'scale') return patchScale(environment, before, (scale) => patchedScale(scale, { patch, options }), options)
  if (patch.type === 'strategic' && resource.custom) {
    throw statusError('UnsupportedMediaType', 'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml')
  }
  const { decode = (object) => object, ...write } = options
  const shown = resource.custom ? before : faceOf(ref, before)
  const next = withoutStray(shown, decode(patched(shown, patch) as KubeObject))
  refuseRenaming(shown, next)
  // Looked at for every kind, and once more for this one.
  const immutable = invalidField('metadata.uid', next.metadata.uid, 'field is immutable')
  if ((next.metadata.uid ?? shown.metadata.uid) !== shown.metadata.uid) throw invalidObject(next, next.metadata.name ?? '', [immutable, immutable])
  return updateObject(environment, next, { ...write, isPatch: true })
}

/** What has no namespace is given none, whatever a patch says. */
function withoutStray(before: KubeObject, next: KubeObject): KubeObject {
  const { metadata } = next as { metadata?: KubeObject['metadata'] }
  if (before.metadata.namespace !== undefined || metadata?.namespace === undefined) return next
  const { namespace: _, ...kept } = metadata
  return { ...next, metadata: kept }
}

function patchedScale(scale: KubeObject, { patch, options: { decode = (object) => object } }: { readonly patch: Patch; readonly options: PatchOptions }): object {
  const next = decode(patched(scale, patch) as KubeObject)
  refuseRenaming(scale, next)
  return next
}

/** The object as the patch leaves it. Throws 422 or 400 in the server's words when it cannot be applied. */
export function patched(original: object, patch: Patch): object {
  if (patch.type === 'merge') return mergePatch(original, patch.body) as object
  if (patch.type === 'strategic') {
    // Types are not read again: what a strategic patch says of its kind goes unheard.
    const { apiVersion, kind } = original as KubeObject
    return { ...(strategicMerge(original, patch.body) as object), apiVersion, kind }
  }
  const copy = structuredClone(original)
  const problem = applyOperations(copy, patch.body as unknown as Operation[])
  if (problem !== undefined) throw statusError('Invalid', 'the server rejected our request due to an error in our request', {})
  return copy
}

function refuseRenaming(before: KubeObject, next: KubeObject): void {
  const { name = '', namespace } = before.metadata
  const { metadata = {} } = next as { metadata?: KubeObject['metadata'] }
  if ((metadata.namespace ?? namespace) !== namespace) throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  if ((metadata.name ?? '') === '') throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`)
  if (metadata.name !== name) throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`)
  if (!jsonEqual(refOf(before), refOf({ ...next, apiVersion: next.apiVersion ?? before.apiVersion }))) throw badRequest('the kind of the object in the patch does not match the kind on the URL')
}

function unversioned(object: KubeObject): KubeObject {
  const { resourceVersion: _, ...metadata } = object.metadata
  return { ...object, metadata }
}

/** What the strategy of a path resets, nobody owns by applying it there: the status of the object itself, the wish of its status. */
function withoutReset(resource: Resource, config: KubeObject, subresource: Subresource | 'approval' | undefined): KubeObject {
  if (isSigningRequest(config)) return heardOfRequest(config, subresource)
  if (!hasStatus(resource) || (subresource !== undefined && subresource !== 'status')) return config
  const { [subresource === 'status' ? 'spec' : 'status']: _, ...rest } = config
  return rest as KubeObject
}

/** Server-side apply: creates the object where it is not there. */
export function applyObject(
  environment: ApiEnvironment,
  config: KubeObject,
  options: WriteOptions & { readonly fieldManager: string; readonly force?: boolean; readonly subresource?: Subresource | 'approval' },
): KubeObject {
  const resource = environment.resources.demand(config.apiVersion, config.kind)
  if (config.metadata.managedFields !== undefined) throw badRequest('metadata.managedFields must be nil')
  const live = environment.store.get(refOf(config))
  const heard = withoutReset(resource, config, options.subresource)
  const nowMs = environment.nowMs()
  const { fieldManager: manager, subresource, dryRun } = options
  const shape = shapeOf(resource)
  if (live === undefined) {
    const { name = '', uid = '' } = config.metadata
    if (subresource !== undefined) throw notFound(resource, name)
    if (uid !== '') throw conflict(resource, name, `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`)
    const created = createObject(environment, trackApplied({ config: unversioned(heard), manager, shape, nowMs }), dryRun === undefined ? {} : { dryRun })
    return dryRun === true ? withSentVersion(created, config) : created
  }
  const next = applyConfiguration({ live: resource.custom ? live : faceOf(config, live), config: heard, manager, force: options.force === true, shape, subresource, nowMs })
  return updateObject(environment, next, { isTracked: true, isPatch: true, ...(dryRun === undefined ? {} : { dryRun }), ...(subresource === undefined ? {} : { subresource }) })
}
