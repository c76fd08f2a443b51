/**
 * Plays a case to its end as the product would: look, orient, decide, rehearse, act, verify, and look again, at most
 * as many turns as a mission has. What Boyd acts on is the twin that the incident was played on, which knows the truth;
 * what it sees of it is a snapshot and an alert. Policy is measured elsewhere: every approval is given, but for values of
 * Boyd's own where the incident says that only a person knows.
 */

import { applyStep } from '../../src/act/act.ts'
import { diagnoseSnapshot, type OfflineDiagnosis } from '../../src/app/use-cases/offline.ts'
import { evaluateCondition } from '../../src/audit/conditions.ts'
import { waitForConditions } from '../../src/audit/wait-for-conditions.ts'
import { rank } from '../../src/decide/rank.ts'
import { clearForTwin } from '../../src/gate/clearance.ts'
import { MISSION_TURNS_MAX, PLANS_REHEARSED_MAX, REHEARSAL_SEEDS } from '../../src/kernel/limits.ts'
import { detectHazard } from '../../src/loop/detect-hazard.ts'
import { rehearse } from '../../src/loop/rehearse.ts'
import { succeeded } from '../../src/model/effect.ts'
import type { Condition, Plan } from '../../src/model/plan.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { createView, type View } from '../../src/model/view.ts'
import { readAlertmanager } from '../../src/observe/sources/alertmanager.ts'
import { payloadOf } from './alerts.ts'
import type { Case, Played } from './incident.ts'
import { aged } from './noise.ts'
import { sparsely } from './sparse.ts'
import { setStage, type Stage } from './stage.ts'

export interface Applied {
  readonly plan: Plan
  /** What Boyd saw when it made the plan. */
  readonly seen: Snapshot
  readonly proofHeld: boolean
  readonly failure: string
}

export interface Ending {
  readonly played: Played
  readonly first: OfflineDiagnosis
  readonly applied: readonly Applied[]
  /** Conditions of the incident that do not hold at the end. Empty: healed. */
  readonly unhealed: readonly string[]
  /** Workloads that were whole before the first action and are not at the end. */
  readonly harmed: readonly string[]
  /** From the snapshot to the diagnosis. */
  readonly diagnoseMs: number
  readonly totalMs: number
  /** Why the last plans were not taken. */
  readonly passedOver: readonly string[]
}

interface Act {
  readonly stage: Stage
  readonly played: Played
  readonly look: () => Snapshot
  readonly alert: Uint8Array | undefined
}

const SETTLE_MS = 12 * 60_000

export async function playCase({ incident, seed, sparse }: Case): Promise<Ending> {
  const started = performance.now()
  const stage = setStage(seed)
  const played = incident.play(stage)
  const look = (): Snapshot => sparsely(played.lens?.(aged(stage.twin.snapshot(), stage.noise)) ?? aged(stage.twin.snapshot(), stage.noise), sparse)
  const act: Act = { stage, played, look, alert: played.alerts === undefined ? undefined : payloadOf(played.alerts, stage.twin.nowMs()) }
  const before = performance.now()
  const first = conclude(act)
  const diagnoseMs = performance.now() - before
  const whole = wholeWorkloads(stage.view())
  const { applied, passedOver } = await takeTurns(act, first)
  if (applied.length > 0) await settle(act)
  const { unhealed, harmed } = judgeEnd(act, whole)
  return { played, first, applied, unhealed, harmed, diagnoseMs, totalMs: performance.now() - started, passedOver }
}

function conclude({ look, alert }: Act): Ending['first'] {
  const snapshot = look()
  return diagnoseSnapshot(snapshot, alert === undefined ? [] : readAlertmanager({ body: alert, trust: 'unsigned', nowMs: snapshot.takenAtMs }))
}

async function takeTurns(act: Act, first: Ending['first']): Promise<Pick<Ending, 'applied' | 'passedOver'>> {
  const applied: Applied[] = []
  let passedOver: readonly string[] = []
  for (let turn = 1, now = first; turn <= MISSION_TURNS_MAX; turn += 1, now = conclude(act)) {
    const tried = new Set(applied.map((one) => one.plan.id))
    const choice = await chooseBest(now, tried, act.played.end)
    passedOver = choice.passedOver
    if (choice.plan === undefined) break
    const outcome = await applyPlan(act, choice.plan)
    applied.push({ plan: choice.plan, seen: now.snapshot, ...outcome })
    if (choice.plan.contains === true) break
  }
  return { applied, passedOver }
}

