/**
 * What the autoscaler remembers of each HorizontalPodAutoscaler: which sizes it would have chosen lately, and how far it
 * moved. Entries that no window reaches any more are overwritten, one a time, as upstream does.
 */

import type { CowMap } from '../../cow-map.ts'
import type { Behaviour, ScalingRules } from './autoscaler-object.ts'

export interface Recommendation {
  readonly replicas: number
  readonly atMs: number
}

export interface ScaleEvent {
  /** Without sign. */
  readonly change: number
  readonly atMs: number
  /** Once past the longest period, an event may be overwritten for good, even where the period grows again. */
  readonly isOutdated: boolean
}

export interface History {
  readonly recommendations: readonly Recommendation[]
  readonly ups: readonly ScaleEvent[]
  readonly downs: readonly ScaleEvent[]
  /** Of the target, as last read: who else scales these pods is found by it. */
  readonly selector?: string
}

/** By `namespace/name`. */
export type Histories = CowMap<History>

export const NO_HISTORY: History = { recommendations: [], ups: [], downs: [] }

/** Puts the newest in the place of the last one that is old, or at the end. */
export function overwriteOld<T>(entries: readonly T[], newest: T, isOld: (entry: T) => boolean): readonly T[] {
  const place = entries.findLastIndex(isOld)
  return place < 0 ? [...entries, newest] : entries.with(place, newest)
}

/** `storeScaleEvent`: only behaviours ask for it. */
export function withScaleEvent(history: History, behaviour: Behaviour | undefined, move: { readonly from: number; readonly to: number; readonly nowMs: number }): History {
  if (behaviour === undefined) return history
  const { from, to, nowMs } = move
  const [side, rules] = to > from ? (['ups', behaviour.scaleUp] as const) : (['downs', behaviour.scaleDown] as const)
  const cutoffMs = nowMs - longestPeriodMs(rules)
  const marked = history[side].map((event) => (event.atMs < cutoffMs ? { ...event, isOutdated: true } : event))
  const newest = { change: Math.abs(to - from), atMs: nowMs, isOutdated: false }
  return { ...history, [side]: overwriteOld(marked, newest, ({ isOutdated }) => isOutdated) }
}

function longestPeriodMs(rules: ScalingRules): number {
  return Math.max(0, ...(rules.policies ?? []).map(({ periodSeconds }) => periodSeconds)) * 1000
}

/** `getReplicasChangePerPeriod`. */
export function movedWithin(events: readonly ScaleEvent[], periodSeconds: number, nowMs: number): number {
  return events.reduce((sum, { atMs, change }) => (atMs > nowMs - periodSeconds * 1000 ? sum + change : sum), 0)
}
