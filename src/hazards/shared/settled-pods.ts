/**
 * Pods whose end is no fault of their containers: the run they belong to was made good, or the node ended them. Such
 * pods stay in the API for days and say nothing about now.
 */

import type { PodObject } from '../../model/kube/workload.ts'
import { isMadeGood } from '../../model/topology/job-outcome.ts'
import type { View } from '../../model/view.ts'

/** Reasons that kubelets and node lifecycle controllers write into `status.reason` of a pod they ended or refused. */
const ENDED_BY_NODE = new Set(['Evicted', 'NodeShutdown', 'Shutdown', 'Terminated', 'NodeLost', 'Preempting', 'NodeAffinity', 'OutOfcpu', 'OutOfmemory', 'OutOfpods', 'UnexpectedAdmissionError', 'SysctlForbidden', 'AppArmor', 'TopologyAffinityError', 'PodOSNotSupported'])

export function isSettled(view: View, pod: PodObject): boolean {
  const { phase, reason } = pod.status ?? {}
  if (phase === 'Succeeded') return true
  if (phase !== 'Failed') return false
  if (ENDED_BY_NODE.has(reason ?? '')) return true
  return view.ownersOf(pod).some((owner) => owner.kind === 'Job' && isMadeGood(view, owner))
}
