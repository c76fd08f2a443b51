/**
 * Validation, by kind: the mistakes people make, refused with 422 and a cause per field
 * (`pkg/apis/<group>/validation`). Not every rule of the real server is here; an object that passes may still be
 * refused by a real one for reasons that do not occur in practice.
 */

import { groupKind, type KubeObject } from '../../model/kube-object.ts'
import { invalidObject, type FieldError } from './field-error.ts'
import type { VersionProfile } from '../profile.ts'
import type { Resource } from './resource.ts'
import { statusError } from './status-error.ts'
import { DEFINITION_KIND } from './custom-definitions.ts'
import { definitionChangeErrors, definitionEndErrors, definitionErrors } from './validate-definition.ts'
import { generatedSelectorErrors, indexedNameErrors } from './validate-job-selector.ts'
import { metadataErrors, metadataUpdateErrors } from './validate-metadata.ts'
import { errorsInOrder } from './validate-change.ts'
import { podErrors } from './validate-pod.ts'
import { podChangeErrors } from './validate-pod-change.ts'
import { workloadErrors } from './validate-workload.ts'
import { workloadChangeErrors } from './validate-workload-change.ts'
import { serviceChangeErrors, serviceErrors } from './validate-service.ts'
import { otherChangeErrors, otherErrors } from './validate-other.ts'

/** Throws 422 with everything that is wrong with a new object; `first`: what its place in the cluster does not allow. */
export function validateNew(resource: Resource, object: KubeObject, profile: VersionProfile, first: readonly FieldError[] = []): void {
  refuse(object, [...first, ...newObjectErrors(resource, object, profile)])
}

/** Kinds whose own rules say nothing of their metadata: only what holds for every kind does, and only once they are content. */
const GENERIC = new Set(['policy/PodDisruptionBudget', '/Event'])

/** Groups whose kinds take any name: what holds for every kind is asked after their own rules. */
const ANY_NAME = new Set(['certificates.k8s.io'])

/** All of them, in the order in which the server names them. */
export function newObjectErrors(resource: Resource, object: KubeObject, profile: VersionProfile): readonly FieldError[] {
  const own = kindErrors(object, profile)
  const isGeneric = GENERIC.has(`${resource.group}/${resource.kind}`)
  const errors = isGeneric && own.length > 0 ? own : [...metadataErrors({ resource, object, profile, isGeneric }), ...wholeErrors(object), ...own, ...endErrors(object)]
  return inWordsOf(profile, errors.length === 0 && ANY_NAME.has(resource.group) ? metadataErrors({ resource, object, profile, isGeneric: true }) : errors)
}

/** Throws 422 when the object may not become `next`. */
export function validateChange(resource: Resource, before: KubeObject, next: KubeObject, profile: VersionProfile): void {
  refuse(next, changedObjectErrors({ resource, before, next, profile }))
}

interface Replacement {
  readonly resource: Resource
  readonly before: KubeObject
  readonly next: KubeObject
  readonly profile: VersionProfile
}

function changedObjectErrors({ resource, before, next, profile }: Replacement): readonly FieldError[] {
  const subject = { resource, object: next, profile }
  const ofEvery = [...metadataErrors({ ...subject, isGeneric: true }), ...metadataUpdateErrors({ ...subject, isGeneric: true })]
  const ofKind = errorsInOrder(`${resource.group}/${resource.kind}`, {
    meta: () => metadataErrors({ ...subject, isGeneric: false }),
    metaAgain: () => metadataUpdateErrors({ ...subject, isGeneric: false }),
    whole: () => wholeErrors(next),
    end: () => endErrors(next),
    own: () => kindErrors(next, profile, before),
    change: () => changeErrors(before, next, profile),
  }, { minor: profile.minor, isCustom: resource.custom })
  return inWordsOf(profile, [...ofEvery, ...ofKind])
}

/** Labels are called labels and measured in bytes since 1.35; before, they were names like others. */
function inWordsOf({ minor }: VersionProfile, errors: readonly FieldError[]): readonly FieldError[] {
  if (minor >= 35) return errors
  return errors.map((error) => ({ ...error, message: error.message.replace('must be no more than 63 bytes', 'must be no more than 63 characters').replace('a valid label key must', 'a qualified name must') }))
}

/** `before`: where the object is not new. What was let in once is not asked again. */
function kindErrors(subject: KubeObject, profile: VersionProfile, before?: KubeObject): readonly FieldError[] {
  const kind = groupKind(subject.apiVersion, subject.kind)
  if (kind === '/Pod') return podErrors(subject, profile, before === undefined)
  if (kind === '/Service') return serviceErrors(subject)
  if (kind === DEFINITION_KIND) return definitionErrors(subject)
  return workloadErrors({ kind, object: subject, profile, isNew: before === undefined }) ?? otherErrors(kind, subject, { profile, before })
}

function wholeErrors(subject: KubeObject): readonly FieldError[] {
  return groupKind(subject.apiVersion, subject.kind) === 'batch/Job' ? generatedSelectorErrors(subject) : []
}

function endErrors(subject: KubeObject): readonly FieldError[] {
  const kind = groupKind(subject.apiVersion, subject.kind)
  if (kind === DEFINITION_KIND) return definitionEndErrors(subject)
  return kind === 'batch/Job' ? indexedNameErrors(subject) : []
}

function changeErrors(before: KubeObject, next: KubeObject, profile: VersionProfile): readonly FieldError[] {
  const kind = groupKind(next.apiVersion, next.kind)
  if (kind === '/Pod') return podChangeErrors(before, next, profile)
  if (kind === '/Service') return serviceChangeErrors(before, next)
  if (kind === DEFINITION_KIND) return definitionChangeErrors(before, next)
  return workloadChangeErrors({ kind, before, next, profile }) ?? otherChangeErrors(kind, before, next)
}

function refuse(subject: KubeObject, errors: readonly FieldError[]): void {
  const name = subject.metadata.name ?? ''
  if (errors.length > 0) throw invalidObject(subject, name, errors)
  if (typeof subject.metadata !== 'object') throw statusError('BadRequest', 'metadata must be an object')
}
