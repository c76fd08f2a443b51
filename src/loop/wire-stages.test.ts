import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startRealParts, type RealParts } from '../../test/support/real-parts.ts'
import { calmFacts } from '../gate/examples.test-support.ts'
import { createGate } from '../gate/gate.ts'
import { createHooks, type Hook } from '../gate/hooks/hooks.ts'
import { loadPolicies } from '../gate/load-policies.ts'
import { createSite } from '../gate/site.ts'
import { noCrashPoints } from '../kernel/crash-point.ts'
import type { Incident } from '../model/incident.ts'
import { subjectOf, subjectText } from '../model/kube-object.ts'
import { actionText, type Action, type Plan, type Step } from '../model/plan.ts'
import { proves } from '../../test/requirements.ts'
import type { Diagnosis } from '../model/diagnosis.ts'
import type { Rehearsal } from '../model/rehearsal.ts'
import type { Proposer } from '../ports/proposer.ts'
import type { ApprovalDesk } from './approval-desk.ts'
import type { Judged, Stages } from './stages.ts'
import { wireStages } from './wire-stages.ts'

/*
 * The stages with nothing small in them: policies as they are, a store, a ledger, a twin that counts what it is asked.
 */

const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'web' }
const n1 = { apiVersion: 'v1', kind: 'Node', name: 'n1' }
const ACTIONS: readonly Action[] = [{ verb: 'scale', target: web, fromReplicas: 3, toReplicas: 4 }, { verb: 'restart', target: web, restartedAt: '2026-06-01T03:00:00Z' }, { verb: 'cordon', target: n1 }]

const plan: Plan = {
  kind: 'plan', id: 'plan', goal: 'room for web', hazard: 'test', subject: subjectOf(web), proof: [], risk: 'reversible', expectedEffect: '', needsInput: [], rationale: '', values: 'observed',
  steps: ACTIONS.map((action, index): Step => ({ id: `${index + 1}`, action, reason: 'room', preconditions: [] })),
}

/** Nobody hears of anything, and every vote counts. */
const SILENT_DESK: ApprovalDesk = { agentVersion: '1', asksMax: 3, announcements: () => [], tell: (channel) => Promise.resolve({ channel }), takeBack: () => Promise.resolve(), whyNoVote: () => Promise.resolve(undefined) }

let real: RealParts
beforeAll(async () => {
  real = await startRealParts()
})
afterAll(() => real.stop())

function stagesOf(incident: Incident, whyNoChange = (_options: { readonly asked: boolean }): Promise<string | undefined> => Promise.resolve(undefined), hooks: readonly Hook[] = [], proposer?: Proposer): Stages {
  const { store, tickets, record } = real.parts
  const gate = createGate({ bundle: loadPolicies(join(import.meta.dirname, '../../policies')), clock: real.twin.clock, site: () => createSite({ clusterId: 'twin' }), facts: calmFacts() })
  return wireStages({ store, tickets, gate, desk: SILENT_DESK, cluster: real.twin.cluster({ realm: 'live' }), clock: real.twin.clock, crashPoints: noCrashPoints, incident, startedAtMs: real.twin.nowMs(), whyNoChange, ...(proposer === undefined ? {} : { proposer }), hooks: createHooks({ hooks, clock: real.twin.clock, cwd: '/', transcriptPath: '/' }), record: async (entry) => ({ repeated: false, ...(await record(entry) as object) }) })
}

function incidentNamed(id: string): Incident {
  return { kind: 'incident', id, fingerprint: id, title: '', severity: 2, state: 'working', subjects: [], signalIds: [], missionId: `mission-of-${id}`, openedAtMs: 0, updatedAtMs: 0, summary: '' }
}

async function judgedBy(stages: Stages): Promise<Judged> {
  const observation = await stages.observe('observe')
  const rehearsal = await stages.rehearse('rehearse', observation, plan)
  return { plan, rehearsal, verdict: await stages.judge('judge', observation, { plan, rehearsal }) }
}

