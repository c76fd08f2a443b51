/** Containers that somebody adds to a running pod to look into it (`pkg/registry/core/pod/strategy.go`, `pkg/apis/core/validation`). */

import type { EphemeralContainer, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { forbiddenField, invalidObject, namedErrors } from './field-error.ts'
import { labelNameProblems } from './object-names.ts'

/** The pod with the ephemeral containers of `next`; throws 422 when one that was there is gone or another. */
export function withEphemeral(before: KubeObject, next: KubeObject): KubeObject {
  const [old, wanted] = [ephemeralOf(before), ephemeralOf(next)]
  for (const container of old) {
    const now = wanted.find(({ name }) => name === container.name)
    if (now === undefined) throw refusal(before, 'spec.ephemeralContainers', `existing ephemeral containers "${container.name}" may not be removed\n`)
    if (!jsonEqual(now, container)) throw refusal(before, 'spec.ephemeralContainers', `existing ephemeral containers "${container.name}" may not be changed\n`)
  }
  const misnamed = wanted.flatMap(({ name }, index) => namedErrors(`spec.ephemeralContainers[${index}].name`, name, labelNameProblems))
  const unfit = wanted.flatMap((container, index) => NEVER.filter((field) => isSet(container, field)).map((field) => forbiddenField(`spec.ephemeralContainers[${index}].${field}`, 'cannot be set for an Ephemeral Container')))
  if (misnamed.length + unfit.length > 0) throw invalidObject(before, before.metadata.name ?? '', [...misnamed, ...unfit])
  return { ...before, spec: { ...specOf(before), ephemeralContainers: wanted } }
}

/** What a container that comes later cannot have (`ValidateEphemeralContainers`). */
const NEVER = ['ports', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle', 'resources'] as const

function isSet(container: EphemeralContainer, field: (typeof NEVER)[number]): boolean {
  const value = container[field] as object | undefined
  return value !== undefined && Object.keys(value).length > 0
}

function specOf(pod: KubeObject): PodSpec {
  return (pod['spec'] ?? { containers: [] }) as PodSpec
}

function ephemeralOf(pod: KubeObject): readonly EphemeralContainer[] {
  return specOf(pod).ephemeralContainers ?? []
}

function refusal(pod: KubeObject, field: string, why: string): Error {
  return invalidObject(pod, pod.metadata.name ?? '', [forbiddenField(field, why)])
}
