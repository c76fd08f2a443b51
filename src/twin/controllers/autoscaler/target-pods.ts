/** The pods that a scale's selector selects. */

import { matchesRequirement, type Requirement } from '../../../model/kube/selector.ts'
import { isPod, type PodObject } from '../../../model/kube/workload.ts'
import type { Context } from '../../controller.ts'

/** In the order of their names. */
export function targetPods({ store }: Context, namespace: string, requirements: readonly Requirement[]): PodObject[] {
  const exact = Object.fromEntries(requirements.flatMap(({ key, operator, values }) => (operator === 'In' && values.length === 1 ? [[key, values[0] ?? '']] : [])))
  const found = Object.keys(exact).length === 0 ? [...store.list('/Pod', namespace)] : store.podsCarrying(namespace, exact)
  const pods = found.filter(isPod).filter((pod) => requirements.every((requirement) => matchesRequirement(requirement, pod.metadata.labels ?? {})))
  return pods.sort((left, right) => ((left.metadata.name ?? '') < (right.metadata.name ?? '') ? -1 : 1))
}