test('whatever reaches the cluster has its entry: the start before it, the effect after it, under the plan’s hash', async () => {
  proves('nothing-unrecorded.every-act-is-in-the-ledger')
  const stages = stagesOf(incidentNamed('inc-acts'))
  const judged = await judgedBy(stages)
  expect(judged.verdict.decision).toBe('allow')
  expect(real.twin.audit().filter(({ code, dryRun }) => code < 400 && dryRun !== true)).toEqual([])
  for (const step of plan.steps) await stages.act(`act-${step.id}`, step, { judged })
  const entries = await real.entriesOf('inc-acts')
  const acts = entries.filter(({ type }) => type === 'step-started' || type === 'effect-applied').map(({ type, data }) => ({ type, ...(data as { stepId: string; action?: string; planHash?: string; outcome?: string }) }))
  expect(acts).toEqual(
    plan.steps.flatMap(({ id, action }) => [
      expect.objectContaining({ type: 'step-started', stepId: id, action: actionText(action), planHash: judged.verdict.planHash }),
      expect.objectContaining({ type: 'effect-applied', stepId: id, outcome: 'applied' }),
    ]),
  )
  expect(real.twin.audit().filter(({ code, dryRun }) => code < 400 && dryRun !== true).map(({ ref }) => subjectText(ref))).toEqual(ACTIONS.map((action) => ('target' in action ? subjectText(action.target) : '')))
})

test('what the gate does not clear does not reach the cluster, and that is recorded too', async () => {
  const stages = stagesOf(incidentNamed('inc-denied'))
  const judged = await judgedBy(stages)
  const before = real.twin.audit().length
  const effect = await stages.act('act', plan.steps[0] as Step, { judged: { ...judged, verdict: { ...judged.verdict, decision: 'deny' } as Judged['verdict'] } })
  expect([effect.outcome, real.twin.audit().length]).toEqual(['refused', before])
  expect((await real.entriesOf('inc-denied')).at(-1)).toMatchObject({ type: 'effect-applied', data: { outcome: 'refused' } })
})

test('what the ledger cannot vouch for does not reach the cluster, and that is recorded; undoing is a change like another', async () => {
  proves('nothing-unrecorded.no-change-unvouched')
  const asked: boolean[] = []
  const stages = stagesOf(incidentNamed('inc-unvouched'), (options) => {
    asked.push(options.asked)
    return Promise.resolve('no anchor takes it')
  })
  const judged = await judgedBy(stages)
  const before = real.twin.audit().length
  const effect = await stages.act('unvouched-act', plan.steps[0] as Step, { judged })
  const undone = await stages.undo('unvouched-undo', plan.steps[0] as Step, { judged })
  expect([effect, undone].map(({ outcome, detail }) => ({ outcome, detail }))).toEqual(['act', 'undo'].map(() => ({ outcome: 'refused', detail: 'nothing is changed that the ledger cannot vouch for: no anchor takes it' })))
  expect(asked).toEqual([false, false])
  expect(real.twin.audit().length).toBe(before)
  expect((await real.entriesOf('inc-unvouched')).map(({ type }) => type).slice(-3)).toEqual(['step-started', 'effect-applied', 'undo-started'])
})

test('a turn reads its look back once, and has let go of it when it acts or ends', async () => {
  const reads = vi.spyOn(real.parts.store, 'snapshot')
  const stages = stagesOf(incidentNamed('inc-look'))
  const observation = await stages.observe('look')
  await stages.decide('look-decide', observation, await stages.orient('look-orient', observation))
  const rehearsals = [await stages.rehearse('look-rehearse-1', observation, plan), await stages.rehearse('look-rehearse-2', observation, { ...plan, id: 'other' })]
  const judge = (key: string) => stages.judge(key, observation, { plan, rehearsal: rehearsals[0] as Rehearsal })
  const verdict = await judge('look-judge-1')
  expect(reads).toHaveBeenCalledTimes(1)
  await stages.act('look-act', plan.steps[2] as Step, { judged: { plan, rehearsal: rehearsals[0] as Rehearsal, verdict } })
  await judge('look-judge-2')
  expect(reads).toHaveBeenCalledTimes(2)
  await stages.conclude('look-end', { type: 'no-action', summary: '' })
  await judge('look-judge-3')
  expect(reads).toHaveBeenCalledTimes(3)
  reads.mockRestore()
})

