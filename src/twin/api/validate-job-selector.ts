/** Which pods are a Job's: `validateGeneratedSelector` and the end of `ValidateJobSpec`. */

import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import { invalidField, requiredField, type FieldError } from './field-error.ts'
import { labelNameProblems } from './object-names.ts'
import { isReadableSelector, selectorErrors } from './validate-metadata.ts'

interface JobSpec {
  readonly manualSelector?: boolean
  readonly selector?: LabelSelector
  readonly template?: { readonly metadata?: { readonly labels?: Readonly<Record<string, string>> } }
}

/** A selector that nobody asked for by hand is the one that the server makes up, with its labels. */
export function generatedSelectorErrors(job: KubeObject): FieldError[] {
  const { manualSelector, selector, template } = (job['spec'] ?? {}) as JobSpec
  if (manualSelector === true || selector === undefined) return []
  const { uid = '', name = '' } = job.metadata
  const labels = template?.metadata?.labels
  const expected = { 'controller-uid': uid, 'job-name': name, 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': name }
  return [
    ...Object.entries(expected).flatMap(([key, value]) => hasLabelErrors(labels, key, value)),
    ...(isReadableSelector(selector) && !matchesSelector(selector, expected) ? [invalidField('spec.selector', selector, '`selector` not auto-generated')] : []),
  ]
}

function hasLabelErrors(labels: Readonly<Record<string, string>> | undefined, key: string, value: string): FieldError[] {
  const field = `spec.template.metadata.labels[${key}]`
  const found = labels?.[key]
  if (found === undefined) return [requiredField(field, `must be '${value}'`)]
  return found === value ? [] : [invalidField(field, labels, `must be '${value}'`)]
}

export function jobSelectorErrors({ selector, template }: JobSpec): FieldError[] {
  const labels = template?.metadata?.labels
  const isMismatch = isReadableSelector(selector) && (selector === undefined || !matchesSelector(selector, labels))
  return [
    ...(selector === undefined ? [requiredField('spec.selector')] : selectorErrors(selector, 'spec.selector')),
    ...(isMismatch ? [invalidField('spec.template.metadata.labels', labels ?? null, '`selector` does not match template `labels`')] : []),
  ]
}

/** The pods of an indexed Job are called by its name and their number. */
export function indexedNameErrors(job: KubeObject): FieldError[] {
  const { completionMode, completions = 0 } = (job['spec'] ?? {}) as { readonly completionMode?: string; readonly completions?: number }
  const { name = '' } = job.metadata
  const host = `${name}-${completions - 1}`
  if (completionMode !== 'Indexed' || completions <= 0 || labelNameProblems(host).length === 0) return []
  return [invalidField('metadata.name', name, `will not able to create pod with invalid DNS label: ${host}`)]
}
