/**
 * The two parts of a running pod's spec that may change, each by its subresource: what its containers may use, and the containers that
 * somebody adds to look into it (`pkg/registry/core/pod/strategy.go`, `pkg/apis/core/validation`). The kubelet
 * starts such containers; it does not act on a resize.
 */

import type { Container, EphemeralContainer, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { forbiddenField, invalidObject } from './field-error.ts'

/** The pod with the resources that `next` asks for; throws 422 for any other change. */
export function resized(before: KubeObject, next: KubeObject): KubeObject {
  const [old, wanted] = [specOf(before), specOf(next)]
  const bare = (container: Container): object => ({ ...container, resources: {} })
  const isSame = jsonEqual(old.containers.map(bare), wanted.containers.map(bare)) && jsonEqual({ ...old, containers: [] }, { ...wanted, containers: [] })
  if (!isSame) throw refusal(before, 'spec', 'only cpu and memory resources are mutable')
  return { ...before, spec: { ...old, containers: old.containers.map((container, index) => withResources(container, wanted.containers[index])) } }
}

function withResources(container: Container, wanted: Container | undefined): Container {
  const { resources: _, ...rest } = container
  return wanted?.resources === undefined ? rest : { ...rest, resources: wanted.resources }
}

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
