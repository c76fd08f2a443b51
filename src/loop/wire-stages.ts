/**
 * The real stages of a turn: each does its work, writes the ledger entry that says so, and returns what the turn needs.
 *
 * This is the only place where the stages meet. Every write carries the step's key, so that a step that runs again
 * after a crash writes nothing twice.
 */

import { applyStep, undoStep } from '../act/act.ts'
import { evaluateCondition } from '../audit/conditions.ts'
import { verifyPlan } from '../audit/verify.ts'
import { admitProposals } from '../decide/admit-proposals.ts'
import { decide } from '../decide/decide.ts'
import { rank } from '../decide/rank.ts'
import { withSources } from '../decide/source/with-sources.ts'
import type { Gate } from '../gate/gate.ts'
import { NO_HOOKS, type Hooks } from '../gate/hooks/hooks.ts'
import { withSitePreconditions } from '../gate/site-preconditions.ts'
import type { CrashPoints } from '../kernel/crash-point.ts'
import type { Clock } from '../kernel/clock.ts'
import { REHEARSAL_SEEDS } from '../kernel/limits.ts'
import { faultData, faultLine, isFault } from '../kernel/fault.ts'
import type { Redactor } from '../kernel/redact/redactor.ts'
import type { Diagnosis } from '../model/diagnosis.ts'
import type { Effect } from '../model/effect.ts'
import type { Incident } from '../model/incident.ts'
import { subjectOf, subjectText, type KubeObject } from '../model/kube-object.ts'
import type { LedgerEntryInit } from '../model/ledger-entry.ts'
import { actionText, isMutation, planHash, sourceLines, type Condition, type Plan, type Step } from '../model/plan.ts'
import type { Rehearsal } from '../model/rehearsal.ts'
import { redactObject } from '../model/redact-object.ts'
import { createView, type View } from '../model/view.ts'
import { orient } from '../orient/orient.ts'
import { hazards } from '../hazards/registry.ts'
import type { ClusterBase } from '../ports/cluster-base.ts'
import type { Cluster } from '../ports/cluster.ts'
import type { Proposer } from '../ports/proposer.ts'
import type { Store } from '../ports/store.ts'
import type { Tickets } from '../ports/tickets.ts'
import type { ApprovalDesk } from './approval-desk.ts'
import { approvalStages } from './approval-stages.ts'
import { clearLive, type ClearedFor } from './clear-live.ts'
import { detectHazard } from './detect-hazard.ts'
import { hooked, type Hooked } from './hooked.ts'
import { playbookRecord } from './playbook-record.ts'
import { createHeldLook, type HeldLook } from './held-look.ts'
import { rehearse } from './rehearse.ts'
import type { Judged, Observation, Stages } from './stages.ts'
import { takeSnapshot } from './take-snapshot.ts'

export interface StageParts {
  readonly store: Store
  readonly tickets: Tickets
  readonly cluster: Cluster
  readonly clock: Clock
  readonly gate: Gate
  readonly crashPoints: CrashPoints
  readonly desk: ApprovalDesk
  readonly incident: Incident
  readonly startedAtMs: number
  /** Absent: a site without hooks. */
  readonly hooks?: Hooks
  /** The cluster with credentials that may change it, for one action; absent where `cluster` may. */
  readonly actor?: () => Promise<Cluster>
  /** What watches keep in step of the cluster; absent where each look reads it anew. */
  readonly base?: ClusterBase
  /** Somebody who proposes plans besides the hazards; absent where nobody does. */
  readonly proposer?: Proposer
  /** Of this incident: equal secrets have equal marks throughout it. */
  readonly redactor?: Redactor
  record(entry: LedgerEntryInit): Promise<{ readonly repeated: boolean }>
  /** Why the ledger cannot vouch for a change now; `asked` where a person had to be. See `audit/keeping/keeper.ts`. */
  whyNoChange(options: { readonly asked: boolean }): Promise<string | undefined>
}

/** Entries of one incident: the stages say type, key and data only. */
export type Note = (type: LedgerEntryInit['type'], key: string, data: unknown, actor?: string) => Promise<{ readonly repeated: boolean }>

