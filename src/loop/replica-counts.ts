/** How many of its pods a workload has available, and how many it wants: of Deployments, StatefulSets, ReplicationControllers and DaemonSets. */

import { groupKind, type KubeObject } from '../model/kube-object.ts'
import { replicasOf } from '../model/kube/workload.ts'
import type { Twin } from '../twin/twin.ts'

export interface ReplicaCounts {
  readonly available: number
  readonly desired: number
}

interface CountedStatus {
  readonly availableReplicas?: number
  readonly numberAvailable?: number
  readonly desiredNumberScheduled?: number
}

const DAEMONS = 'apps/DaemonSet'
/** ReplicaSets come and go with each roll-out, and belong to a Deployment. */
export const COUNTED_KINDS: ReadonlySet<string> = new Set(['apps/Deployment', 'apps/StatefulSet', '/ReplicationController', DAEMONS])

export function workloadsOf({ store }: Pick<Twin, 'store'>): KubeObject[] {
  return [...COUNTED_KINDS].flatMap((kind) => [...store.list(kind)])
}

export function replicaCounts(workload: KubeObject): ReplicaCounts {
  const status = (workload['status'] ?? {}) as CountedStatus
  if (isDaemonSet(workload)) return { available: status.numberAvailable ?? 0, desired: status.desiredNumberScheduled ?? 0 }
  return { available: status.availableReplicas ?? 0, desired: replicasOf(workload) }
}

export function isDaemonSet({ apiVersion, kind }: KubeObject): boolean {
  return groupKind(apiVersion, kind) === DAEMONS
}
