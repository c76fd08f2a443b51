/**
 * The few facts about pods and workloads that every room needs, in Kubernetes' own sense of the words.
 */

import type { Condition as MetaCondition } from 'kubernetes-types/meta/v1.d.ts'
import type { Container, ContainerStatus, Node, Pod, PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../kube-object.ts'

export type PodObject = KubeObject & Pod
export type NodeObject = KubeObject & Node

export function isPod(object: KubeObject): object is PodObject {
  return object.kind === 'Pod' && object.apiVersion === 'v1'
}

export function isNode(object: KubeObject): object is NodeObject {
  return object.kind === 'Node' && object.apiVersion === 'v1'
}

/** Any object with typed conditions. */
export function conditionOf(object: KubeObject, type: string): Partial<MetaCondition> | undefined {
  const status = object['status'] as { conditions?: readonly Partial<MetaCondition>[] } | undefined
  return status?.conditions?.find((condition) => condition.type === type)
}

export function isReady(object: KubeObject): boolean {
  return conditionOf(object, 'Ready')?.status === 'True'
}

/** Succeeded or Failed: the pod will never run again. */
export function isTerminal(pod: PodObject): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
}

export function isTerminating(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined
}

/** The pod template of a workload, or the pod itself seen as one. Undefined for kinds that make no pods. */
export function podTemplateOf(object: KubeObject): PodTemplateSpec | undefined {
  if (isPod(object)) return { metadata: object.metadata, ...(object.spec === undefined ? {} : { spec: object.spec }) }
  const spec = object['spec'] as { template?: PodTemplateSpec; jobTemplate?: { spec?: { template?: PodTemplateSpec } } } | undefined
  return object.kind === 'CronJob' ? spec?.jobTemplate?.spec?.template : spec?.template
}

/** Init containers first, then the regular ones: the order in which they start. */
export function containersOf(template: PodTemplateSpec | undefined): Container[] {
  return [...(template?.spec?.initContainers ?? []), ...(template?.spec?.containers ?? [])]
}

export function containerStatusesOf(pod: PodObject): ContainerStatus[] {
  return [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
}

/** With those of containers that somebody added to look inside. */
export function everyStatusOf(pod: PodObject): ContainerStatus[] {
  return [...containerStatusesOf(pod), ...(pod.status?.ephemeralContainerStatuses ?? [])]
}

export function replicasOf(object: KubeObject): number {
  return (object['spec'] as { replicas?: number } | undefined)?.replicas ?? 1
}
