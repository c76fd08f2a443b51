/**
 * Label keys of affinity terms and of spread constraints (`pkg/registry/core/pod/strategy.go`,
 * applyMatchLabelKeysAndMismatchLabelKeys and applyMatchLabelKeys): on creation the pod's own values are written into the
 * selector. Of affinity terms the scheduler reads only the selector.
 */

import type { PodAffinity, PodAffinityTerm, PodSpec, TopologySpreadConstraint } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { Labels } from '../../model/kube/selector.ts'
import { within, withinEach } from './fill.ts'

export function withLabelKeys(pod: KubeObject): KubeObject {
  const spec = pod['spec'] as PodSpec | undefined
  if (spec?.affinity === undefined && spec?.topologySpreadConstraints === undefined) return pod
  const labels = pod.metadata.labels ?? {}
  const merge = (term: PodAffinityTerm): PodAffinityTerm => withKeys(term, labels)
  const side = (affinity: PodAffinity): PodAffinity =>
    withinEach(withinEach(affinity, 'requiredDuringSchedulingIgnoredDuringExecution', merge), 'preferredDuringSchedulingIgnoredDuringExecution', (weighted: { podAffinityTerm: PodAffinityTerm }) =>
      within(weighted, 'podAffinityTerm', merge),
    )
  const related = within(spec, 'affinity', (affinity: object) => within(within(affinity, 'podAffinity', side), 'podAntiAffinity', side))
  return { ...pod, spec: withinEach(related, 'topologySpreadConstraints', (constraint: TopologySpreadConstraint) => withKeys(constraint, labels)) }
}

type Keyed = Pick<PodAffinityTerm, 'labelSelector' | 'matchLabelKeys' | 'mismatchLabelKeys'>

function withKeys<T extends Keyed>(term: T, labels: Labels): T {
  if (term.labelSelector === undefined) return term
  const expressions = [...expressionsOf(term.matchLabelKeys, 'In', labels), ...expressionsOf(term.mismatchLabelKeys, 'NotIn', labels)]
  if (expressions.length === 0) return term
  return { ...term, labelSelector: { ...term.labelSelector, matchExpressions: [...(term.labelSelector.matchExpressions ?? []), ...expressions] } }
}

function expressionsOf(keys: readonly string[] | undefined, operator: string, labels: Labels): { key: string; operator: string; values: string[] }[] {
  return (keys ?? []).flatMap((key) => (labels[key] === undefined ? [] : [{ key, operator, values: [labels[key]] }]))
}
