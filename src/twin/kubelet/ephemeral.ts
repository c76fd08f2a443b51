/**
 * Containers that somebody added to a running pod, to look inside it: started once, never again, and of no concern to the
 * pod's phase or readiness (`pkg/kubelet/kuberuntime/kuberuntime_manager.go`, computePodActions).
 */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import type { PodObject } from '../../model/kube/workload.ts'

/** Their shape is that of any container, less what they may not have. */
export function ephemeralContainersOf(pod: PodObject): readonly Container[] {
  return (pod.spec?.ephemeralContainers ?? []) as readonly Container[]
}

/** All that may run in the pod. */
export function everyContainerOf(pod: PodObject): readonly Container[] {
  return [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? []), ...ephemeralContainersOf(pod)]
}

export function isEphemeral(pod: PodObject, name: string): boolean {
  return pod.spec?.ephemeralContainers?.some((container) => container.name === name) === true
}

/** A shell that somebody may type into runs until its pod goes; any other of which nothing is known is done soon. */
export function isShell({ stdin, tty }: Container): boolean {
  return stdin === true || tty === true
}
