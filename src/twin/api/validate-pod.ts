/** Pods, new and changed: `ValidatePodCreate`, `ValidatePodUpdate`. */

import type { Container, PodSpec, Toleration } from 'kubernetes-types/core/v1.d.ts'
import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { forbiddenField, invalidField, type FieldError } from './field-error.ts'
import type { VersionProfile } from '../profile.ts'
import { podSpecErrors } from './validate-pod-spec.ts'

export function podErrors(pod: KubeObject, profile: VersionProfile): FieldError[] {
  const spec = pod['spec'] as PodSpec | undefined
  const isHeld = ((spec as { schedulingGates?: readonly unknown[] } | undefined)?.schedulingGates ?? []).length > 0
  const placed = isHeld && (spec?.nodeName ?? '') !== '' ? [forbiddenField('spec.nodeName', 'cannot be set until all schedulingGates have been cleared')] : []
  return [...podSpecErrors(spec, 'spec', profile), ...placed, ...(['containers', 'initContainers'] as const).flatMap((list) => imageErrors(spec?.[list] ?? [], `spec.${list}`))]
}

/** Asked of pods alone: a template may have them. */
function imageErrors(containers: readonly Container[], field: string): FieldError[] {
  return containers.flatMap(({ image = '' }, index) => (image === image.trim() ? [] : [invalidField(`${field}[${index}].image`, image, 'must not have leading or trailing whitespace')]))
}

const FIXED =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

export function podChangeErrors(before: KubeObject, next: KubeObject): FieldError[] {
  const old = before['spec'] as PodSpec
  const spec = next['spec'] as PodSpec
  if (!keepsTolerations(old.tolerations ?? [], spec.tolerations ?? [])) {
    return [forbiddenField('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')]
  }
  return jsonEqual(fixedPart(old), fixedPart(spec)) ? [] : [forbiddenField('spec', FIXED)]
}

/** The spec without what may change. Gates may only be taken away, which nothing else depends on. */
function fixedPart(spec: PodSpec): unknown {
  const { activeDeadlineSeconds: _, tolerations: __, schedulingGates: ___, ephemeralContainers: ____, terminationGracePeriodSeconds: grace, ...rest } = spec as PodSpec & {
    readonly schedulingGates?: unknown
  }
  const withoutImage = ({ image: _image, ...container }: Container): object => container
  return {
    ...rest,
    terminationGracePeriodSeconds: grace,
    containers: spec.containers.map(withoutImage),
    ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(withoutImage) }),
  }
}

function keepsTolerations(before: readonly Toleration[], next: readonly Toleration[]): boolean {
  const withoutSeconds = (toleration: Toleration): object => ({ ...toleration, tolerationSeconds: undefined })
  return before.every((toleration) => next.some((candidate) => jsonEqual(withoutSeconds(toleration), withoutSeconds(candidate))))
}
