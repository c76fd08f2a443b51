/** New pods: `ValidatePodCreate`. What may become of them is `validate-pod-change.ts`. */

import type { Container, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { forbiddenField, invalidField, type FieldError } from './field-error.ts'
import type { VersionProfile } from '../profile.ts'
import { podSpecErrors } from './validate-pod-spec.ts'

export function podErrors(pod: KubeObject, profile: VersionProfile, isNew: boolean): FieldError[] {
  const spec = pod['spec'] as PodSpec | undefined
  const isHeld = ((spec as { schedulingGates?: readonly unknown[] } | undefined)?.schedulingGates ?? []).length > 0
  const placed = isNew && isHeld && (spec?.nodeName ?? '') !== '' ? [forbiddenField('spec.nodeName', 'cannot be set until all schedulingGates have been cleared')] : []
  return [...podSpecErrors(spec, 'spec', profile), ...placed, ...(['containers', 'initContainers'] as const).flatMap((list) => imageErrors(spec?.[list] ?? [], `spec.${list}`))]
}

/** Asked of pods alone: a template may have them. */
function imageErrors(containers: readonly Container[], field: string): FieldError[] {
  return containers.flatMap(({ image = '' }, index) => (image === image.trim() ? [] : [invalidField(`${field}[${index}].image`, image, 'must not have leading or trailing whitespace')]))
}
