/**
 * Which causes matter to what fired. A fault elsewhere in the cluster may be real and is still not tonight's; a risk
 * that hurts nobody now matters only where a signal names it; what was broken long before the rest is old noise.
 */

import type { DroppedHypothesis } from '../model/diagnosis.ts'
import { subjectText } from '../model/kube-object.ts'
import { keyOf } from '../model/topology/ownership.ts'
import type { View } from '../model/view.ts'
import { beganMs } from './began.ts'
import type { Kept } from './consequences.ts'
import { placeOf, type Place } from './finding-units.ts'
import type { Scope } from './scope.ts'

export interface Relevant {
  readonly kept: readonly (Kept & { readonly distance: number })[]
  readonly dropped: readonly DroppedHypothesis[]
}

/** Trouble that began this long before the rest is another story. */
const OLD_MS = 24 * 60 * 60_000

export function dropIrrelevant(options: { readonly view: View; readonly scope: Scope; readonly causes: readonly Kept[] }): Relevant {
  const { view, scope, causes } = options
  const judged = causes.map((cause) => ({ cause, distance: distanceOf(view, scope, cause) }))
  const near = judged.filter((item) => item.distance !== undefined)
  const referenceMs = referenceTime(scope, near.map((item) => beganMs(view, item.cause.finding)))
  const verdicts = judged.map((item) => ({ ...item, reason: whyDropped({ scope, ...item, referenceMs, sinceMs: beganMs(view, item.cause.finding), alone: near.length === 1 }) }))
  const hurts = verdicts.some(({ cause, reason }) => reason === undefined && !isRisk(cause))
  const final = verdicts.map((item) => (item.reason === undefined && hurts && isRisk(item.cause) ? { ...item, reason: UNFELT } : item))
  return {
    kept: final.filter(({ reason }) => reason === undefined).map(({ cause, distance }) => ({ ...cause, distance: distance ?? 0 })),
    dropped: final.flatMap(({ cause, reason }) => (reason === undefined ? [] : [droppedFor(cause, reason)])),
  }
}

/** A risk at the very place that rang is worth a word where nothing else is wrong there. */
const UNFELT = 'a risk that nothing suffers from now'

function isRisk({ finding }: Kept): boolean {
  return finding.symptoms.length === 0
}

function droppedFor({ finding: { hazard, subject, summary } }: Kept, reason: string): DroppedHypothesis {
  return { hazard, subject, summary, reason }
}

interface Judgement {
  readonly scope: Scope
  readonly cause: Kept
  readonly distance: number | undefined
  readonly referenceMs: number | undefined
  readonly sinceMs: number | undefined
  readonly alone: boolean
}

function whyDropped({ scope, cause, distance, referenceMs, sinceMs, alone }: Judgement): string | undefined {
  if (distance === undefined) return `elsewhere: ${scope.targets.map(subjectText).join(', ')} does not depend on it`
  if (isRisk(cause) && (scope.units.length === 0 || distance > 0)) return UNFELT
  const direct = scope.units.length > 0 && distance === 0
  const old = !alone && !direct && sinceMs !== undefined && referenceMs !== undefined && referenceMs - sinceMs > OLD_MS
  return old ? `older than the incident: it began ${Math.round(((referenceMs ?? 0) - (sinceMs ?? 0)) / 3_600_000)} h before` : undefined
}

/** Steps from what fired to this cause or to something it explains; undefined when there is no way. */
export function distanceOf(view: View, scope: Scope, cause: Kept): number | undefined {
  if (scope.units.length === 0) return 0
  const distances = [cause.finding, ...cause.explained].flatMap((finding) => {
    const place = placeOf(view, finding)
    return [...place.keys, ...cited(scope, place)].map((key) => scope.upstream.get(key)).filter((distance) => distance !== undefined)
  })
  return distances.length === 0 ? undefined : Math.min(...distances)
}

/** An alert may point at what a finding read: then it is about that finding, whatever its subject. */
function cited(scope: Scope, place: Place): string[] {
  return scope.units.map(keyOf).filter((key) => place.cited.has(key))
}

/** When the alert began, else when the newest of the causes did. */
function referenceTime(scope: Scope, began: readonly (number | undefined)[]): number | undefined {
  const times = began.filter((time) => time !== undefined)
  return scope.startedMs ?? (times.length === 0 ? undefined : Math.max(...times))
}
