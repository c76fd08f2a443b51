/** Resizes that wait for room: whose turn it is when some is made (`pkg/kubelet/allocation`, sortPendingResizes). */

import { jsonEqual } from '../../kernel/json.ts'
import { containerStatusesOf, isPod, isTerminal, type PodObject } from '../../model/kube/workload.ts'
import type { Change, StoreReader } from '../store.ts'
import type { KubeletState } from './state.ts'

/** Paths (`namespace/name`) of the pods to judge again after this change, in their order; none where it made no room. */
export function resizesToJudge({ before, after }: Change, store: Pick<StoreReader, 'get'>, state: KubeletState): string[] {
  if (before === undefined || !isPod(before) || !makesRoom(before, after !== undefined && isPod(after) ? after : undefined)) return []
  const waiting = [...state.deferred.values()].flatMap((path) => {
    const [namespace = '', name = ''] = path.split('/')
    const pod = store.get({ apiVersion: 'v1', kind: 'Pod', namespace, name })
    return pod !== undefined && isPod(pod) && pod.spec?.nodeName === before.spec?.nodeName ? [{ path, pod }] : []
  })
  return waiting.sort((left, right) => byTurn(state, left.pod, right.pod)).map(({ path }) => path)
}

function makesRoom(before: PodObject, after: PodObject | undefined): boolean {
  if (after === undefined || isTerminal(after)) return !isTerminal(before)
  const sizes = (pod: PodObject): unknown => containerStatusesOf(pod).map(({ name, ...status }) => ({ name, size: (status as { resources?: object }).resources }))
  return before.status !== after.status && !jsonEqual(sizes(before), sizes(after))
}

/** Resizes that ask for less never wait. Of the others the higher priority, then the guaranteed, then who waits longest. */
function byTurn(state: KubeletState, left: PodObject, right: PodObject): number {
  const priority = ({ spec }: PodObject): number => spec?.priority ?? 0
  const rank = ({ status }: PodObject): number => (status?.qosClass === 'Guaranteed' ? 0 : 1)
  const since = ({ metadata }: PodObject): number => state.pods.get(metadata.uid ?? '')?.resize?.pending?.sinceMs ?? Infinity
  return priority(right) - priority(left) || rank(left) - rank(right) || since(left) - since(right)
}
