import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AUTONOMY_LEVELS, playbookOf, type PlaybookEvent, type PlaybookOutcome } from '../model/playbook.ts'
import { standingOf, type AutonomyRules } from './autonomy.ts'
import { planOf } from './examples.test-support.ts'

const RULES: AutonomyRules = { start: 'auto', earnedAfter: 3, recentMs: 1_000, ceilings: [] }
const NAME = 'bad-image/roll-back'

/** One outcome a millisecond. */
function record(events: readonly PlaybookEvent[]): PlaybookOutcome[] {
  return events.map((event, index) => ({ playbook: NAME, key: `${index}`, event, atMs: index }))
}

function standing(events: readonly PlaybookEvent[], rules: Partial<AutonomyRules> = {}) {
  return standingOf(NAME, record(events), { rules: { ...RULES, ...rules }, nowMs: events.length })
}

const times = (event: PlaybookEvent, count: number): PlaybookEvent[] => Array.from({ length: count }, () => event)

describe('the level that a playbook has', () => {
  test.each<{ name: string; events: readonly PlaybookEvent[]; rules?: Partial<AutonomyRules>; level: string; recentFailures?: number }>([
    { name: 'never run', events: [], level: 'auto' },
    { name: 'never run, where playbooks start low', events: [], rules: { start: 'observe' }, level: 'observe' },
    { name: 'one failure', events: ['verified', 'failed'], level: 'approve', recentFailures: 1 },
    { name: 'two failures', events: ['failed', 'failed'], level: 'suggest', recentFailures: 2 },
    { name: 'four failures', events: times('failed', 4), level: 'observe', recentFailures: 4 },
    { name: 'an undo that failed', events: ['undo-failed'], level: 'observe', recentFailures: 1 },
    { name: 'earned back', events: ['failed', ...times('verified', 3)], level: 'auto', recentFailures: 1 },
    { name: 'not quite earned back', events: ['failed', ...times('verified', 2)], level: 'approve', recentFailures: 1 },
    { name: 'a no ends the streak', events: ['failed', 'verified', 'verified', 'denied', 'verified'], level: 'approve', recentFailures: 1 },
    { name: 'rehearsals alone do not earn the right to act alone', events: ['failed', ...times('rehearsed', 20)], level: 'approve', recentFailures: 1 },
    { name: 'rehearsals earn what may only look', events: times('rehearsed', 6), rules: { start: 'observe' }, level: 'approve' },
    { name: 'from nothing to auto', events: [...times('rehearsed', 6), ...times('verified', 3)], rules: { start: 'observe' }, level: 'auto' },
    { name: 'held by a ceiling', events: times('verified', 9), rules: { ceilings: [{ playbook: 'bad-image/*', level: 'approve' }] }, level: 'approve' },
    { name: 'the ceiling of another playbook', events: [], rules: { ceilings: [{ playbook: 'bad-probe/*', level: 'observe' }] }, level: 'auto' },
  ])('$name: $level', ({ events, rules, level, recentFailures = 0 }) => {
    expect(standing(events, rules)).toMatchObject({ level, recentFailures })
  })

  test('a failure is recent for as long as the settings say', () => {
    expect(standingOf(NAME, record(['failed']), { rules: RULES, nowMs: 999 }).recentFailures).toBe(1)
    expect(standingOf(NAME, record(['failed']), { rules: RULES, nowMs: 1_000 }).recentFailures).toBe(0)
  })

  test('a failure more never gives a higher level', () => {
    const anyEvents = fc.array(fc.constantFrom<PlaybookEvent>('rehearsed', 'verified', 'failed', 'denied', 'undo-failed'), { maxLength: 30 })
    fc.assert(
      fc.property(anyEvents, fc.constantFrom<PlaybookEvent>('failed', 'undo-failed'), (before, failure) => {
        const rank = (events: readonly PlaybookEvent[]): number => AUTONOMY_LEVELS.indexOf(standing(events).level)
        expect(rank([...before, failure])).toBeLessThanOrEqual(rank(before))
      }),
    )
  })
})

test('a playbook is the hazard with its verbs, whatever object it is about', () => {
  const node = { apiVersion: 'v1', kind: 'Node', name: 'n' }
  expect(playbookOf(planOf([{ verb: 'cordon', target: node }, { verb: 'drain', target: node, timeoutMs: 1 }, { verb: 'wait', until: { type: 'node-empty', target: node }, timeoutMs: 1 }, { verb: 'drain', target: { ...node, name: 'm' }, timeoutMs: 1 }]))).toBe('h/cordon+drain')
})
