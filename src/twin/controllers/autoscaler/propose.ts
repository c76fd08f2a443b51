/**
 * What all metrics of an autoscaler together ask for: the most that any does. While one cannot be read, nothing shrinks
 * (`pkg/controller/podautoscaler/horizontal.go`, computeReplicasForMetrics).
 */

import type { PodObject } from '../../../model/kube/workload.ts'
import { parseSelector } from '../../../model/kube/parse-selector.ts'
import { matchesRequirement } from '../../../model/kube/selector.ts'
import type { Context } from '../../controller.ts'
import { keyOf } from '../controller-key.ts'
import type { AutoscalerObject, MetricStatus } from './autoscaler-object.ts'
import { computeMetric, type Proposal } from './compute-metric.ts'
import { NO_HISTORY, type Histories } from './history.ts'
import type { MetricsSource } from './metrics-source.ts'
import type { ScaleRead } from './read-scale.ts'
import { targetPods } from './target-pods.ts'
import { tolerancesOf } from './tolerance.ts'

interface Warning {
  readonly reason: string
  readonly message: string
}

export interface Proposed {
  /** Of each metric, in their order; an empty one where it could not be read. Undefined: none was looked at. */
  readonly statuses?: readonly MetricStatus[]
  readonly warnings: readonly Warning[]
  readonly active: { readonly isTrue: boolean; readonly reason: string; readonly message: string }
  /** Undefined: nothing can be decided; `failure` says why. */
  readonly wanted?: { readonly replicas: number; readonly metric: string }
  readonly failure?: string
}

type Read = Extract<ScaleRead, { type: 'read' }>

export function propose(context: Context<Histories>, autoscaler: AutoscalerObject, scale: Read, source: MetricsSource): Proposed {
  const { selector } = scale
  if (selector === '') return refused({ event: 'SelectorRequired', reason: 'InvalidSelector', message: "the HPA target's scale is missing a selector", failure: 'selector is required' })
  const requirements = parseSelector(selector)
  if (requirements === undefined) return refused({ event: 'InvalidSelector', reason: 'InvalidSelector', message: `couldn't convert selector into a corresponding internal selector object: ${selector}` })
  const key = keyOf(autoscaler)
  context.state.set(key, { ...(context.state.get(key) ?? NO_HISTORY), selector })
  const pods = targetPods(context, autoscaler.metadata.namespace ?? '', requirements)
  const rivals = rivalsOver(context, autoscaler, pods)
  if (rivals.length > 0) return refused({ event: 'AmbiguousSelector', reason: 'AmbiguousSelector', message: `pods by selector ${selector} are controlled by multiple HPAs: [${[key, ...rivals].sort().join(' ')}]` })
  return combined(scale, measureAll(context, autoscaler, { scale, pods, source }))
}

function refused({ event, reason, message, failure = message }: { readonly event: string; readonly reason: string; readonly message: string; readonly failure?: string }): Proposed {
  return { warnings: [{ reason: event, message: failure }], active: { isTrue: false, reason, message }, failure }
}

/** Other autoscalers of the namespace whose target selects one of these pods too. */
function rivalsOver({ state }: Context<Histories>, autoscaler: AutoscalerObject, pods: readonly PodObject[]): string[] {
  const own = keyOf(autoscaler)
  const prefix = `${autoscaler.metadata.namespace ?? ''}/`
  return Array.from(state.entries()).flatMap(([key, { selector }]) => {
    if (key === own || !key.startsWith(prefix) || selector === undefined) return []
    const requirements = parseSelector(selector) ?? []
    return pods.some(({ metadata }) => requirements.every((requirement) => matchesRequirement(requirement, metadata.labels ?? {}))) ? [key] : []
  })
}

function measureAll(context: Context<Histories>, autoscaler: AutoscalerObject, { scale, pods, source }: { readonly scale: Read; readonly pods: readonly PodObject[]; readonly source: MetricsSource }): readonly Proposal[] {
  const { profile } = context
  const nowMs = context.nowMs()
  const calculation = { replicas: scale.replicas, pods, tolerances: tolerancesOf(autoscaler, profile), profile, nowMs }
  const measured = { target: { kind: scale.target.kind, namespace: scale.target.namespace ?? '', name: scale.target.name }, pods, nowMs }
  return (autoscaler.spec?.metrics ?? []).map((spec) => computeMetric(spec, { source, measured, calculation, statusReplicas: scale.statusReplicas }))
}

function combined({ replicas: current }: Read, proposals: readonly Proposal[]): Proposed {
  const failed = proposals.filter((proposal) => proposal.type === 'failed')
  const found = proposals.filter((proposal) => proposal.type === 'replicas')
  const [first] = failed
  // Upstream starts from 0, which the first metric always replaces.
  const most = found.reduce((best, { replicas, name }) => (best.replicas === 0 || replicas > best.replicas ? { replicas, metric: name } : best), { replicas: 0, metric: '' })
  const failure = first === undefined ? {} : { failure: `invalid metrics (${failed.length} invalid out of ${proposals.length}), first error is: ${first.message}` }
  const statuses = proposals.map((proposal) => (proposal.type === 'replicas' ? proposal.status : { type: '' }))
  const warnings = failed.map(({ reason, inner }) => ({ reason, message: inner }))
  if (first !== undefined && (found.length === 0 || most.replicas < current)) {
    return { statuses, warnings, ...failure, active: { isTrue: false, reason: first.reason, message: `the HPA was unable to compute the replica count: ${first.inner}` } }
  }
  return { statuses, warnings, ...failure, wanted: most, active: { isTrue: true, reason: 'ValidMetricFound', message: `the HPA was able to successfully calculate a replica count from ${most.metric}` } }
}
