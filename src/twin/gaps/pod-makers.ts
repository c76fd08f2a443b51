/** Everything that makes pods: workloads and bare pods, each with what its pods are to be. */

import type { Container, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { controllerOf, type KubeObject } from '../../model/kube-object.ts'
import { containersOf, isPod, podTemplateOf } from '../../model/kube/workload.ts'

export interface PodMaker {
  readonly object: KubeObject
  readonly spec: PodSpec
}

/** Several detectors ask for them, and a large cluster has ten pods to each. */
const makersOf = new WeakMap<readonly KubeObject[], readonly PodMaker[]>()

export function podMakers(objects: readonly KubeObject[]): readonly PodMaker[] {
  const known = makersOf.get(objects)
  if (known !== undefined) return known
  const makers = objects.flatMap((object): PodMaker[] => {
    if (object.kind === 'ReplicaSet' || (isPod(object) && controllerOf(object) !== undefined)) return []
    const spec = podTemplateOf(object)?.spec
    return spec === undefined ? [] : [{ object, spec }]
  })
  makersOf.set(objects, makers)
  return makers
}

/** Workloads that run such a container; not their pods, not their ReplicaSets. */
export function workloadsWith(objects: readonly KubeObject[], isMeant: (container: Container) => boolean): readonly KubeObject[] {
  return podMakers(objects).map(({ object }) => object).filter((object) => !isPod(object) && containersOf(podTemplateOf(object)).some(isMeant))
}
