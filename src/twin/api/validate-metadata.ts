/** Names, labels, annotations, finalizers and owners: `staging/src/k8s.io/apimachinery/pkg/api/validation`. */

import type { KubeObject } from '../../model/kube-object.ts'
import { invalidField, requiredField, type FieldError } from './field-error.ts'
import { labelKeyProblem, labelNameProblem, labelValueProblem, pathSegmentProblem, serviceNameProblem, subdomainProblem } from './object-names.ts'
import type { Resource } from './resource.ts'

const ANNOTATION_BYTES_MAX = 262_144

export function metadataErrors(resource: Resource, object: KubeObject): FieldError[] {
  const { labels, annotations, ownerReferences } = object.metadata
  return [
    ...nameErrors(resource, object.metadata.name),
    ...labelErrors(labels, 'metadata.labels'),
    ...annotationErrors(annotations),
    ...(ownerReferences ?? []).flatMap((owner, index) => ownerErrors(owner as unknown as Record<string, unknown>, `metadata.ownerReferences[${index}]`)),
  ]
}

function nameErrors(resource: Resource, name: string | undefined): FieldError[] {
  if (name === undefined || name === '') return [requiredField('metadata.name', 'name or generateName is required')]
  const problem = nameCheck(resource)(name)
  return problem === undefined ? [] : [invalidField('metadata.name', name, problem)]
}

function nameCheck(resource: Resource): (name: string) => string | undefined {
  if (resource.group === 'rbac.authorization.k8s.io') return pathSegmentProblem
  if (resource.group === '' && resource.kind === 'Namespace') return labelNameProblem
  if (resource.group === '' && resource.kind === 'Service') return serviceNameProblem
  return subdomainProblem
}

/** Also for selectors and templates: `field` says where. */
export function labelErrors(labels: Readonly<Record<string, unknown>> | undefined, field: string): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => {
    const keyProblem = labelKeyProblem(key)
    if (keyProblem !== undefined) return [invalidField(field, key, keyProblem)]
    if (typeof value !== 'string') return [invalidField(field, value, 'must be a string')]
    const valueProblem = labelValueProblem(value)
    return valueProblem === undefined ? [] : [invalidField(field, value, valueProblem)]
  })
}

function annotationErrors(annotations: Readonly<Record<string, string>> | undefined): FieldError[] {
  if (annotations === undefined) return []
  const bytes = Object.entries(annotations).reduce((sum, [key, value]) => sum + key.length + String(value).length, 0)
  const keys = Object.keys(annotations).flatMap((key) => {
    const problem = labelKeyProblem(key.toLowerCase())
    return problem === undefined ? [] : [invalidField('metadata.annotations', key, problem)]
  })
  if (bytes <= ANNOTATION_BYTES_MAX) return keys
  return [...keys, { reason: 'FieldValueTooLong', field: 'metadata.annotations', message: `Too long: may not be more than ${ANNOTATION_BYTES_MAX} bytes` }]
}

function ownerErrors(owner: Readonly<Record<string, unknown>>, field: string): FieldError[] {
  return ['apiVersion', 'kind', 'name', 'uid']
    .filter((key) => owner[key] === undefined || owner[key] === '')
    .map((key) => (key === 'apiVersion' ? invalidField(`${field}.apiVersion`, '', 'version must not be empty') : requiredField(`${field}.${key}`, 'must not be empty')))
}
