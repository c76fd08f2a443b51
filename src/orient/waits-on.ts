/**
 * Does one finding wait on the fault that another found?
 *
 * Some findings say how trouble shows and not why: a container ends, a Service has nobody ready. Where the unit in
 * which it shows needs something that is down now, and that is where the other fault is, the first is its consequence,
 * along calls, volumes and nodes, through as many units as lie between. Unless it has a change of its own to thank for:
 * who lived with the fault for long, and fell with a rollout of his own, fell over that.
 */

import type { Finding } from '../model/hazard.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { unmetNeedsOf } from '../model/topology/failing.ts'
import { historyOf } from '../model/topology/history.ts'
import { upstreamOf } from '../model/topology/upstream.ts'
import type { View } from '../model/view.ts'
import { beganMs } from './began.ts'
import type { Place } from './finding-units.ts'

export interface Placed {
  readonly finding: Finding
  readonly place: Place
}

/** These tell how it shows. Others name what is wrong: a file, a right, a limit, the caller's own wrong name. */
const SHOWS: ReadonlySet<string> = new Set(['container-exits', 'application-unhealthy', 'rollout-stuck', 'service-without-endpoints', 'failed-job', 'init-container-hangs'])
/** Ends that no missing dependency brings about: not executable, not found, start refused, illegal instruction, abort of memory. */
const OWN_EXITS: ReadonlySet<unknown> = new Set([126, 127, 128, 132, 139])

/** A consequence may be seen a little before its cause: kubelets, probes and controllers look at their own pace. */
const SEEN_EARLIER_MS = 10 * 60_000
/** Who stood this long beside a fault does not fall over it. */
const LIVED_WITH_MS = 30 * 60_000
/** Trouble that shows this soon after a revision came with it. */
const CAME_WITH_MS = 60 * 60_000

export function waitsOn(view: View, effect: Placed, cause: Placed): boolean {
  const unit = effect.place.subjectUnit
  if (unit === undefined || cause.place.subject === effect.place.subject || beganLater(view, cause.finding, effect.finding)) return false
  if (effect.finding.facts['dependent'] === true) return reaches(upstreamOf(view, [unit]), cause, effect)
  if (!showsOnly(effect.finding) || fellOverItsOwn(view, unit, { effect: effect.finding, cause: cause.finding })) return false
  return reaches(unmetNeedsOf(view, unit), cause, effect)
}

function showsOnly({ hazard, facts }: Finding): boolean {
  return SHOWS.has(hazard) && !OWN_EXITS.has(facts['exitCode'])
}

/** Something that the cause breaks is among what the effect's unit needs. */
function reaches(needs: ReadonlyMap<string, number>, cause: Placed, effect: Placed): boolean {
  return [...cause.place.keys].some((key) => key !== effect.place.subject && (needs.get(key) ?? 0) > 0)
}

/** When an effect began must have been read: that its object is old says nothing. */
function beganLater(view: View, cause: Finding, effect: Finding): boolean {
  const [causeMs, effectMs] = [beganMs(view, cause), effect.sinceMs]
  return causeMs !== undefined && effectMs !== undefined && causeMs > effectMs + SEEN_EARLIER_MS
}

function fellOverItsOwn(view: View, unit: KubeObject, { effect, cause }: { readonly effect: Finding; readonly cause: Finding }): boolean {
  const history = historyOf(view, unit)
  const [causeMs, effectMs] = [beganMs(view, cause), beganMs(view, effect)]
  if (history?.changedMs === undefined || history.earlier.length === 0 || causeMs === undefined || effectMs === undefined) return false
  const cameWithIt = effectMs >= history.changedMs && effectMs - history.changedMs < CAME_WITH_MS
  return cameWithIt && history.changedMs - causeMs > LIVED_WITH_MS
}