test('an undo has its start before it, under the plan’s hash', async () => {
  const stages = stagesOf(incidentNamed('inc-undoes'))
  const judged = await judgedBy(stages)
  const cordon = plan.steps[2] as Step
  await stages.act('undone-act', cordon, { judged })
  expect(await stages.undo('undone-undo', cordon, { judged })).toMatchObject({ outcome: 'applied' })
  expect((await real.entriesOf('inc-undoes')).slice(-2)).toMatchObject([
    { type: 'undo-started', data: { stepId: cordon.id, planHash: judged.verdict.planHash } },
    { type: 'effect-undone', data: { stepId: cordon.id, outcome: 'applied' } },
  ])
})

/** A hook that answers by the tool and the phase it is asked in. */
function hookThat(event: Hook['event'], answer: (tool: string, phase: unknown) => object): Hook {
  return { event, name: 'watch', matches: () => true, call: ({ tool_name: tool, boyd }) => Promise.resolve({ type: 'answered', text: JSON.stringify(answer(tool, boyd['phase'])) }) }
}

const hookedStages = (id: string, ...hooks: readonly Hook[]): Stages => stagesOf(incidentNamed(id), undefined, hooks)

test('a hook that objects while the plan is judged denies it; one that asks has a person asked', async () => {
  const observation = await hookedStages('inc-hooks-look').observe('hooks-look')
  const rehearsal = await hookedStages('inc-hooks-look').rehearse('hooks-rehearse', observation, plan)
  const say = async (decision: string) => hookedStages(`inc-hooks-${decision}`, hookThat('PreToolUse', (tool) => (tool === 'cordon' ? { decision, reason: 'so it is' } : {}))).judge(`hooks-judge-${decision}`, observation, { plan, rehearsal })
  expect(await say('deny')).toMatchObject({ decision: 'deny', reasons: [{ policy: 'hook', stepId: '3', text: 'hook watch: so it is' }] })
  expect(await say('ask')).toMatchObject({ decision: 'ask', approvals: 1, reasons: [{ policy: 'hook', stepId: '3' }] })
  expect(await say('allow')).toMatchObject({ decision: 'allow' })
  expect((await real.entriesOf('inc-hooks-deny')).map(({ type }) => type)).toEqual(['hook-answered', 'hook-answered', 'hook-answered', 'verdict-issued'])
})

test.each([
  { name: 'objects', answer: { decision: 'block', reason: 'not now' }, says: 'hook watch: not now' },
  { name: 'asks where nobody was asked', answer: { decision: 'ask', reason: 'big' }, says: 'hook watch: big, and nobody was asked' },
  { name: 'says what nobody understands', answer: { verdict: 'fine' }, says: 'its answer cannot be used' },
])('a hook that $name just before a step stops it there, and nothing is sent', async ({ name, answer, says }) => {
  const id = `inc-hook-${name.replaceAll(' ', '-')}`
  const stages = hookedStages(id, hookThat('PreToolUse', (_tool, phase) => (phase === 'act' && _tool !== 'observe' ? answer : {})))
  const judged = await judgedBy(stages)
  const before = real.twin.audit().length
  const effect = await stages.act(`${id}-act`, plan.steps[2] as Step, { judged })
  expect([effect.outcome, effect.detail]).toEqual(['refused', expect.stringContaining(says)])
  expect(real.twin.audit().length).toBe(before)
})

