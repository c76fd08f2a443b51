/** Which nodes a pod spec could go to, as far as selectors and required affinity say. */

import type { NodeSelectorTerm, PodSpec, Taint, Toleration } from 'kubernetes-types/core/v1.d.ts'
import { matchesRequirement, type Labels } from '../../model/kube/selector.ts'

export function matchesNodeSelector(spec: PodSpec, labels: Labels = {}): boolean {
  const exact = Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value)
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  return exact && (terms === undefined || terms.some((term) => matchesTerm(term, labels)))
}

function matchesTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, labels: Labels): boolean {
  return matchFields.length === 0 && matchExpressions.every(({ key, operator, values = [] }) => matchesRequirement({ key, operator: operator as 'In', values }, labels))
}

/** As the scheduler has it: an empty key with Exists tolerates everything. */
export function tolerates(tolerations: readonly Toleration[] = [], taint: Taint): boolean {
  return tolerations.some(({ key = '', operator = 'Equal', value = '', effect }) => (effect === undefined || effect === taint.effect) && (key === '' ? operator === 'Exists' : key === taint.key && (operator === 'Exists' || value === (taint.value ?? ''))))
}