async function chooseBest(now: Ending['first'], tried: ReadonlySet<string>, end: Played['end']): Promise<{ readonly plan?: Plan; readonly passedOver: readonly string[] }> {
  const runnable = now.plans.slice(0, PLANS_REHEARSED_MAX).filter((plan) => plan.needsInput.length === 0 && plan.steps.length > 0 && !tried.has(plan.id) && isApproved(plan, end))
  const candidates = []
  for (const plan of runnable) {
    const seeds = Array.from({ length: REHEARSAL_SEEDS }, (_, index) => index + 1)
    candidates.push({ plan, rehearsal: await rehearse({ id: plan.id, plan, snapshot: now.snapshot, seeds, rehearsedAtMs: now.snapshot.takenAtMs, detect: detectHazard }) })
  }
  const best = rank({ candidates }).find((candidate) => candidate.rehearsal.passed)
  const passedOver = candidates.filter((candidate) => !candidate.rehearsal.passed).map(({ plan, rehearsal }) => `${plan.id}: ${rehearsal.runs.find((run) => !run.proofHeld)?.failure ?? rehearsal.summary}`)
  return { ...(best === undefined ? {} : { plan: best.plan }), passedOver }
}

/** A plan that says its values are its own is a question: where only a person knows the answer, it is no. */
function isApproved(plan: Plan, end: Played['end']): boolean {
  return plan.values === 'observed' || end !== 'ask'
}

async function applyPlan(act: Act, plan: Plan): Promise<Pick<Applied, 'proofHeld' | 'failure'>> {
  const { twin } = act.stage
  const cleared = clearForTwin(plan)
  for (const step of plan.steps) {
    const effect = await applyStep({ cleared, step, cluster: twin.cluster({ realm: 'twin' }), clock: twin.clock, evaluate: (condition) => Promise.resolve(evaluateCondition(condition, { view: seenNow(act), detect: detectHazard })) })
    if (!succeeded(effect)) return { proofHeld: false, failure: `${step.id}: ${effect.detail}` }
  }
  const results = await waitForConditions({ conditions: plan.proof, takeView: () => Promise.resolve(seenNow(act)), detect: detectHazard, clock: twin.clock, timeoutMs: 15 * 60_000, pollMs: 15_000 })
  const missing = results.filter((result) => !result.held)
  return { proofHeld: missing.length === 0, failure: missing.map((result) => result.detail).join('; ') }
}

function seenNow(act: Act): View {
  obeyLaws(act)
  return createView(act.look())
}

function obeyLaws({ stage, played }: Act): void {
  if (played.laws !== undefined) stage.images(...played.laws(stage.view()))
}

async function settle(act: Act): Promise<void> {
  const { twin } = act.stage
  const untilMs = twin.nowMs() + SETTLE_MS
  while (twin.nowMs() < untilMs) {
    obeyLaws(act)
    await twin.clock.sleep(60_000)
  }
}

function wholeWorkloads(view: View): readonly Condition[] {
  const all = ['Deployment', 'StatefulSet', 'DaemonSet'].flatMap((kind) => view.list('apps', kind))
  const conditions = all.map((workload): Condition => ({ type: 'workload-available', target: { apiVersion: 'apps/v1', kind: workload.kind, namespace: workload.metadata.namespace ?? '', name: workload.metadata.name ?? '' } }))
  return conditions.filter((condition) => evaluateCondition(condition, { view, detect: detectHazard }).held)
}

function judgeEnd({ stage, played }: Act, whole: readonly Condition[]): Pick<Ending, 'unhealed' | 'harmed'> {
  const context = { view: stage.view(), detect: detectHazard }
  const failing = (conditions: readonly Condition[]): string[] => conditions.map((condition) => evaluateCondition(condition, context)).filter((result) => !result.held).map((result) => result.detail)
  return { unhealed: failing(played.healed ?? []), harmed: failing(whole) }
}
