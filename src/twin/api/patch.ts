/**
 * Patches: read, change, and write as an update. The read and the write are one instant here, so a patch never
 * loses a race; one that names a resource version still has to name the current one.
 */

import type { Operation } from 'rfc6902'
import { jsonEqual } from '../../kernel/json.ts'
import { refOf, type KubeObject, type ObjectRef } from '../../model/kube-object.ts'
import type { Patch, Subresource, WriteOptions } from '../../ports/cluster.ts'
import type { WrittenPart } from './api.ts'
import { createObject } from './create.ts'
import type { ApiEnvironment } from './environment.ts'
import { shapeOf } from './merge/shape.ts'
import { applyOperations } from './json-patch.ts'
import { faceOf } from './faces.ts'
import { mergePatch } from './merge-patch.ts'
import { patchScale } from './scale.ts'
import { applyConfiguration } from './server-side-apply.ts'
import { trackApplied } from './applied-create.ts'
import { badRequest, notFound, statusError } from './status-error.ts'
import { demandStored } from './stored-object.ts'
import { strategicMerge } from './strategic-merge.ts'
import { updateObject } from './update.ts'

export type PatchOptions = WriteOptions & { readonly subresource?: WrittenPart; readonly decode?: (object: KubeObject) => KubeObject }

/** Throws 404 when the object is gone, 415 for a strategic patch of a custom resource, 422 when the patch does not fit. */
export function patchObject(environment: ApiEnvironment, ref: ObjectRef, patch: Patch, options: PatchOptions = {}): KubeObject {
  const resource = environment.resources.demand(ref.apiVersion, ref.kind)
  const before = demandStored(environment.store, resource, ref)
  if (options.subresource === 'scale') return patchScale(environment, before, (scale) => patched(scale, patch), options)
  if (patch.type === 'strategic' && resource.custom) {
    throw statusError('UnsupportedMediaType', 'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml')
  }
  const { decode = (object) => object, ...write } = options
  const shown = resource.custom ? before : faceOf(ref, before)
  const next = decode(patched(shown, patch) as KubeObject)
  refuseRenaming(shown, next)
  return updateObject(environment, next, write)
}

/** The object as the patch leaves it. Throws 422 or 400 in the server's words when it cannot be applied. */
export function patched(original: object, patch: Patch): object {
  if (patch.type === 'merge') return mergePatch(original, patch.body) as object
  if (patch.type === 'strategic') return strategicMerge(original, patch.body) as object
  const copy = structuredClone(original)
  const problem = applyOperations(copy, patch.body as unknown as Operation[])
  if (problem !== undefined) throw statusError('Invalid', `the server rejected our request due to an error in our request: ${problem}`)
  return copy
}

function refuseRenaming(before: KubeObject, next: KubeObject): void {
  const { name = '', namespace } = before.metadata
  if (next.metadata.name !== name) throw badRequest(`the name of the object (${next.metadata.name ?? ''}) does not match the name on the URL (${name})`)
  if (next.metadata.namespace !== namespace) throw badRequest(`the namespace of the object (${next.metadata.namespace ?? ''}) does not match the namespace on the URL (${namespace ?? ''})`)
  if (!jsonEqual(refOf(before), refOf({ ...next, apiVersion: next.apiVersion ?? before.apiVersion }))) throw badRequest('the kind of the object in the patch does not match the kind on the URL')
}

/** Server-side apply: creates the object where it is not there. */
export function applyObject(
  environment: ApiEnvironment,
  config: KubeObject,
  options: WriteOptions & { readonly fieldManager: string; readonly force?: boolean; readonly subresource?: Subresource },
): KubeObject {
  const resource = environment.resources.demand(config.apiVersion, config.kind)
  if (config.metadata.managedFields !== undefined) throw badRequest('metadata.managedFields must be nil')
  const live = environment.store.get(refOf(config))
  const nowMs = environment.nowMs()
  const { fieldManager: manager, subresource, dryRun } = options
  const shape = shapeOf(resource)
  if (live === undefined) {
    if (subresource !== undefined) throw notFound(resource, config.metadata.name ?? '')
    return createObject(environment, trackApplied({ config, manager, shape, nowMs }), dryRun === undefined ? {} : { dryRun })
  }
  const next = applyConfiguration({ live: resource.custom ? live : faceOf(config, live), config, manager, force: options.force === true, shape, subresource, nowMs })
  return updateObject(environment, next, { isTracked: true, ...(dryRun === undefined ? {} : { dryRun }), ...(subresource === undefined ? {} : { subresource }) })
}
