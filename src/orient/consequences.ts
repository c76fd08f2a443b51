/**
 * Which findings are consequences of others.
 *
 * Two ways: a hazard says which other hazards its own presence explains, and both are felt in the same place; or one
 * finding waits on a dependency (`facts.dependent`) and the other is the fault of what it depends on. Of two that
 * explain each other, the surer one stands.
 */

import type { DroppedHypothesis } from '../model/diagnosis.ts'
import type { Finding } from '../model/hazard.ts'
import { subjectText } from '../model/kube-object.ts'
import { upstreamOf } from '../model/topology/upstream.ts'
import type { View } from '../model/view.ts'
import { placeOf, type Place } from './finding-units.ts'

export interface Kept {
  readonly finding: Finding
  /** Findings that this one explains. */
  readonly explained: readonly Finding[]
}

export interface Consequences {
  readonly kept: readonly Kept[]
  readonly dropped: readonly DroppedHypothesis[]
}

interface Placed {
  readonly finding: Finding
  readonly place: Place
}

/** A consequence may be seen a little before its cause: kubelets, probes and controllers look at their own pace. */
const SEEN_EARLIER_MS = 10 * 60_000

export function dropConsequences(view: View, findings: readonly Finding[]): Consequences {
  const placed = findings.map((finding) => ({ finding, place: placeOf(view, finding) })).sort((left, right) => right.finding.confidence - left.finding.confidence)
  const causeOf = new Map<Finding, Finding>()
  for (const effect of placed) {
    const cause = placed.find((candidate) => candidate !== effect && !leadsTo(causeOf, candidate.finding, effect.finding) && explains(view, candidate, effect))
    if (cause !== undefined) causeOf.set(effect.finding, cause.finding)
  }
  const kept = findings.filter((finding) => !causeOf.has(finding))
  return {
    kept: kept.map((finding) => ({ finding, explained: findings.filter((other) => other !== finding && rootOf(causeOf, other) === finding) })),
    dropped: findings.filter((finding) => causeOf.has(finding)).map((finding) => dropped(finding, rootOf(causeOf, finding))),
  }
}

function dropped(finding: Finding, cause: Finding): DroppedHypothesis {
  const { hazard, subject, summary } = finding
  return { hazard, subject, summary, reason: `explained by ${cause.hazard} on ${subjectText(cause.subject)}` }
}

/** Is `finding` itself already explained, directly or not, by `target`? Then it cannot explain it in turn. */
function leadsTo(causeOf: ReadonlyMap<Finding, Finding>, finding: Finding, target: Finding): boolean {
  for (let current: Finding | undefined = finding; current !== undefined; current = causeOf.get(current)) {
    if (current === target) return true
  }
  return false
}

function rootOf(causeOf: ReadonlyMap<Finding, Finding>, finding: Finding): Finding {
  let current = finding
  for (let cause = causeOf.get(current); cause !== undefined; cause = causeOf.get(current)) current = cause
  return current
}

function explains(view: View, cause: Placed, effect: Placed): boolean {
  if (cause.finding.symptoms.length === 0) return false
  const named = cause.finding.explains?.includes(effect.finding.hazard) === true
  if (named && sharesPlace(cause, effect)) return true
  return effect.finding.facts['dependent'] === true && isUpstream(view, cause, effect) && !beganLater(cause.finding, effect.finding)
}

/** The effect happens where the cause is felt: on its subject, or in one of its suffering units. */
function sharesPlace(cause: Placed, effect: Placed): boolean {
  const symptoms = new Set(effect.finding.symptoms.map(subjectText))
  return cause.place.keys.has(effect.place.subject) || cause.finding.symptoms.some((symptom) => symptoms.has(subjectText(symptom)))
}

/** The effect's unit calls, directly or through others, something the cause breaks. */
function isUpstream(view: View, cause: Placed, effect: Placed): boolean {
  const unit = effect.place.subjectUnit
  if (unit === undefined || cause.place.subject === effect.place.subject) return false
  const needs = upstreamOf(view, [unit])
  return [...cause.place.keys].some((key) => key !== effect.place.subject && (needs.get(key) ?? 0) > 0)
}

function beganLater(cause: Finding, effect: Finding): boolean {
  return cause.sinceMs !== undefined && effect.sinceMs !== undefined && cause.sinceMs > effect.sinceMs + SEEN_EARLIER_MS
}
