/**
 * Which causes matter to what fired. A fault elsewhere in the cluster may be real and is still not tonight's; a risk
 * that hurts nobody now matters only where a signal names it; what was broken long before the rest is old noise.
 */

import type { DroppedHypothesis } from '../model/diagnosis.ts'
import { subjectText } from '../model/kube-object.ts'
import type { View } from '../model/view.ts'
import type { Kept } from './consequences.ts'
import { placeOf } from './finding-units.ts'
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
  const referenceMs = referenceTime(scope, near.map((item) => item.cause))
  const kept: (Kept & { readonly distance: number })[] = []
  const dropped: DroppedHypothesis[] = []
  for (const { cause, distance } of judged) {
    const reason = whyDropped({ scope, cause, distance, referenceMs, alone: near.length === 1 })
    if (reason === undefined) kept.push({ ...cause, distance: distance ?? 0 })
    else dropped.push({ hazard: cause.finding.hazard, subject: cause.finding.subject, summary: cause.finding.summary, reason })
  }
  return { kept, dropped }
}

interface Judgement {
  readonly scope: Scope
  readonly cause: Kept
  readonly distance: number | undefined
  readonly referenceMs: number | undefined
  readonly alone: boolean
}

function whyDropped({ scope, cause, distance, referenceMs, alone }: Judgement): string | undefined {
  const { symptoms, sinceMs } = cause.finding
  if (distance === undefined) return `elsewhere: ${scope.targets.map(subjectText).join(', ')} does not depend on it`
  if (symptoms.length === 0 && (scope.units.length === 0 || distance > 0)) return 'a risk that nothing suffers from now'
  const direct = scope.units.length > 0 && distance === 0
  const old = !alone && !direct && sinceMs !== undefined && referenceMs !== undefined && referenceMs - sinceMs > OLD_MS
  return old ? `older than the incident: it began ${Math.round(((referenceMs ?? 0) - (sinceMs ?? 0)) / 3_600_000)} h before` : undefined
}

/** Steps from what fired to this cause or to something it explains; undefined when there is no way. */
function distanceOf(view: View, scope: Scope, cause: Kept): number | undefined {
  if (scope.units.length === 0) return 0
  const distances = [cause.finding, ...cause.explained].flatMap((finding) => {
    const place = placeOf(view, finding)
    return [...place.keys].map((key) => scope.upstream.get(key)).filter((distance) => distance !== undefined)
  })
  return distances.length === 0 ? undefined : Math.min(...distances)
}

/** When the alert began, else when the newest of the causes did. */
function referenceTime(scope: Scope, causes: readonly Kept[]): number | undefined {
  const times = causes.map((cause) => cause.finding.sinceMs).filter((time) => time !== undefined)
  return scope.startedMs ?? (times.length === 0 ? undefined : Math.max(...times))
}
