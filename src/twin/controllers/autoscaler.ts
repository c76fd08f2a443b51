/**
 * The HorizontalPodAutoscaler controller (`pkg/controller/podautoscaler`): every 15 seconds it sets the size of its target,
 * whoever else has set it meanwhile. Where a metric cannot be read it says so and holds.
 *
 * Scaling to and from zero is behind a gate that is off in every release that the twin plays.
 */

import { isFault } from '../../kernel/fault.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { toKubeTime } from '../../kernel/clock.ts'
import type { Context, Controller } from '../controller.ts'
import { CowMap } from '../cow-map.ts'
import { behaviourOf, minReplicasOf, type AutoscalerObject, type MetricStatus } from './autoscaler/autoscaler-object.ts'
import { NO_HISTORY, withScaleEvent, type Histories, type History } from './autoscaler/history.ts'
import type { MetricsSource } from './autoscaler/metrics-source.ts'
import { normalise } from './autoscaler/normalise.ts'
import { propose } from './autoscaler/propose.ts'
import { readScale, type ScaleRead } from './autoscaler/read-scale.ts'
import { withSaid, type Said } from './autoscaler/status-conditions.ts'
import type { WorkloadCondition } from './conditions.ts'
import { keyOf, objectAt } from './controller-key.ts'

const TYPE = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' }
const PERIOD_MS = 15_000

/** `metricsOf` gives the metrics APIs as they answer now. */
export function createAutoscaler(metricsOf: (context: Context<Histories>) => MetricsSource): Controller<Histories> {
  return {
    name: 'horizontal-pod-autoscaler',
    watches: ['autoscaling/HorizontalPodAutoscaler'],
    latencyMs: PERIOD_MS,
    createState: () => new CowMap(),
    keysFor: (change) => [keyOf((change.after ?? change.before) as AutoscalerObject)],
    sync(key, context) {
      const found = objectAt(context.store, TYPE, key) as AutoscalerObject | undefined
      if (found === undefined) return context.state.delete(key)
      reconcile(context, found, metricsOf(context))
      context.wakeAfter(key, context.profile.hpaSyncPeriodMs)
    },
  }
}

function reconcile(context: Context<Histories>, autoscaler: AutoscalerObject, source: MetricsSource): void {
  const status = statusDraft(context, autoscaler)
  const scale = readScale(context, autoscaler)
  if (scale.type === 'failed') {
    context.recordEvent(autoscaler, { type: 'Warning', reason: 'FailedGetScale', message: scale.message })
    status.say({ type: 'AbleToScale', isTrue: false, reason: 'FailedGetScale', message: `the HPA controller was unable to get the target's current scale: ${scale.message}` })
    return status.writeConditions()
  }
  status.say({ type: 'AbleToScale', isTrue: true, reason: 'SucceededGetScale', message: "the HPA controller was able to get the target's current scale" })
  rememberStart(context, autoscaler, scale.replicas)
  const decision = decide(context, autoscaler, { scale, source, status })
  if (decision === undefined) return
  const { replicas, reason, statuses } = decision
  if (replicas === scale.replicas) return status.write({ current: scale.replicas, desired: scale.replicas, statuses })
  resize(context, autoscaler, { scale, to: replicas, reason, statuses, status })
}

/**
 * `recordInitialRecommendation`: the size at the first look holds for a window. One that was at work before the twin began
 * has recommended what its status says, however the target was resized since.
 */
function rememberStart(context: Context<Histories>, autoscaler: AutoscalerObject, replicas: number): void {
  const key = keyOf(autoscaler)
  const history = context.state.get(key) ?? NO_HISTORY
  if (history.recommendations.length > 0) return
  const before = autoscaler.status?.desiredReplicas ?? 0
  context.state.set(key, { ...history, recommendations: [{ replicas: before > 0 ? before : replicas, atMs: context.nowMs() }] })
}

type Read = Extract<ScaleRead, { type: 'read' }>

interface Decision {
  readonly replicas: number
  readonly reason: string
  readonly statuses?: readonly MetricStatus[] | undefined
}

/** Undefined where nothing can be decided; the status says so then. */
function decide(context: Context<Histories>, autoscaler: AutoscalerObject, { scale, source, status }: { readonly scale: Read; readonly source: MetricsSource; readonly status: StatusDraft }): Decision | undefined {
  const [current, min, max] = [scale.replicas, minReplicasOf(autoscaler), autoscaler.spec?.maxReplicas ?? 0]
  if (current === 0) {
    status.say({ type: 'ScalingActive', isTrue: false, reason: 'ScalingDisabled', message: 'scaling is disabled since the replica count of the target is zero' })
    return { replicas: 0, reason: '' }
  }
  if (current > max) return { replicas: max, reason: 'Current number of replicas above Spec.MaxReplicas' }
  if (current < min) return { replicas: min, reason: 'Current number of replicas below Spec.MinReplicas' }
  const proposed = propose(context, autoscaler, scale, source)
  for (const { reason, message } of proposed.warnings) context.recordEvent(autoscaler, { type: 'Warning', reason, message })
  status.say({ type: 'ScalingActive', ...proposed.active })
  if (proposed.wanted !== undefined) return within(context, autoscaler, { current, wanted: proposed.wanted, status, statuses: proposed.statuses })
  status.write({ current, desired: autoscaler.status?.desiredReplicas ?? 0, statuses: proposed.statuses })
  context.recordEvent(autoscaler, { type: 'Warning', reason: 'FailedComputeMetricsReplicas', message: proposed.failure ?? '' })
  return undefined
}

