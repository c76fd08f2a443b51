/** Containers that somebody adds to a running pod to look into it (`pkg/registry/core/pod/strategy.go`, `pkg/apis/core/validation`). */

import type { EphemeralContainer, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { forbiddenField, invalidObject } from './field-error.ts'

/** The pod with the ephemeral containers of `next`; throws 422 when one that was there is gone or another. */
export function withEphemeral(before: KubeObject, next: KubeObject): KubeObject {
  const [old, wanted] = [ephemeralOf(before), ephemeralOf(next)]
  for (const container of old) {
    const now = wanted.find(({ name }) => name === container.name)
    if (now === undefined) throw refusal(before, 'spec.ephemeralContainers', `existing ephemeral containers "${container.name}" may not be removed\n`)
    if (!jsonEqual(now, container)) throw refusal(before, 'spec.ephemeralContainers', `existing ephemeral containers "${container.name}" may not be changed\n`)
  }
  return { ...before, spec: { ...specOf(before), ephemeralContainers: wanted } }
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