export function wireStages(parts: StageParts): Stages {
  const { store, incident, clock } = parts
  const note: Note = (type, key, data, actor = 'boyd') => parts.record({ type, key, incidentId: incident.id, missionId: incident.missionId, actor, data })
  const look = createHeldLook({ store })
  const viewOf = (observation: Observation): Promise<View> => look.view(observation)
  const approvals = approvalStages({ ...parts, note, viewOf })
  return {
    ...approvals,
    observe: (key) => hookedBy(parts, note).read(key, () => observe(parts, note, key), ({ snapshotDigest, objectCount }) => ({ snapshotDigest, objectCount })),
    orient: async (key, observation) => {
      const diagnosis = orient({ view: await viewOf(observation), signals: await store.signals(incident.id), hazards })
      await noteDiagnosis(note, key, diagnosis)
      await commentDiagnosis(parts, key, diagnosis)
      return diagnosis
    },
    claim: async (_key, diagnosis) => {
      const root = diagnosis.hypotheses[0]
      if (root === undefined) return { type: 'ours' }
      const holder = await store.claim(subjectText(root.subject), incident.missionId)
      if (holder === incident.missionId) return { type: 'ours' }
      look.letGo()
      return { type: 'taken', missionId: holder }
    },
    hasEnded: async (missionId) => !(await holdsClaims(store, missionId)),
    decide: async (key, observation, diagnosis) => {
      const view = await viewOf(observation)
      const site = await parts.gate.site()
      const own = decide({ diagnosis, view })
      const proposed = await proposedPlans(parts, { diagnosis, view, note, key })
      const plans = [...own, ...proposed.map((plan) => withSources(plan, view))].map((plan) => withSitePreconditions(plan, site, view))
      for (const plan of plans) await note('plan-proposed', `${key}/${plan.id}`, planData(plan))
      await commentSources(parts, key, plans)
      return plans
    },
    rehearse: (key, observation, plan) => rehearseStage(parts, note, { key, observation, plan, look }),
    rank: (candidates) => {
      look.letGoOfTwin()
      return rank({ candidates })
    },
    judge: async (key, observation, candidate) => {
      const judged = await parts.gate.judge({ ...candidate, view: await viewOf(observation), approvals: [], incident, texts: await alertTexts(store, incident) })
      const verdict = await hookedBy(parts, note).judge(key, candidate.plan, judged)
      await note('verdict-issued', key, { planId: candidate.plan.id, goal: candidate.plan.goal, ...verdict })
      return verdict
    },
    requestApproval: (...request) => approvals.requestApproval(...request).finally(look.letGo),
    act: (key, step, cleared) => {
      look.letGo()
      return actStage(parts, note, { key, step, cleared })
    },
    leaveOut: (key, effect) => noteEffect(note, key, effect),
    undo: (key, step, cleared) => undoStage(parts, note, { key, step, cleared }),
    verify: (key, judged, effects) => verifyStage(parts, note, { key, judged, effects }),
    conclude: async (key, result) => {
      look.letGo()
      await note('turn-ended', key, result)
      return clock.now() - parts.startedAtMs
    },
  }
}

/** What proposers answer is recorded, taken or not; an answer that does not come is an empty one. */
async function proposedPlans({ proposer }: StageParts, work: { readonly diagnosis: Diagnosis; readonly view: View; readonly note: Note; readonly key: string }): Promise<readonly Plan[]> {
  const { diagnosis, view, note, key } = work
  const subject = diagnosis.hypotheses[0]?.subject
  if (proposer === undefined || subject === undefined) return []
  const answer = await proposer.propose({ diagnosis, inventory: view.snapshot.objects.map(subjectOf) }).catch(() => [])
  const { plans, refused } = admitProposals(answer, { proposer: proposer.name, subject, view })
  await note('proposals-admitted', `${key}/proposals`, { proposer: proposer.name, admitted: plans.length, refused })
  return plans
}

async function alertTexts(store: Store, incident: Incident): Promise<readonly string[]> {
  return (await store.signals(incident.id)).flatMap(({ title, annotations, labels }) => [title, ...Object.values(annotations), ...Object.values(labels)])
}

function hookedBy(parts: StageParts, note: Note): Hooked {
  return hooked({ hooks: parts.hooks ?? NO_HOOKS, incident: parts.incident, note })
}

async function observe(parts: StageParts, note: Note, key: string): Promise<Observation> {
  const snapshot = await takeSnapshot(parts)
  const digest = await parts.store.saveSnapshot(snapshot)
  await note('snapshot-taken', key, { digest, resourceVersion: snapshot.resourceVersion, objects: snapshot.objects.length, notes: snapshot.notes, ...(snapshot.reflected === undefined ? {} : { reflected: snapshot.reflected }) })
  return { snapshotDigest: digest, takenAtMs: snapshot.takenAtMs, objectCount: snapshot.objects.length }
}

