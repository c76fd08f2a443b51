/** What a scheduler has said of a pod so far. */

import type { PodObject } from '../../src/model/kube/workload.ts'
import type { KubeObject } from '../../src/model/kube-object.ts'
import type { Side } from './sides.ts'

export interface PodKey {
  readonly apiVersion: 'v1'
  readonly kind: 'Pod'
  readonly namespace: string
  readonly name: string
}

interface Scheduled {
  readonly status: string
  readonly reason?: string
  readonly message?: string
}

export function podNamed(side: Side, { namespace, name }: PodKey): KubeObject | undefined {
  return side.objects('v1', 'Pod', namespace).find(({ metadata }) => metadata.name === name)
}

export const nodeOf = (pod: KubeObject | undefined): string | undefined => (pod as PodObject | undefined)?.spec?.nodeName
export const nominatedOf = (pod: KubeObject | undefined): string | undefined => (pod as PodObject | undefined)?.status?.nominatedNodeName

export function scheduledOf(pod: KubeObject | undefined): Scheduled | undefined {
  return (pod as PodObject | undefined)?.status?.conditions?.find(({ type }) => type === 'PodScheduled')
}

/** Gates keep the scheduler from looking at it. */
export function isHeld(pod: PodObject): boolean {
  return ((pod.spec as { readonly schedulingGates?: readonly object[] } | undefined)?.schedulingGates ?? []).length > 0
}

/** It has a node, or was told that there is none; that it was held earlier says nothing. */
export function isDecided(pod: KubeObject | undefined): boolean {
  const said = scheduledOf(pod)
  return nodeOf(pod) !== undefined || (said !== undefined && said.reason !== 'SchedulingGated')
}
