/**
 * The rehearsal: plays a plan on a twin of the snapshot, once a seed, with `act`'s own verbs.
 *
 * It is not a special path. The same lines that will touch the live cluster run here, through a clearance that is
 * valid for twins only, on a clock whose sleep moves virtual time. What comes back is what held over all runs, the
 * worst moment, and what the twin could not know.
 */

import { applyStep } from '../act/act.ts'
import { evaluateCondition } from '../audit/conditions.ts'
import { waitForConditions } from '../audit/wait-for-conditions.ts'
import { clearForTwin } from '../gate/clearance.ts'
import { succeeded, type Effect } from '../model/effect.ts'
import { planHash, type Condition, type Plan } from '../model/plan.ts'
import type { Rehearsal, RehearsalRun, RehearsedStep } from '../model/rehearsal.ts'
import { snapshotDigest, type Snapshot } from '../model/snapshot.ts'
import type { View } from '../model/view.ts'
import { FIRST_LOOK_MS, twinFromSnapshot, type TwinFromSnapshot } from '../twin/from-snapshot.ts'
import { splitGaps } from '../twin/gaps/gap.ts'
import type { Twin } from '../twin/twin.ts'
import { mergeWorst, watchAvailability } from './availability.ts'
import { leftOut } from './left-out.ts'
import { livelockProblems } from './livelocks.ts'
import { lookAtTwin } from './look-at-twin.ts'
import { workloadsOf } from './replica-counts.ts'
import { stallsOf } from './stalls.ts'
import { summarise } from './summarise-rehearsal.ts'
import { unplacedPods } from './unplaced-pods.ts'
import { watchAffected, type AffectedWatch } from './watch-affected.ts'
import type { Worst } from '../model/rehearsal.ts'

export interface RehearseOptions {
  readonly id: string
  readonly plan: Plan
  readonly snapshot: Snapshot
  /** The twin of the snapshot, where it was loaded for another plan already; it stays as it is. */
  readonly base?: TwinFromSnapshot
  readonly seeds: readonly number[]
  readonly rehearsedAtMs: number
  /** Is this hazard found on this view? Handed in, because stages do not know each other. */
  detect(hazard: string, view: View): readonly { readonly subject: Plan['subject'] }[]
  /** Told how each run ended; the twin may be looked at, and is thrown away afterwards. */
  onRunEnded?(run: RehearsalRun, twin: Twin): void
}

interface RunResult {
  readonly run: RehearsalRun
  readonly worst: readonly Worst[]
}

/** How long the proof may take to come true after the last step, in virtual time. */
const PROOF_TIMEOUT_MS = 15 * 60_000
const PROOF_POLL_MS = 5_000

/** The twin that all runs of a rehearsal, and all rehearsals of a snapshot, are forks of. */
export function loadForRehearsal(snapshot: Snapshot, seed = 1): TwinFromSnapshot {
  const base = twinFromSnapshot({ snapshot, seed })
  base.twin.advance(FIRST_LOOK_MS)
  return base
}

export async function rehearse(options: RehearseOptions): Promise<Rehearsal> {
  const { plan, snapshot, seeds, base = loadForRehearsal(snapshot, seeds[0]) } = options
  const results: RunResult[] = []
  const touched = watchAffected()
  for (const seed of seeds) {
    const twin = base.twin.fork(seed)
    const result = await rehearseOnce(options, { twin, seed, touched })
    options.onRunEnded?.(result.run, twin)
    results.push(result)
  }
  const runs = results.map((result) => result.run)
  const { touched: notModelled, elsewhere } = splitGaps(base.gaps, touched.affected())
  const worst = mergeWorst(results.map((result) => result.worst))
  return {
    kind: 'rehearsal',
    id: options.id,
    planId: plan.id,
    planHash: planHash(plan),
    snapshotDigest: snapshotDigest(snapshot),
    rehearsedAtMs: options.rehearsedAtMs,
    versionProfile: base.twin.profile.name,
    runs,
    worst,
    assumptions: base.assumptions,
    notModelled,
    notModelledElsewhere: elsewhere,
    ...summarise({ runs, worst, notModelled }),
  }
}

async function rehearseOnce(options: RehearseOptions, { twin, seed, touched }: { readonly twin: Twin; readonly seed: number; readonly touched: AffectedWatch }): Promise<RunResult> {
  const startMs = twin.nowMs()
  const watch = watchAvailability(workloadsOf(twin), startMs)
  const stopWatching = twin.onChange((change) => {
    touched.saw(change, twin)
    if (change.after !== undefined) watch.saw(change.after, twin.nowMs())
  })
  const steps = await playSteps(options, twin)
  const failed = steps.find((step) => step.outcome === 'refused' || step.outcome === 'failed')
  const proof = failed === undefined ? await proofOn(options, twin) : { held: false, detail: `step ${failed.stepId}: ${failed.detail}` }
  stopWatching()
  const fights = livelockProblems(twin.livelocks)
  const failures = [...fights, ...(proof.held ? [] : [proof.detail])]
  const run: RehearsalRun = {
    seed,
    proofHeld: failures.length === 0,
    ...(failures.length === 0 ? {} : { failure: failures.join('; ') }),
    steps: steps.map(({ evictionsBlocked: _blocked, ...step }) => step),
    durationMs: twin.nowMs() - startMs,
    evictionsBlocked: steps.reduce((sum, step) => sum + step.evictionsBlocked, 0),
    unplaced: unplacedPods(twin.store, twin.nowMs()),
  }
  return { run, worst: watch.worst(twin.nowMs()) }
}

async function playSteps(options: RehearseOptions, twin: Twin): Promise<readonly (RehearsedStep & { readonly evictionsBlocked: number })[]> {
  const { plan } = options
  const startMs = twin.nowMs()
  const cleared = clearForTwin(plan)
  const cluster = twin.cluster({ realm: 'twin', user: 'boyd-rehearsal' })
  const steps: (RehearsedStep & { evictionsBlocked: number })[] = []
  const effects: Effect[] = []
  for (const step of plan.steps) {
    const startedMs = twin.nowMs() - startMs
    const effect = leftOut(step, plan, effects) ?? await applyStep({ cleared, step, cluster, clock: twin.clock, evaluate: evaluator(options, twin) })
    effects.push(effect)
    steps.push({ stepId: step.id, outcome: effect.outcome, detail: effect.detail, startedMs, endedMs: twin.nowMs() - startMs, evictionsBlocked: effect.evictionsBlocked ?? 0 })
    if (!succeeded(effect)) break
  }
  return steps
}

async function proofOn(options: RehearseOptions, twin: Twin): Promise<{ readonly held: boolean; readonly detail: string }> {
  const results = await waitForConditions({
    conditions: options.plan.proof,
    takeView: () => Promise.resolve(lookAtTwin(twin)),
    detect: options.detect,
    clock: twin.clock,
    timeoutMs: PROOF_TIMEOUT_MS,
    pollMs: PROOF_POLL_MS,
  })
  const missing = results.filter((result) => !result.held)
  const details = missing.length === 0 ? [] : [...stallsOf(twin.store), ...missing.map((result) => result.detail)]
  return { held: missing.length === 0, detail: details.join('; ') }
}

function evaluator(options: RehearseOptions, twin: Twin) {
  return (condition: Condition) => Promise.resolve(evaluateCondition(condition, { view: lookAtTwin(twin), detect: options.detect }))
}
