/** Pods that have no node, with the scheduler's own words for why. */

import { subjectOf, type KubeObject, type Subject } from '../model/kube-object.ts'
import { conditionOf, isPod, isTerminal, isTerminating } from '../model/kube/workload.ts'

interface Objects {
  list(kind: string): Iterable<KubeObject>
}

export function unplacedPods(objects: Objects): { readonly pod: Subject; readonly reason: string }[] {
  const unplaced: { readonly pod: Subject; readonly reason: string }[] = []
  for (const pod of objects.list('/Pod')) {
    if (!isPod(pod) || isTerminal(pod) || isTerminating(pod) || (pod.spec?.nodeName ?? '') !== '') continue
    unplaced.push({ pod: subjectOf(pod), reason: conditionOf(pod, 'PodScheduled')?.message ?? 'not tried yet' })
  }
  return unplaced
}
