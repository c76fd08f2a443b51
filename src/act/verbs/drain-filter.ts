/**
 * Which pods of a node a drain evicts, skips, or stops at: the filters of `kubectl drain` in their order
 * (k8s.io/kubectl/pkg/drain/filters.go), run as with `--ignore-daemonsets` and without `--force`.
 *
 * `--force` is left out on purpose: a pod without a controller does not come back, and that is a person's decision.
 */

import { controllerOf, subjectOf, subjectText } from '../../model/kube-object.ts'
import { isTerminal, type PodObject } from '../../model/kube/workload.ts'

/** `corev1.MirrorPodAnnotationKey`: the kubelet's picture of a static pod; evicting it changes nothing. */
const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror'

export interface Filtered {
  readonly evict: readonly PodObject[]
  /** Why the drain must not begin, a sentence a pod. */
  readonly obstacles: readonly string[]
}

export function filterForDrain(pods: readonly PodObject[], options: { readonly deleteEmptyDirData: boolean }): Filtered {
  const candidates = pods.filter((pod) => !staysOnDrain(pod))
  const obstacles = candidates.flatMap((pod) => obstacleOf(pod, options.deleteEmptyDirData) ?? [])
  return { evict: candidates, obstacles }
}

/** Mirror pods, and pods of DaemonSets that have not finished: their controller would put them right back. */
export function staysOnDrain(pod: PodObject): boolean {
  if (pod.metadata.annotations?.[MIRROR_ANNOTATION] !== undefined) return true
  return controllerOf(pod)?.kind === 'DaemonSet' && !isTerminal(pod)
}

function obstacleOf(pod: PodObject, deleteEmptyDirData: boolean): string | undefined {
  if (isTerminal(pod)) return undefined
  if (controllerOf(pod) === undefined) return `${subjectText(subjectOf(pod))} has no controller and would not come back`
  if (!deleteEmptyDirData && usesEmptyDir(pod)) return `${subjectText(subjectOf(pod))} keeps data in an emptyDir, which would be lost`
  return undefined
}

export function usesEmptyDir(pod: PodObject): boolean {
  return pod.spec?.volumes?.some((volume) => volume.emptyDir !== undefined) ?? false
}
