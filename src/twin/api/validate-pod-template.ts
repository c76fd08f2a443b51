/** What a workload makes pods from: `ValidatePodTemplateSpec`. */

import type { PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import type { VersionProfile } from '../profile.ts'
import type { FieldError } from './field-error.ts'
import { annotationErrors, labelErrors } from './validate-metadata.ts'
import { podSpecErrors } from './validate-pod-spec.ts'

export function podTemplateErrors(template: PodTemplateSpec | undefined, field: string, profile: VersionProfile): FieldError[] {
  return [
    ...labelErrors(template?.metadata?.labels, `${field}.labels`),
    ...annotationErrors(template?.metadata?.annotations, `${field}.annotations`),
    ...podSpecErrors(template?.spec, `${field}.spec`, profile),
  ]
}
