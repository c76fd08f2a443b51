import { expect, test } from 'vitest'
import type { Plan } from '../model/plan.ts'
import type { Rehearsal, Worst } from '../model/rehearsal.ts'
import { rank, type Rankable } from './rank.ts'

const wait: Plan['steps'][number] = { id: '1-wait', action: { verb: 'wait', until: { type: 'node-ready', target: { apiVersion: 'v1', kind: 'Node', name: 'n1' } }, timeoutMs: 1 }, reason: 'r', preconditions: [] }
const plan = (id: string, more: Partial<Plan> = {}): Plan => ({ kind: 'plan', id, goal: 'g', hazard: 'h', subject: { kind: 'Node', name: 'n1' }, steps: [wait], proof: [], risk: 'reversible', expectedEffect: 'e', needsInput: [], rationale: 'r', values: 'observed', ...more })
const contains = (id: string): Plan => plan(id, { contains: true, risk: 'reversible' })
const cure = (id: string): Plan => plan(id, { risk: 'destructive' })
const asks = (id: string): Plan => plan(id, { risk: 'none', needsInput: [{ name: 'n', question: 'q' }] })

function rehearsed(passed: boolean, worst: Partial<Worst> = {}): Rehearsal {
  return {
    kind: 'rehearsal', id: 'r', planId: 'p', planHash: 'h', snapshotDigest: 'd', rehearsedAtMs: 0, versionProfile: 'v', runs: [], passed,
    worst: [{ workload: { kind: 'Deployment', namespace: 'shop', name: 'w' }, availableMin: 1, desired: 1, belowDesiredMs: 0, ...worst }],
    summary: '', assumptions: [], notModelled: [], confidence: 1,
  }
}

const passed = (one: Plan, worst: Partial<Worst> = {}): Rankable => ({ plan: one, rehearsal: rehearsed(true, worst) })
const failed = (one: Plan): Rankable => ({ plan: one, rehearsal: rehearsed(false) })
const untried = (one: Plan): Rankable => ({ plan: one })

test.each([
  { name: 'a rehearsal that passed, then one not made, then one that failed', candidates: [failed(plan('c')), untried(plan('b')), passed(plan('a'))] },
  { name: 'a cure before what only contains, however harmless that is', candidates: [passed(contains('b')), passed(cure('a'))] },
  { name: 'the same before any rehearsal', candidates: [untried(contains('b')), untried(cure('a'))] },
  { name: 'what contains and passed before a cure that failed', candidates: [failed(cure('b')), passed(contains('a'))] },
  { name: 'what passed before what an author called harmless', candidates: [failed(plan('b', { risk: 'none' })), passed(cure('a'))] },
  { name: 'less harm first', candidates: [passed(plan('c', { risk: 'destructive' })), passed(plan('b', { risk: 'disruptive' })), passed(plan('a'))] },
  { name: 'observed values before assumed ones', candidates: [passed(plan('b', { values: 'assumed' })), passed(plan('a'))] },
  { name: 'less unavailability on the twin', candidates: [passed(plan('b'), { availableMin: 0, belowDesiredMs: 9000 }), passed(plan('a'), { availableMin: 0, belowDesiredMs: 100 })] },
  { name: 'fewer replicas missing counts as less', candidates: [passed(plan('b'), { desired: 5, availableMin: 0, belowDesiredMs: 100 }), passed(plan('a'), { desired: 5, availableMin: 4, belowDesiredMs: 100 })] },
  { name: 'fewer steps', candidates: [passed(plan('b', { steps: [wait, { ...wait, id: '2-wait' }] })), passed(plan('a'))] },
  { name: 'what waits for a person comes last, behind what failed', candidates: [untried(asks('c')), failed(plan('b')), passed(plan('a'))] },
  { name: 'equals keep their order', candidates: [passed(plan('a')), passed(plan('b')), passed(plan('c'))] },
])('$name', ({ candidates }) => {
  const before = candidates.map((candidate) => candidate.plan.id)
  expect(rank({ candidates }).map((candidate) => candidate.plan.id)).toEqual(before.toSorted())
  expect(candidates.map((candidate) => candidate.plan.id)).toEqual(before)
})

test('nothing to rank', () => expect(rank({ candidates: [] })).toEqual([]))
