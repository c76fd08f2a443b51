/**
 * Orient: from findings to a diagnosis.
 *
 * Findings are what hazards see, each on its own. Orient asks of each: does what the alert points at depend on it, is
 * it the consequence of another, is it older than the trouble? What remains are independent causes, best first; what
 * falls keeps the reason why. Where something is wrong and no hazard explains it, the answer is `inconclusive`; where
 * nothing is, it is `healthy`, with what was looked at.
 */

import { toIso } from '../kernel/clock.ts'
import type { Diagnosis, DroppedHypothesis, Hypothesis } from '../model/diagnosis.ts'
import type { Finding, Hazard } from '../model/hazard.ts'
import { subjectText, type KubeObject } from '../model/kube-object.ts'
import type { Signal } from '../model/signal.ts'
import { snapshotDigest } from '../model/snapshot.ts'
import type { View } from '../model/view.ts'
import { beganMs } from './began.ts'
import { changesBefore } from './changes.ts'
import { dropConsequences, type Kept } from './consequences.ts'
import { examinedObjects } from './examined.ts'
import { findAll } from './find-all.ts'
import { blastRadiusOf } from './blast-radius.ts'
import { placeOf } from './finding-units.ts'
import { distanceOf, dropIrrelevant } from './relevance.ts'
import { scopeOf, type Scope } from './scope.ts'
import { unexplainedSymptoms } from './symptoms.ts'

export interface OrientOptions {
  readonly view: View
  /** What fired; without signals the whole cluster is looked at. */
  readonly signals: readonly Signal[]
  readonly hazards: readonly Hazard[]
}

/** Pure: the same view, signals and hazards give the same diagnosis, in the same order. */
export function orient({ view, signals, hazards }: OrientOptions): Diagnosis {
  const scope = scopeOf(view, signals)
  const { findings, failures } = findAll(view, hazards)
  const causes = dropConsequences(view, findings, (finding) => distanceOf(view, scope, { finding, explained: [] }) ?? Number.POSITIVE_INFINITY)
  const relevant = dropIrrelevant({ view, scope, causes: causes.kept })
  const hypotheses = relevant.kept.map((kept) => hypothesisFrom(view, scope, kept, isLateFor(view, scope, kept, relevant.kept))).sort(byConfidence)
  return {
    kind: 'diagnosis',
    ...conclude({ view, scope, hypotheses, failures }),
    hypotheses,
    dropped: [...relevant.dropped, ...causes.dropped, ...failures].sort(byText),
    // Asked for where a diagnosis is kept. Of a large cluster it takes seconds, which somebody at a terminal need not wait.
    get snapshotDigest() {
      return snapshotDigest(view.snapshot)
    },
  }
}

type Conclusion = Pick<Diagnosis, 'status' | 'summary' | 'examined'>

function conclude(options: { readonly view: View; readonly scope: Scope; readonly hypotheses: readonly Hypothesis[]; readonly failures: readonly DroppedHypothesis[] }): Conclusion {
  const { view, scope, hypotheses, failures } = options
  const [best] = hypotheses
  if (best !== undefined) {
    const more = hypotheses.length === 1 ? '' : ` (and ${hypotheses.length - 1} more)`
    return { status: 'found', summary: `${best.summary}${more}`, examined: [] }
  }
  const symptoms = unexplainedSymptoms(view, scope)
  if (symptoms.length > 0) return { status: 'inconclusive', summary: `Something is wrong, and nothing in the cluster says why: ${symptoms[0]?.claim ?? ''}`, examined: symptoms }
  if (failures.length > 0) return { status: 'inconclusive', summary: `Not everything could be examined: ${failures[0]?.reason ?? ''}`, examined: [] }
  if (view.snapshot.objects.length === 0) return { status: 'inconclusive', summary: 'There was nothing to look at: no objects were read.', examined: [] }
  const examined = examinedObjects(view, scope)
  const what = scope.targets.length > 0 ? scope.targets.map(subjectText).join(', ') : `${view.snapshot.objects.length} objects`
  // Manifests that no server has seen hold no time.
  return { status: 'healthy', summary: `Nothing is wrong with ${what}${view.nowMs === 0 ? '' : ` at ${toIso(view.nowMs)}`}.`, examined }
}

type Near = Kept & { readonly distance: number }

/** What is further away and began when the place that rang was ill already did not make it ill. */
function isLateFor(view: View, scope: Scope, kept: Near, all: readonly Near[]): boolean {
  const isAtHand = ({ finding }: Near): boolean => scope.units.includes(placeOf(view, finding).subjectUnit as KubeObject)
  if (scope.units.length === 0 || isAtHand(kept)) return false
  const sinceMs = beganMs(view, kept.finding)
  return sinceMs !== undefined && all.some((other) => isAtHand(other) && (beganMs(view, other.finding) ?? Number.POSITIVE_INFINITY) < sinceMs - LATE_MS)
}

function hypothesisFrom(view: View, scope: Scope, kept: Near, isLate: boolean): Hypothesis {
  const { finding } = kept
  return {
    hazard: finding.hazard,
    subject: finding.subject,
    confidence: confidenceOf(scope, kept, isLate),
    summary: finding.summary,
    evidence: finding.evidence,
    blastRadius: blastRadiusOf(view, kept),
    changes: changesBefore(view, finding),
    finding,
  }
}

/** Per step away from what fired. A cause two calls away is likely, and less likely than one at hand. */
const DISTANCE_DISCOUNT = 0.03
/** Each symptom that another finding adds to this cause speaks for it. */
const EXPLAINED_BONUS = 0.01
const CONFIDENCE_MAX = 0.99

/** Heartbeats and probes tell of trouble within a minute or two. */
const LATE_MS = 3 * 60_000
const LATE_DISCOUNT = 0.1

function confidenceOf(scope: Scope, kept: Near, isLate: boolean): number {
  const away = scope.units.length === 0 ? 1 : Math.min(kept.distance, 4)
  const raised = kept.finding.confidence + Math.min(kept.explained.length, 3) * EXPLAINED_BONUS - away * DISTANCE_DISCOUNT - (isLate ? LATE_DISCOUNT : 0)
  return Math.round(Math.max(0.05, Math.min(CONFIDENCE_MAX, raised)) * 100) / 100
}

function byConfidence(left: Hypothesis, right: Hypothesis): number {
  return right.confidence - left.confidence || right.blastRadius.length - left.blastRadius.length || byText(left, right)
}

function byText(left: Pick<Finding, 'hazard' | 'subject'>, right: Pick<Finding, 'hazard' | 'subject'>): number {
  const [first, second] = [left, right].map((item) => `${subjectText(item.subject)}|${item.hazard}`) as [string, string]
  return first < second ? -1 : first > second ? 1 : 0
}
