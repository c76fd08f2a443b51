import { expect, test } from 'vitest'
import type { TurnRecord, TurnResult } from '../model/mission.ts'
import { DEFAULT_BUDGET, type Budget } from './budget.ts'
import { runMission } from './mission.ts'

const again: TurnResult = { type: 'try-again', summary: 'the eviction was refused' }
const resolved: TurnResult = { type: 'resolved', summary: 'the proof holds' }

const cases: readonly { name: string; results: readonly TurnResult[]; budget?: Partial<Budget>; requests?: number; turnMs?: number; end: string; turns: number }[] = [
  { name: 'a fix at the first turn ends the mission', results: [resolved], end: 'resolved', turns: 1 },
  { name: 'a failed turn is followed by another', results: [again, resolved], end: 'resolved', turns: 2 },
  { name: 'nothing wrong ends it without a change', results: [{ type: 'no-action', summary: 'healthy' }], end: 'no-action', turns: 1 },
  { name: 'the limit of turns hands over', results: [again], budget: { turnsMax: 3 }, end: 'handed-over', turns: 3 },
  { name: 'the limit of changes hands over', results: [again], budget: { actionsMax: 10 }, requests: 6, end: 'handed-over', turns: 2 },
  { name: 'the limit of time hands over', results: [again], budget: { durationMaxMs: 90_000 }, turnMs: 60_000, end: 'handed-over', turns: 2 },
]

test.each(cases)('$name', async ({ results, budget, requests = 0, turnMs = 0, end, turns }) => {
  const outcome = await runMission({
    budget: { ...DEFAULT_BUDGET, turnsMax: 9, ...budget },
    takeTurn: (turn) => Promise.resolve({ record: record(turn, results[Math.min(turn, results.length) - 1] ?? again, requests), elapsedMs: turn * turnMs }),
  })
  expect(outcome.end.type).toBe(end)
  expect(outcome.history).toHaveLength(turns)
})

test('a hand-over says what was tried last', async () => {
  const outcome = await runMission({
    budget: { ...DEFAULT_BUDGET, turnsMax: 1 },
    takeTurn: (turn) => Promise.resolve({ record: record(turn, again, 0), elapsedMs: 0 }),
  })
  expect(outcome.end.summary).toContain('the eviction was refused')
})

function record(turn: number, result: TurnResult, requests: number): TurnRecord {
  return {
    turn,
    diagnosis: { kind: 'diagnosis', status: 'found', hypotheses: [], dropped: [], summary: '', examined: [], snapshotDigest: '' },
    candidates: [],
    effects: [{ kind: 'effect', stepId: '1', outcome: 'applied', detail: '', startedAtMs: 0, endedAtMs: 0, requests }],
    result,
  }
}
