/**
 * What controllers and kubelets remember and no object holds: how far a back-off has gone, since when a taint is felt, what was
 * recommended, how often a pod was tried. The twin infers it where it resumes (`resume-pod.ts`, the controllers' first look); here
 * it is said, of those snapshots only in which it matters.
 */

import type { Taint } from 'kubernetes-types/core/v1.d.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { conditionOf, containerStatusesOf, isNode, isPod, isReady, isTerminal, type PodObject } from '../../model/kube/workload.ts'
import { componentsIn } from '../gaps/component-flags.ts'

const NAMED_MAX = 3

/** One sentence for each sort of memory that the snapshot makes the twin guess. */
export function hiddenState(objects: readonly KubeObject[]): string[] {
  const pods = objects.filter(isPod)
  const nodes = objects.filter(isNode)
  const say = (some: readonly KubeObject[], text: (names: string) => string): string[] => (some.length === 0 ? [] : [text(namesOf(some))])
  const evicting = nodes.filter(({ spec }) => noExecute(spec?.taints).length > 0)
  return [
    ...say(pods.filter((pod) => waitsFor(pod, /^CrashLoopBackOff$/)), (names) => `How long ${names} still waits to start is taken from the back-off that its status names, else from its number of restarts.`),
    ...say(pods.filter((pod) => waitsFor(pod, /^(ImagePullBackOff|ErrImagePull)$/)), (names) => `Half of the wait before the next pull of ${names} is assumed to be over.`),
    ...say(evicting.filter(({ spec }) => noExecute(spec?.taints).every(({ timeAdded }) => timeAdded !== undefined)), (names) => `How long pods may still stay on ${names} is counted from the time that its taint names.`),
    ...say(evicting.filter(({ spec }) => noExecute(spec?.taints).some(({ timeAdded }) => timeAdded === undefined)), (names) => `A taint of ${names} names no time: pods are assumed to have just met it.`),
    ...say(nodes.filter((node) => conditionOf(node, 'Ready') !== undefined && !isReady(node)), (names) => `No node near ${names} is assumed to have been tainted just before: its zone may evict the next one at once.`),
    ...say(objects.filter(isScaled), (names) => `What ${names} recommended before is assumed to be its present size (desiredReplicas), for the whole of its window.`),
    ...say(pods.filter(isUnplaced), (names) => `How often the scheduler has tried ${names} is not known: it is tried anew at once.`),
    ...schedulerAssumed(objects),
    ...say(objects.filter(hasFailures), (names) => `The back-off of ${names} is counted from the ends of the failed pods that are still there.`),
  ]
}

/** Nothing in the API shows its settings but the flags of its own pod, where that is one of the cluster. */
function schedulerAssumed(objects: readonly KubeObject[]): string[] {
  const seen = componentsIn(objects).filter(({ component }) => component === 'kube-scheduler')
  if (seen.length === 0) return ['The scheduler is assumed to have its default profile: its settings are not to be seen.']
  const [plain] = seen.filter(({ flags }) => !flags.has('config'))
  return plain === undefined ? [] : [`The scheduler has its default profile: ${subjectText(subjectOf(plain.pod))} starts it without a configuration.`]
}

function namesOf(objects: readonly KubeObject[]): string {
  const names = objects.slice(0, NAMED_MAX).map((object) => subjectText(subjectOf(object))).join(', ')
  return objects.length > NAMED_MAX ? `${names} and ${objects.length - NAMED_MAX} more` : names
}

function noExecute(taints: readonly Taint[] = []): Taint[] {
  return taints.filter(({ effect }) => effect === 'NoExecute')
}

function waitsFor(pod: PodObject, reason: RegExp): boolean {
  return containerStatusesOf(pod).some(({ state }) => reason.test(state?.waiting?.reason ?? ''))
}

function isScaled(object: KubeObject): boolean {
  return object.kind === 'HorizontalPodAutoscaler' && ((object['status'] as { readonly desiredReplicas?: number } | undefined)?.desiredReplicas ?? 0) > 0
}

function isUnplaced(pod: PodObject): boolean {
  return (pod.spec?.nodeName ?? '') === '' && !isTerminal(pod) && ((pod.spec as { readonly schedulingGates?: readonly object[] } | undefined)?.schedulingGates ?? []).length === 0
}

function hasFailures(object: KubeObject): boolean {
  const failed = (object['status'] as { readonly failed?: number } | undefined)?.failed ?? 0
  return object.kind === 'Job' && failed > 0 && ['Failed', 'Complete'].every((type) => conditionOf(object, type)?.status !== 'True')
}
