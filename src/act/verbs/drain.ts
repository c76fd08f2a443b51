/**
 * Drain: cordon, filter, evict within the budgets, wait until the pods are gone. What `kubectl drain
 * --ignore-daemonsets` does, step for step; never past a budget.
 *
 * As with kubectl, an obstacle stops the drain before anything is evicted and leaves the node cordoned; the
 * plan's undo uncordons it.
 */

import { subjectText } from '../../model/kube-object.ts'
import { isPod, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import { locate } from '../locate.ts'
import { already, ready, refused, type ActionOf, type VerbContext, type VerbHandler, type VerbResult } from '../verb.ts'
import { filterForDrain } from './drain-filter.ts'
import { evictPods } from './evict-pods.ts'
import { resultOfEvictions } from './eviction-result.ts'
import { isUnschedulable, setSchedulable } from './set-schedulable.ts'

export const drain: VerbHandler<'drain'> = {
  async prepare(action, context) {
    const found = await locate(context.hands, action.target)
    if (found.type !== 'found') return refused(found.detail)
    const cordoned = isUnschedulable(found.object)
    const pods = await podsToMove(action, context)
    if (cordoned && pods.evict.length === 0) return already(`${subjectText(action.target)} is cordoned and holds nothing to evict`)
    return ready(async () => {
      if (!cordoned) await setSchedulable(context.hands, { target: action.target, uid: found.uid, unschedulable: true })
      return emptyNode(action, context)
    })
  },
  inverse: async (action) => ({ verb: 'uncordon', target: action.target }),
}

/** Lists again after the cordon: a pod may have landed in between. */
async function emptyNode(action: ActionOf<'drain'>, context: VerbContext): Promise<VerbResult> {
  const { evict, obstacles } = await podsToMove(action, context)
  if (obstacles.length > 0) return { outcome: 'refused', detail: `${subjectText(action.target)} is cordoned but not drained: ${obstacles.join('; ')}` }
  const onlyWaiting = evict.every(isTerminating)
  context.onProgress?.(`evicting ${evict.length} ${evict.length === 1 ? 'pod' : 'pods'} from ${subjectText(action.target)}`)
  const summary = await evictPods(evict, context, action.timeoutMs)
  const waited = onlyWaiting && context.hands.requests() === 0
  const done = waited ? 'the pods that were terminating are gone; nothing was left to evict' : `${summary.gone} ${summary.gone === 1 ? 'pod' : 'pods'} left ${subjectText(action.target)}`
  const result = resultOfEvictions(summary, { operation: 'drain', done, timeoutMs: action.timeoutMs })
  return waited && result.outcome === 'applied' ? { ...result, outcome: 'already' } : result
}

async function podsToMove(action: ActionOf<'drain'>, { hands }: VerbContext): Promise<ReturnType<typeof filterForDrain>> {
  const { items } = await hands.list({ apiVersion: 'v1', kind: 'Pod', fieldSelector: `spec.nodeName=${action.target.name}` })
  const pods: readonly PodObject[] = items.filter(isPod)
  return filterForDrain(pods, { deleteEmptyDirData: action.deleteEmptyDirData ?? false, force: action.force ?? false })
}
