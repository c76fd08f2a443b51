/** Evict: asks one pod to go, within its budget, and waits until it has gone. */

import { subjectText } from '../../model/kube-object.ts'
import { isPod, isTerminating } from '../../model/kube/workload.ts'
import { lacksIdentity, locate } from '../locate.ts'
import { already, noInverse, ready, refused, type VerbHandler } from '../verb.ts'
import { evictPods } from './evict-pods.ts'
import { resultOfEvictions } from './eviction-result.ts'

export const evict: VerbHandler<'evict'> = {
  async prepare(action, context) {
    const nameless = lacksIdentity(context.hands, action.target)
    if (nameless !== undefined) return refused(nameless)
    const found = await locate(context.hands, action.target)
    if (found.type !== 'found') return already(`the pod is gone: ${found.detail}`)
    const pod = found.object
    if (!isPod(pod)) return refused(`${subjectText(action.target)} is not a pod`)
    return ready(async () => {
      const summary = await evictPods([pod], context, action.timeoutMs)
      const done = `${subjectText(action.target)} ${isTerminating(pod) ? 'was terminating already and is gone' : 'was evicted and is gone'}`
      const result = resultOfEvictions(summary, { operation: 'evict', done, timeoutMs: action.timeoutMs })
      return result.outcome === 'applied' && isTerminating(pod) ? { ...result, outcome: 'already' } : result
    })
  },
  inverse: noInverse,
}
