/**
 * Which pods of a node a drain evicts, skips, or stops at: the filters of `kubectl drain` in their order
 * (k8s.io/kubectl/pkg/drain/filters.go), run as with `--ignore-daemonsets`.
 *
 * No plan of ours asks for `--force`: a pod without a controller does not come back, and that is a person's decision.
 */

import { controllerOf, subjectOf, subjectText } from '../../model/kube-object.ts'
import { staysOnDrain, usesEmptyDir } from '../../model/kube/drained-pods.ts'
import { isTerminal, type PodObject } from '../../model/kube/workload.ts'

export interface Filtered {
  readonly evict: readonly PodObject[]
  /** Why the drain must not begin, a sentence a pod. */
  readonly obstacles: readonly string[]
}

export interface DrainOptions {
  readonly deleteEmptyDirData: boolean
  readonly force: boolean
}

export function filterForDrain(pods: readonly PodObject[], options: DrainOptions): Filtered {
  const candidates = pods.filter((pod) => !staysOnDrain(pod))
  const obstacles = candidates.flatMap((pod) => obstacleOf(pod, options) ?? [])
  return { evict: candidates, obstacles }
}

function obstacleOf(pod: PodObject, { deleteEmptyDirData, force }: DrainOptions): string | undefined {
  if (isTerminal(pod)) return undefined
  if (!force && controllerOf(pod) === undefined) return `${subjectText(subjectOf(pod))} has no controller and would not come back`
  if (!deleteEmptyDirData && usesEmptyDir(pod)) return `${subjectText(subjectOf(pod))} keeps data in an emptyDir, which would be lost`
  return undefined
}