async function holdsClaims(store: Store, missionId: string): Promise<boolean> {
  return store.hasClaims(missionId)
}

async function noteDiagnosis(note: Note, key: string, diagnosis: Diagnosis): Promise<void> {
  const { status, summary, hypotheses, dropped, snapshotDigest: digest } = diagnosis
  await note('diagnosis-made', key, {
    status,
    summary,
    snapshotDigest: digest,
    hypotheses: hypotheses.map(({ hazard, subject, confidence, summary: text, evidence, changes }) => ({ hazard, subject, confidence, summary: text, evidence, changes })),
    dropped,
  })
}

async function commentDiagnosis(parts: StageParts, key: string, diagnosis: Diagnosis): Promise<void> {
  const ticket = await parts.tickets.ofIncident(parts.incident.id)
  if (ticket === undefined) return
  const evidence = (diagnosis.hypotheses[0]?.evidence ?? diagnosis.examined).map((item) => `- ${item.claim}`)
  await parts.tickets.comment(ticket.id, { key: `${key}/diagnosis`, author: 'boyd', text: [diagnosis.summary, ...evidence].join('\n'), atMs: parts.clock.now() })
}

/** What has to be committed stands in the ticket, whatever becomes of the plan. */
async function commentSources(parts: StageParts, key: string, plans: readonly Plan[]): Promise<void> {
  const told = plans.filter(({ sourceChanges = [] }) => sourceChanges.length > 0)
  const ticket = told.length === 0 ? undefined : await parts.tickets.ofIncident(parts.incident.id)
  if (ticket === undefined) return
  const text = told.map(({ goal, sourceChanges = [] }) => [`So that "${goal}" lasts, its source must change.`, ...sourceChanges.flatMap(sourceLines)].join('\n')).join('\n\n')
  await parts.tickets.comment(ticket.id, { key: `${key}/sources`, author: 'boyd', text, atMs: parts.clock.now() })
}

function planData(plan: Plan): object {
  const { id, goal, hazard, subject, risk, needsInput } = plan
  return { id, goal, hazard, subject, risk, needsInput, hash: planHash(plan), steps: plan.steps.map((step) => actionText(step.action)), plan }
}

async function rehearseStage(parts: StageParts, note: Note, work: { readonly key: string; readonly observation: Observation; readonly plan: Plan; readonly look: HeldLook }): Promise<Rehearsal> {
  const { key, observation, plan, look } = work
  const rehearsal = await rehearse({
    id: `reh-${key}`,
    plan,
    snapshot: (await look.view(observation)).snapshot,
    base: await look.base(observation),
    seeds: Array.from({ length: REHEARSAL_SEEDS }, (_, index) => index + 1),
    rehearsedAtMs: parts.clock.now(),
    detect: detectHazard,
  })
  await parts.store.saveRecord(parts.incident.missionId, `${key}/rehearsal`, rehearsal)
  await playbookRecord(parts).rehearsed(parts.incident.missionId, plan, rehearsal)
  const { id, planId, planHash: hash, passed, confidence, summary, assumptions, notModelled, worst } = rehearsal
  await note('plan-rehearsed', key, { id, planId, goal: plan.goal, planHash: hash, passed, confidence: String(confidence), summary, assumptions, notModelled, worst })
  return rehearsal
}

interface StepWork {
  readonly key: string
  readonly step: Step
  readonly cleared: ClearedFor
}

async function actStage(parts: StageParts, note: Note, work: StepWork): Promise<Effect> {
  const { key, step } = work
  const clearance = await clearLive(parts, work.cleared)
  if (clearance.type === 'refused') return noteEffect(note, key, refused(parts, step, `the gate does not clear it: ${clearance.reason}`))
  const { cleared } = clearance
  const started = await note('step-started', `${key}/start`, { stepId: step.id, action: actionText(step.action), planHash: cleared.planHash, reason: step.reason })
  const unvouched = await whyUnvouched(parts, work)
  if (unvouched !== undefined) return noteEffect(note, key, refused(parts, step, unvouched))
  const run = async (): Promise<Effect> => {
    const ran = withoutSecrets(parts, await withHands(parts, { key, step }, (hands) => applyStep({ cleared, step, ...hands })))
    // A second start of the same step means that a process died in it: what is done already was done by that one.
    return started.repeated && ran.outcome === 'already' ? { ...ran, outcome: 'applied' } : ran
  }
  const effect = await hookedBy(parts, note).act({ key, plan: cleared.plan, step, approved: work.cleared.approvalId !== undefined }, run, (reason) => refused(parts, step, reason))
  await playbookRecord(parts).acted(key, cleared.plan, effect)
  return noteEffect(note, key, effect)
}

