/**
 * Which findings are consequences of others.
 *
 * Two ways: a hazard says which other hazards its own presence explains (or the other says that it is a last resort, which
 * any that is surer explains), and both are felt in the same place; or one
 * finding waits on what it depends on, and the other is the fault of that (`waits-on.ts`). Of two that explain each
 * other, the surer one stands.
 */

import type { DroppedHypothesis } from '../model/diagnosis.ts'
import type { Finding } from '../model/hazard.ts'
import { subjectText } from '../model/kube-object.ts'
import type { View } from '../model/view.ts'
import { upstreamOf } from '../model/topology/upstream.ts'
import { placeOf } from './finding-units.ts'
import { sharedRoots } from './same-root.ts'
import { waitsOn, type Placed } from './waits-on.ts'

export interface Kept {
  readonly finding: Finding
  /** Findings that this one explains. */
  readonly explained: readonly Finding[]
}

export interface Consequences {
  readonly kept: readonly Kept[]
  readonly dropped: readonly DroppedHypothesis[]
}

/** `nearness` is the distance from what fired: of findings that hang on one object, the nearest speaks for all. */
export function dropConsequences(view: View, findings: readonly Finding[], nearness: (finding: Finding) => number): Consequences {
  const placed = findings.map((finding) => ({ finding, place: placeOf(view, finding) })).sort((left, right) => right.finding.confidence - left.finding.confidence)
  const causeOf = new Map<Finding, Finding>()
  for (const effect of placed) {
    const cause = placed.find((candidate) => candidate !== effect && !leadsTo(causeOf, candidate.finding, effect.finding) && explains(view, candidate, effect))
    if (cause !== undefined) causeOf.set(effect.finding, cause.finding)
  }
  const shared = joinSharedRoots(causeOf, findings.toSorted((left, right) => nearness(left) - nearness(right)))
  const kept = findings.filter((finding) => !causeOf.has(finding))
  return {
    kept: kept.map((finding) => ({ finding, explained: findings.filter((other) => other !== finding && rootOf(causeOf, other) === finding) })),
    dropped: findings.filter((finding) => causeOf.has(finding)).map((finding) => dropped(finding, shared.get(finding) ?? `explained by ${nameOf(rootOf(causeOf, finding))}`)),
  }
}

/** Returns why each that joined is not a cause of its own. */
function joinSharedRoots(causeOf: Map<Finding, Finding>, findings: readonly Finding[]): ReadonlyMap<Finding, string> {
  const reasons = new Map<Finding, string>()
  for (const { leader, others, culprit } of sharedRoots(findings.filter((finding) => !causeOf.has(finding)))) {
    for (const other of others) {
      causeOf.set(other, leader)
      reasons.set(other, `one fault with ${nameOf(leader)}: both hang on ${culprit}`)
    }
  }
  return reasons
}

function nameOf(finding: Finding): string {
  return `${finding.hazard} on ${subjectText(finding.subject)}`
}

function dropped({ hazard, subject, summary }: Finding, reason: string): DroppedHypothesis {
  return { hazard, subject, summary, reason }
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
  const lastResort = effect.finding.facts['lastResort'] === true && cause.finding.facts['lastResort'] !== true && cause.finding.confidence > effect.finding.confidence
  if (lastResort && isNeeded(view, cause, effect)) return true
  const named = lastResort || cause.finding.explains?.includes(effect.finding.hazard) === true
  if (named && sharesPlace(cause, effect)) return true
  return waitsOn(view, effect, cause)
}

/** Whoever complains needs directly what the cause is the fault of. */
function isNeeded(view: View, cause: Placed, effect: Placed): boolean {
  return effect.place.units.some((unit) => upstreamOf(view, [unit]).get(cause.place.subject) === 1)
}

/** The effect happens where the cause is felt: on its subject, or in one of its suffering units. */
function sharesPlace(cause: Placed, effect: Placed): boolean {
  const symptoms = new Set(effect.finding.symptoms.map(subjectText))
  return cause.place.keys.has(effect.place.subject) || cause.finding.symptoms.some((symptom) => symptoms.has(subjectText(symptom)))
}