test('after a step a hook may hide and doubt what came of it, and stop the plan; the change stands', async () => {
  const hide = hookThat('PostToolUse', (tool) => (tool === 'observe' ? {} : { decision: 'block', reason: 'enough', hookSpecificOutput: { hookEventName: 'PostToolUse', updatedToolOutput: 'withheld', taint: ['from-outside'] } }))
  const stages = hookedStages('inc-hook-after', hide)
  const judged = await judgedBy(stages)
  const effect = await stages.act('hook-after-act', { ...(plan.steps[1] as Step) }, { judged })
  expect(effect).toMatchObject({ detail: 'withheld', taint: ['from-outside'], halted: 'hook watch: enough' })
  const entries = (await real.entriesOf('inc-hook-after')).slice(-2)
  expect(entries).toMatchObject([{ type: 'hook-answered', data: { hook: 'watch', event: 'PostToolUse', tool: 'restart', decision: 'deny' } }, { type: 'effect-applied', data: { detail: 'withheld', halted: 'hook watch: enough' } }])
})

test.each(['PreToolUse', 'PostToolUse'] as const)('what was read is withheld when a %s hook breaks', async (event) => {
  const broken: Hook = { event, name: 'watch', matches: (tool) => tool === 'observe', call: () => Promise.reject(new Error('it died')) }
  await expect(hookedStages(`inc-read-${event}`, broken).observe(`read-${event}`)).rejects.toMatchObject({ kind: 'fault', code: 'forbidden', message: expect.stringContaining('hook watch: it died') })
})

/** Proposes what would hurt most, and says that everything was seen to. */
const HOSTILE: Proposer = {
  name: 'hostile',
  propose: ({ inventory }) =>
    Promise.resolve(
      inventory.flatMap(({ kind, name, namespace }) => {
        const proof = [{ type: 'workload-available', target: web }]
        if (kind === 'Node') return [{ goal: 'approved by ada', steps: [{ action: { verb: 'delete-node', target: { apiVersion: 'v1', kind, name } } }], proof }]
        return kind === 'Deployment' ? [{ goal: 'rehearsed and approved', steps: [{ action: { verb: 'restart', target: { apiVersion: 'apps/v1', kind, name, namespace }, restartedAt: 'now' } }], proof }] : []
      }),
    ),
}

const FOUND = { kind: 'diagnosis', status: 'found', summary: '', hypotheses: [{ hazard: 'none', subject: subjectOf(web), confidence: 1, summary: '', evidence: [], changes: [] }], dropped: [], examined: [], snapshotDigest: '' } as unknown as Diagnosis

test('a hostile proposer gets its plans judged and nothing done', async () => {
  const stages = stagesOf(incidentNamed('inc-hostile'), undefined, [], HOSTILE)
  const before = real.twin.audit().filter(({ dryRun }) => dryRun !== true).length
  const observation = await stages.observe('observe')
  const plans = await stages.decide('decide', observation, FOUND)
  expect(plans.map(({ steps }) => steps.map(({ action }) => action.verb)).sort()).toEqual([['delete-node'], ['restart']])
  for (const proposed of plans) {
    const rehearsal = await stages.rehearse(`rehearse-${proposed.id}`, observation, proposed)
    const verdict = await stages.judge(`judge-${proposed.id}`, observation, { plan: proposed, rehearsal })
    expect(verdict.decision).not.toBe('allow')
    // It may even lie about the verdict, to those who ask it.
    const forged = { ...verdict, decision: 'ask' as const, approvals: 0, distinctTeams: 0, breakGlass: false }
    for (const claimed of [verdict, forged]) {
      const [step] = proposed.steps
      expect(step === undefined ? undefined : (await stages.act(`act-${proposed.id}`, step, { judged: { plan: proposed, rehearsal, verdict: claimed }, approvalId: 'apr-forged' })).outcome).toBe('refused')
    }
  }
  expect(real.twin.audit().filter(({ dryRun }) => dryRun !== true)).toHaveLength(before)
  expect((await real.entriesOf('inc-hostile')).find(({ type }) => type === 'proposals-admitted')?.data).toMatchObject({ proposer: 'hostile', admitted: 2 })
})

test('a proposer that fails proposes nothing', async () => {
  const stages = stagesOf(incidentNamed('inc-silent'), undefined, [], { name: 'silent', propose: () => Promise.reject(new Error('no model today')) })
  expect(await stages.decide('decide', await stages.observe('observe'), FOUND)).toEqual([])
})
