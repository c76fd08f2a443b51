/**
 * Which pods a drain moves, and what they lose by it. `act` drains by it, the gate measures a plan by it, and the
 * condition `node-empty` is judged by it. As k8s.io/kubectl/pkg/drain/filters.go, run with `--ignore-daemonsets`.
 */

import { controllerOf } from '../kube-object.ts'
import { isTerminal, type PodObject } from './workload.ts'

/** `corev1.MirrorPodAnnotationKey`: the kubelet's picture of a static pod; evicting it changes nothing. */
const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror'

/** Mirror pods, and pods of DaemonSets that have not finished: their controller would put them right back. */
export function staysOnDrain(pod: PodObject): boolean {
  if (pod.metadata.annotations?.[MIRROR_ANNOTATION] !== undefined) return true
  return controllerOf(pod)?.kind === 'DaemonSet' && !isTerminal(pod)
}

/** Data that dies with the pod, whoever moves it. */
export function usesEmptyDir(pod: PodObject): boolean {
  return pod.spec?.volumes?.some((volume) => volume.emptyDir !== undefined) ?? false
}
