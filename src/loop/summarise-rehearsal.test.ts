import { describe, expect, test } from 'vitest'
import type { RehearsalRun, Worst } from '../model/rehearsal.ts'
import { summarise } from './summarise-rehearsal.ts'

const subject = { kind: 'Deployment', namespace: 'shop', name: 'web' }

function run(proofHeld: boolean, parts: Partial<RehearsalRun> = {}): RehearsalRun {
  return { seed: 1, proofHeld, steps: [], durationMs: 0, evictionsBlocked: 0, unplaced: [], ...parts }
}

function comesTo(runs: readonly RehearsalRun[], parts: { readonly worst?: readonly Worst[]; readonly notModelled?: readonly string[] } = {}): ReturnType<typeof summarise> {
  return summarise({ runs, worst: parts.worst ?? [], notModelled: parts.notModelled ?? [] })
}

describe('passed, and how sure', () => {
  const good = run(true)
  const bad = run(false, { failure: 'the quota is full' })
  const cases = [
    { name: 'all runs reach the proof', runs: [good, good, good, good, good], gaps: 0, passed: true, confidence: 1 },
    { name: 'one bad run in five is a bad plan', runs: [good, good, bad, good, good], gaps: 0, passed: false, confidence: 0.8 },
    { name: 'all runs fail: sure that it fails', runs: [bad, bad], gaps: 0, passed: false, confidence: 1 },
    { name: 'runs that disagree', runs: [good, bad], gaps: 0, passed: false, confidence: 0.5 },
    { name: 'each gap of the twin lowers it', runs: [good], gaps: 2, passed: true, confidence: 0.7 },
    { name: 'never below a tenth', runs: [good], gaps: 20, passed: true, confidence: 0.1 },
    { name: 'no run is no rehearsal', runs: [], gaps: 0, passed: false, confidence: 0.1 },
  ]
  test.each(cases)('$name', ({ runs, gaps, passed, confidence }) => {
    expect(comesTo(runs, { notModelled: Array.from({ length: gaps }, (_, index) => `feature ${index}`) })).toMatchObject({ passed, confidence })
  })
})

describe('the sentence', () => {
  test('a quiet success says that nobody suffers', () => {
    expect(comesTo([run(true), run(true)]).summary).toBe('2 of 2 runs reach the proof; no workload drops below what it has now')
  })

  test('a failure says why, what it costs, and what was refused', () => {
    const worst = [{ workload: subject, availableMin: 1, desired: 3, belowDesiredMs: 40_400 }]
    const pod = { kind: 'Pod', namespace: 'shop', name: 'web-1' }
    const { summary } = comesTo([run(true, { evictionsBlocked: 2 }), run(false, { failure: 'web is not available', evictionsBlocked: 4, unplaced: [{ pod, reason: 'no room' }] })], { worst })
    expect(summary.split('; ')).toEqual([
      '1 of 2 runs reach the proof',
      'web is not available',
      'Deployment shop/web falls to 1 of 3 and stays below for up to 40 s',
      'budgets refuse up to 4 evictions',
      'up to 1 pods find no node',
    ])
  })
})