async function undoStage(parts: StageParts, note: Note, work: StepWork): Promise<Effect> {
  const { key, step } = work
  const clearance = await clearLive(parts, work.cleared)
  if (clearance.type === 'refused') return refused(parts, step, `the gate does not clear it: ${clearance.reason}`)
  await note('undo-started', `${key}/start`, { stepId: step.id, planHash: clearance.cleared.planHash })
  const unvouched = await whyUnvouched(parts, work)
  if (unvouched !== undefined) return refused(parts, step, unvouched)
  const { plan } = clearance.cleared
  const run = async (): Promise<Effect> => withoutSecrets(parts, await withHands(parts, { key, step }, (hands) => undoStep({ cleared: clearance.cleared, step, ...hands })))
  const effect = await hookedBy(parts, note).act({ key, plan, step, approved: work.cleared.approvalId !== undefined, undo: true }, run, (reason) => refused(parts, step, reason))
  await playbookRecord(parts).undone(key, plan, effect)
  await note('effect-undone', key, { stepId: step.id, outcome: effect.outcome, detail: effect.detail })
  return effect
}

async function noteEffect(note: Note, key: string, effect: Effect): Promise<Effect> {
  await note('effect-applied', key, effect)
  return effect
}

/** The entry that says it starts is under a checkpoint before a change is sent that somebody had to be asked about. */
async function whyUnvouched(parts: StageParts, { step, cleared }: StepWork): Promise<string | undefined> {
  if (!isMutation(step.action)) return undefined
  const reason = await parts.whyNoChange({ asked: cleared.judged.verdict.decision === 'ask' })
  return reason === undefined ? undefined : `nothing is changed that the ledger cannot vouch for: ${reason}`
}

function refused(parts: StageParts, step: Step, detail: string): Effect {
  const nowMs = parts.clock.now()
  return { kind: 'effect', stepId: step.id, outcome: 'refused', detail, startedAtMs: nowMs, endedAtMs: nowMs, requests: 0 }
}

/** What a verb gets to work with. */
function handsOf(parts: StageParts, key: string, cluster: Cluster) {
  return {
    cluster,
    clock: parts.clock,
    ...asSeen(parts),
    crashPoints: { pass: (name: string) => parts.crashPoints.pass(`${key} ${name}`) },
    evaluate: async (condition: Condition) =>
      evaluateCondition(condition, { view: createView(await takeSnapshot(parts)), detect: detectHazard }),
  }
}

/** Credentials that cannot be had are a step that fails, like a server that does not answer. */
async function withHands(parts: StageParts, work: { readonly key: string; readonly step: Step }, act: (hands: ReturnType<typeof handsOf>) => Promise<Effect>): Promise<Effect> {
  const startedAtMs = parts.clock.now()
  try {
    const cluster = (await parts.actor?.()) ?? parts.cluster
    return await act(handsOf(parts, work.key, parts.base?.noting(cluster) ?? cluster))
  } catch (error) {
    if (!isFault(error)) throw error
    return { kind: 'effect', stepId: work.step.id, outcome: 'failed', detail: faultLine(error), fault: faultData(error), startedAtMs, endedAtMs: parts.clock.now(), requests: 0 }
  }
}

function asSeen({ redactor }: StageParts): { readonly asSeen?: (object: KubeObject) => KubeObject } {
  return redactor === undefined ? {} : { asSeen: (object) => redactObject(object, redactor) }
}

/** Admission may repeat what it refuses, values and all; an effect is kept in the journal as in the ledger. */
function withoutSecrets({ redactor }: StageParts, effect: Effect): Effect {
  return redactor === undefined ? effect : redactor.json(effect)
}

async function verifyStage(parts: StageParts, note: Note, work: { readonly key: string; readonly judged: Judged; readonly effects: readonly Effect[] }) {
  const { key, judged, effects } = work
  const verification = await verifyPlan({
    plan: judged.plan,
    rehearsal: judged.rehearsal,
    effects,
    detect: detectHazard,
    clock: parts.clock,
    takeView: async () => createView(await takeSnapshot(parts)),
  })
  await playbookRecord(parts).verified(key, judged.plan, verification, effects)
  await note('verification-made', key, verification)
  return verification
}