interface Want {
  readonly current: number
  readonly wanted: { readonly replicas: number; readonly metric: string }
  readonly statuses: readonly MetricStatus[] | undefined
  readonly status: StatusDraft
}

function within(context: Context<Histories>, autoscaler: AutoscalerObject, { current, wanted, statuses, status }: Want): Decision {
  const history = historyOf(context, autoscaler)
  const { profile } = context
  const normalised = normalise({ current, desired: wanted.replicas, min: minReplicasOf(autoscaler), max: autoscaler.spec?.maxReplicas ?? 0, history, profile, nowMs: context.nowMs() }, behaviourOf(autoscaler))
  context.state.set(keyOf(autoscaler), { ...history, recommendations: normalised.recommendations })
  status.say({ type: 'AbleToScale', isTrue: true, ...normalised.ableToScale })
  const { isLimited, ...limited } = normalised.limited
  status.say({ type: 'ScalingLimited', isTrue: isLimited, ...limited })
  const reason = wanted.replicas > current ? `${wanted.metric} above target` : wanted.replicas < current ? 'All metrics below target' : ''
  return { replicas: normalised.replicas, reason, statuses }
}

function historyOf({ state }: Context<Histories>, autoscaler: AutoscalerObject): History {
  return state.get(keyOf(autoscaler)) ?? NO_HISTORY
}

function resize(context: Context<Histories>, autoscaler: AutoscalerObject, { scale, to, reason, statuses, status }: { readonly scale: Read; readonly to: number; readonly reason: string; readonly statuses?: readonly MetricStatus[] | undefined; readonly status: StatusDraft }): void {
  const { target, replicas: from } = scale
  const { apiVersion, kind, name, namespace = '' } = target
  try {
    context.api.update({ apiVersion, kind, metadata: { name, namespace }, spec: { replicas: to } }, { subresource: 'scale' })
  } catch (error) {
    if (!isFault(error)) throw error
    context.recordEvent(autoscaler, { type: 'Warning', reason: 'FailedRescale', message: `New size: ${to}; reason: ${reason}; error: ${error.message}` })
    status.say({ type: 'AbleToScale', isTrue: false, reason: 'FailedUpdateScale', message: `the HPA controller was unable to update the target scale: ${error.message}` })
    return status.write({ current: from, desired: autoscaler.status?.desiredReplicas ?? 0, statuses })
  }
  status.say({ type: 'AbleToScale', isTrue: true, reason: 'SucceededRescale', message: `the HPA controller was able to update the target scale to ${to}` })
  context.recordEvent(autoscaler, { type: 'Normal', reason: 'SuccessfulRescale', message: `New size: ${to}; reason: ${reason}` })
  context.state.set(keyOf(autoscaler), withScaleEvent(historyOf(context, autoscaler), behaviourOf(autoscaler), { from, to, nowMs: context.nowMs() }))
  status.write({ current: from, desired: to, statuses, isRescaled: true })
}

interface StatusDraft {
  say(said: Said): void
  /** The conditions alone; the counts stay. */
  writeConditions(): void
  write(counts: { readonly current: number; readonly desired: number; readonly statuses: readonly MetricStatus[] | undefined; readonly isRescaled?: boolean }): void
}

function statusDraft(context: Context, autoscaler: AutoscalerObject): StatusDraft {
  let conditions = (autoscaler.status?.conditions ?? []) as readonly WorkloadCondition[]
  const write = (status: object): void => {
    if (!jsonEqual(status, autoscaler.status)) context.api.updateStatus(autoscaler, status)
  }
  return {
    say(said) {
      conditions = withSaid(conditions, said, context.nowMs())
    },
    writeConditions: () => write({ ...autoscaler.status, conditions }),
    write({ current, desired, statuses, isRescaled = false }) {
      const lastScaleTime = isRescaled ? toKubeTime(context.nowMs()) : autoscaler.status?.lastScaleTime
      write({ ...(current === 0 ? {} : { currentReplicas: current }), desiredReplicas: desired, ...(lastScaleTime === undefined ? {} : { lastScaleTime }), currentMetrics: statuses ?? null, conditions })
    },
  }
}
