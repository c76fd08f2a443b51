/**
 * PUT: an update by somebody who may not have read what is there. Some kinds are made by it, some want to know which version was
 * read (`apiserver/pkg/registry/generic/registry/store.go`).
 */

import { refOf, type KubeObject } from '../../model/kube-object.ts'
import { createObject } from './create.ts'
import type { ApiEnvironment } from './environment.ts'
import { storedForm } from './faces.ts'
import { invalidField, invalidObject } from './field-error.ts'
import { preconditionFailed } from './precondition.ts'
import { apiVersionOf } from './resource.ts'
import { notFound, statusError } from './status-error.ts'
import { updateObject, type UpdateOptions } from './update.ts'
import { isCreatedByUpdate, needsVersion } from './write-strategy.ts'

export interface Replaced {
  readonly object: KubeObject
  readonly isCreated: boolean
}

/** Of an object that is there the version is read as that of a question would be. */
function unreadableVersion(version: string, isThere: boolean): Error {
  const problem = `strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`
  return statusError('', isThere ? `resourceVersion: Invalid value: ${JSON.stringify(version)}: ${problem}` : problem)
}

/** Throws 404, 409 and 422. */
export function replaceObject(environment: ApiEnvironment, input: KubeObject, options: UpdateOptions): Replaced {
  const resource = environment.resources.demand(input.apiVersion, input.kind)
  const ref = refOf(storedForm(input))
  const before = environment.store.get(resource.storageVersion === undefined ? ref : { ...ref, apiVersion: apiVersionOf({ ...resource, version: resource.storageVersion }) })
  const { name = '', uid = '', resourceVersion = '' } = input.metadata
  const isMade = options.subresource === undefined && isCreatedByUpdate(input)
  if (before === undefined && !isMade) throw notFound(resource, name)
  if (uid !== '' && uid !== (before?.metadata.uid ?? '')) throw preconditionFailed(resource, input, { found: before, isDryRun: options.dryRun === true })
  if (!/^\d*$/.test(resourceVersion)) throw unreadableVersion(resourceVersion, before !== undefined)
  const isUnconditional = resourceVersion === '' || resourceVersion === '0'
  if (before === undefined) {
    const { resourceVersion: _, ...metadata } = input.metadata
    return { object: createObject(environment, options.dryRun === true ? input : { ...input, metadata }, options), isCreated: true }
  }
  if (isUnconditional && needsVersion(input, resource.custom)) throw invalidObject({ apiVersion: input.apiVersion, kind: resource.plural }, name, [invalidField('metadata.resourceVersion', 0, 'must be specified for an update')])
  const { resourceVersion: _, ...unversioned } = input.metadata
  return { object: updateObject(environment, isUnconditional ? { ...input, metadata: unversioned } : input, options), isCreated: false }
}
