/** Names, labels, annotations, finalizers and owners: `staging/src/k8s.io/apimachinery/pkg/api/validation`. */

import type { KubeObject } from '../../model/kube-object.ts'
import { forbiddenField, invalidField, invalidFields, requiredField, type FieldError } from './field-error.ts'
import { labelKeyProblems, labelNameProblems, labelValueProblems, pathSegmentProblems, serviceNameProblems, subdomainProblems } from './object-names.ts'
import type { VersionProfile } from '../profile.ts'
import type { Resource } from './resource.ts'

const ANNOTATION_BYTES_MAX = 262_144

export interface Subject {
  readonly resource: Resource
  readonly object: KubeObject
  readonly profile: Pick<VersionProfile, 'minor'>
  /** Only what holds for every kind. */
  readonly isGeneric: boolean
}

export function metadataErrors({ resource, object, profile, isGeneric }: Subject): FieldError[] {
  const { labels, annotations, ownerReferences, finalizers, generateName = '' } = object.metadata
  const check = isGeneric ? pathSegmentProblems : nameCheck(resource, object, profile)
  return [
    ...(generateName === '' ? [] : invalidFields('metadata.generateName', generateName, check(generateName.replace(/.-$/, 'a')))),
    ...nameErrors(object.metadata.name, check),
    ...labelErrors(labels, 'metadata.labels'),
    ...annotationErrors(annotations),
    ...(ownerReferences ?? []).flatMap((owner) => ownerErrors(owner as unknown as Record<string, unknown>, 'metadata.ownerReferences')),
    ...(finalizers ?? []).flatMap((name, index) => finalizerErrors(name, index, isGeneric || isLoose(resource))),
  ]
}

/** What is looked at again where an object is replaced. */
export function metadataUpdateErrors({ resource, object, isGeneric }: Pick<Subject, 'resource' | 'object' | 'isGeneric'>): FieldError[] {
  const { labels, annotations, ownerReferences, finalizers } = object.metadata
  return [
    ...labelErrors(labels, 'metadata.labels'),
    ...annotationErrors(annotations),
    ...(ownerReferences ?? []).flatMap((owner) => ownerErrors(owner as unknown as Record<string, unknown>, 'metadata.ownerReferences')),
    ...(isGeneric || isLoose(resource) ? [] : (finalizers ?? []).flatMap(bareErrors)),
  ]
}

/** Kinds whose rules are not built on those of the core group: any finalizer will do. */
const LOOSE = new Set(['coordination.k8s.io', 'node.k8s.io', 'admissionregistration.k8s.io', 'apiextensions.k8s.io'])

function isLoose({ group }: Resource): boolean {
  return LOOSE.has(group)
}

function nameErrors(name: string | undefined, check: (name: string) => readonly string[]): FieldError[] {
  if (name === undefined || name === '') return [requiredField('metadata.name', 'name or generateName is required')]
  return invalidFields('metadata.name', name, check(name))
}

/** Since 1.36 a Service may be called as any label (RelaxedServiceNameValidation). */
function nameCheck(resource: Resource, object: KubeObject, { minor }: Pick<VersionProfile, 'minor'>): (name: string) => readonly string[] {
  if (resource.group === 'apiextensions.k8s.io') return () => definitionNameProblems(object)
  // Nobody cares what these are called.
  if (resource.group === 'certificates.k8s.io') return () => []
  if (resource.group === 'rbac.authorization.k8s.io') return pathSegmentProblems
  if ((resource.group === '' && resource.kind === 'Namespace') || resource.kind === 'StatefulSet') return labelNameProblems
  if (resource.group === '' && resource.kind === 'Service') return minor >= 36 ? labelNameProblems : serviceNameProblems
  return subdomainProblems
}

/** A definition is called by what it defines. */
function definitionNameProblems(definition: KubeObject): readonly string[] {
  const { names, group } = (definition['spec'] ?? {}) as { readonly names?: { readonly plural?: string }; readonly group?: string }
  const { name = '' } = definition.metadata
  return [...subdomainProblems(name), ...(name === `${names?.plural ?? ''}.${group ?? ''}` ? [] : ['must be spec.names.plural+"."+spec.group'])]
}

/** Also for selectors and templates: `field` says where. */
export function labelErrors(labels: Readonly<Record<string, unknown>> | undefined, field: string): readonly FieldError[] {
  if (labels === undefined || sound.has(labels)) return NO_ERRORS
  const errors = Object.entries(labels).flatMap(([key, value]) => [
    ...invalidFields(field, key, labelKeyProblems(key)),
    ...(typeof value === 'string' ? invalidFields(field, value, labelValueProblems(value)) : [invalidField(field, value, 'must be a string')]),
  ])
  if (errors.length === 0) sound.add(labels)
  return errors
}

