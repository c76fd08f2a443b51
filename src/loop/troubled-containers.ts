/**
 * Which containers have logs worth reading: those in trouble, seen from the pod's own status.
 *
 * Logs are the most expensive evidence (a request to a kubelet each) and the noisiest; a container that runs and
 * is ready explains nothing. The log of the run before is asked for only where there was one.
 */

import type { ContainerStatus } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { containerStatusesOf, isPod, type PodObject } from '../model/kube/workload.ts'
import type { LogQuery } from '../ports/cluster.ts'

/** The logs to read, worst containers first: those that restarted most. */
export function logsWorthReading(objects: readonly KubeObject[]): readonly LogQuery[] {
  return objects
    .filter(isPod)
    .flatMap((pod) => containerStatusesOf(pod).map((status) => ({ pod, status })))
    .filter(({ pod, status }) => inTrouble(pod, status))
    .sort((left, right) => right.status.restartCount - left.status.restartCount)
    .flatMap(({ pod, status }) => logsOf(pod, status))
}

function inTrouble(pod: PodObject, status: ContainerStatus): boolean {
  const { state, lastState } = status
  if (exitedBadly(state?.terminated) || exitedBadly(lastState?.terminated)) return true
  // Running and not ready: a probe fails, and the process may say why. A pod that is leaving is unready by design.
  return state?.running !== undefined && !status.ready && pod.metadata.deletionTimestamp === undefined
}

function exitedBadly(terminated: { readonly exitCode: number; readonly reason?: string } | undefined): boolean {
  return terminated !== undefined && (terminated.exitCode !== 0 || terminated.reason === 'OOMKilled')
}

function logsOf(pod: PodObject, status: ContainerStatus): LogQuery[] {
  const query = { namespace: pod.metadata.namespace ?? 'default', pod: pod.metadata.name ?? '', container: status.name }
  const current = status.state?.running ?? status.state?.terminated
  const before = status.lastState?.terminated
  return [...(current === undefined ? [] : [query]), ...(before === undefined ? [] : [{ ...query, previous: true }])]
}
