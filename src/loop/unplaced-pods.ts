/** Pods that have no node, with the scheduler's own words for why. One that has only just been made waits for its turn, and nothing is wrong. */

import { subjectOf, type KubeObject, type Subject } from '../model/kube-object.ts'
import { conditionOf, isPod, isTerminal, isTerminating } from '../model/kube/workload.ts'

interface Objects {
  list(kind: string): Iterable<KubeObject>
}

const TURN_MS = 5_000

export function unplacedPods(objects: Objects, nowMs: number): { readonly pod: Subject; readonly reason: string }[] {
  const unplaced: { readonly pod: Subject; readonly reason: string }[] = []
  for (const pod of objects.list('/Pod')) {
    if (!isPod(pod) || isTerminal(pod) || isTerminating(pod) || (pod.spec?.nodeName ?? '') !== '') continue
    const reason = conditionOf(pod, 'PodScheduled')?.message
    if (reason !== undefined || Date.parse(pod.metadata.creationTimestamp ?? '') + TURN_MS <= nowMs) unplaced.push({ pod: subjectOf(pod), reason: reason ?? 'no scheduler has tried it' })
  }
  return unplaced
}