const NO_ERRORS: readonly FieldError[] = []
/** Labels that are known to be right: each update asks up to four times, and the pods of a workload share theirs. */
const sound = new WeakSet<object>()

interface Selector {
  readonly matchLabels?: Readonly<Record<string, unknown>>
  readonly matchExpressions?: readonly { readonly key?: string; readonly operator?: string; readonly values?: readonly string[] }[]
}

/** Can it be used at all? A selector that cannot be read selects nothing. */
export function isReadableSelector(selector: object | undefined): boolean {
  return selectorErrors(selector, '').length === 0
}

/** `ValidateLabelSelector`. */
export function selectorErrors(selector: object | undefined, field: string): FieldError[] {
  const { matchLabels, matchExpressions = [] } = (selector ?? {}) as Selector
  return [
    ...labelErrors(matchLabels, `${field}.matchLabels`),
    ...matchExpressions.flatMap(({ key = '', operator = '', values = [] }, index) => {
      const at = `${field}.matchExpressions[${index}]`
      return [
        ...operatorErrors(operator, values, at),
        ...invalidFields(`${at}.key`, key, labelKeyProblems(key)),
        ...values.flatMap((value, position) => invalidFields(`${at}.values[${position}]`, value, labelValueProblems(value))),
      ]
    }),
  ]
}

function operatorErrors(operator: string, values: readonly string[], at: string): FieldError[] {
  if (operator === 'In' || operator === 'NotIn') return values.length > 0 ? [] : [requiredField(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'")]
  if (operator === 'Exists' || operator === 'DoesNotExist') return values.length === 0 ? [] : [forbiddenField(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")]
  return [invalidField(`${at}.operator`, operator, 'not a valid selector operator')]
}

export function annotationErrors(annotations: Readonly<Record<string, string>> | undefined, field = 'metadata.annotations'): FieldError[] {
  if (annotations === undefined) return []
  const bytes = Object.entries(annotations).reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(String(value)), 0)
  const keys = Object.keys(annotations).flatMap((key) => invalidFields(field, key, labelKeyProblems(key.toLowerCase())))
  if (bytes <= ANNOTATION_BYTES_MAX) return keys
  return [...keys, { reason: 'FieldValueTooLong', field, message: `Too long: may not be more than ${ANNOTATION_BYTES_MAX} bytes` }]
}

/** In the order of upstream's struct. */
const NOT_IN_TEMPLATES = ['name', 'generateName', 'namespace', 'selfLink', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'ownerReferences', 'finalizers', 'managedFields'] as const

/** What is made from a template may get labels and annotations from it, and nothing else. */
export function templateMetadataErrors(metadata: KubeObject['metadata'] | undefined, at: string): FieldError[] {
  const stray = NOT_IN_TEMPLATES.filter((field) => (metadata as Readonly<Record<string, unknown>> | undefined)?.[field] !== undefined)
  return [...annotationErrors(metadata?.annotations, `${at}.annotations`), ...labelErrors(metadata?.labels, `${at}.labels`), ...stray.map((field) => forbiddenField(`${at}.${field}`, 'cannot be set'))]
}

const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion']

function finalizerErrors(name: string, index: number, isGeneric: boolean): FieldError[] {
  return [...invalidFields('metadata.finalizers', name, labelKeyProblems(name)), ...(isGeneric ? [] : bareErrors(name, index))]
}

function bareErrors(name: string, index: number): FieldError[] {
  return bareFinalizerErrors(name, `metadata.finalizers[${index}]`)
}

export function bareFinalizerErrors(name: string, field: string): FieldError[] {
  const isBare = !name.includes('/') && !STANDARD_FINALIZERS.includes(name)
  return isBare ? [invalidField(field, name, 'name is neither a standard finalizer name nor is it fully qualified')] : []
}

function ownerErrors(owner: Readonly<Record<string, unknown>>, field: string): FieldError[] {
  return ['apiVersion', 'kind', 'name', 'uid']
    .filter((key) => owner[key] === undefined || owner[key] === '')
    .map((key) => (key === 'apiVersion' ? invalidField(`${field}.apiVersion`, '', 'version must not be empty') : invalidField(`${field}.${key}`, '', 'must not be empty')))
}
