/** The pods that a scale's selector selects, by way of the index that the endpoint slice controller keeps of all pods' labels. */

import { matchesRequirement, type Requirement } from '../../../model/kube/selector.ts'
import { isPod, type PodObject } from '../../../model/kube/workload.ts'
import type { Context } from '../../controller.ts'
import { endpointSlice } from '../endpoint-slice.ts'
import type { EndpointState } from '../endpoints/endpoint-state.ts'
import { candidates } from '../label-index.ts'

/** In the order of their names. */
export function targetPods({ store, stateOf }: Context, namespace: string, requirements: readonly Requirement[]): PodObject[] {
  const exact = Object.fromEntries(requirements.flatMap(({ key, operator, values }) => (operator === 'In' && values.length === 1 ? [[key, values[0] ?? '']] : [])))
  const found = Object.keys(exact).length === 0 ? [...store.list('/Pod', namespace)] : candidates(stateOf<EndpointState>(endpointSlice.name).pods, namespace, exact).map((key) => store.byKey(key))
  const pods = found.filter((pod) => pod !== undefined).filter(isPod).filter((pod) => requirements.every((requirement) => matchesRequirement(requirement, pod.metadata.labels ?? {})))
  return pods.sort((left, right) => ((left.metadata.name ?? '') < (right.metadata.name ?? '') ? -1 : 1))
}
