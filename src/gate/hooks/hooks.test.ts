import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { proves } from '../../../test/requirements.ts'
import { systemClock } from '../../kernel/clock.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { HookAnswer, HookEvent, HookInput } from '../../ports/hooks.ts'
import { createHooks, type Hook } from './hooks.ts'
import { wordOf } from './read-answer.ts'
import { tightened } from './tighten.ts'

const said = (value: unknown): HookAnswer => ({ type: 'answered', text: typeof value === 'string' ? value : JSON.stringify(value) })
const pre = (output: object): HookAnswer => said({ hookSpecificOutput: { hookEventName: 'PreToolUse', ...output } })
const post = (output: object): HookAnswer => said({ hookSpecificOutput: { hookEventName: 'PostToolUse', ...output } })

describe('the word of a hook', () => {
  test.each<{ name: string; event?: HookEvent; answer: HookAnswer; word: object }>([
    { name: 'nothing', answer: said(''), word: { decision: 'pass' } },
    { name: 'an empty record', answer: said({}), word: { decision: 'pass' } },
    { name: 'allow is no objection', answer: pre({ permissionDecision: 'allow', permissionDecisionReason: 'fine' }), word: { decision: 'pass' } },
    { name: 'ask', answer: pre({ permissionDecision: 'ask', permissionDecisionReason: 'big' }), word: { decision: 'ask', reason: 'big' } },
    { name: 'defer is for a person to decide', answer: pre({ permissionDecision: 'defer' }), word: { decision: 'ask' } },
    { name: 'deny', answer: pre({ permissionDecision: 'deny', permissionDecisionReason: 'no' }), word: { decision: 'deny', reason: 'no' } },
    { name: 'the older way to block', answer: said({ decision: 'block', reason: 'no' }), word: { decision: 'deny', reason: 'no' } },
    { name: 'the older way to approve', answer: said({ decision: 'approve', reason: 'fine' }), word: { decision: 'pass' } },
    { name: 'the other agent’s way', answer: said({ decision: 'deny', reason: 'no', hookSpecificOutput: { hookEventName: 'BeforeTool' } }), word: { decision: 'deny', reason: 'no' } },
    { name: 'allow and deny at once', answer: said({ decision: 'allow', hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'deny' } }), word: { decision: 'deny' } },
    { name: 'do not continue', answer: said({ continue: false, stopReason: 'stop it' }), word: { decision: 'deny', reason: 'stop it' } },
    { name: 'exit code 2', answer: { type: 'blocked', reason: 'not\ntonight' }, word: { decision: 'deny', reason: 'not tonight' } },
    { name: 'a crash', answer: { type: 'broken', reason: 'exit code 1' }, word: { decision: 'deny', broken: true } },
    { name: 'plain text', answer: said('ok'), word: { decision: 'deny', broken: true } },
    { name: 'a list', answer: said([]), word: { decision: 'deny', broken: true } },
    { name: 'a field that nobody knows', answer: said({ decision: 'allow', severity: 'high' }), word: { decision: 'deny', broken: true } },
    { name: 'a decision in capitals', answer: pre({ permissionDecision: 'Deny' }), word: { decision: 'deny', broken: true } },
    { name: 'a decision that nobody knows', answer: pre({ permissionDecision: 'force' }), word: { decision: 'deny', broken: true } },
    { name: 'other arguments', answer: pre({ permissionDecision: 'allow', updatedInput: { target: 'x' } }), word: { decision: 'deny', broken: true, reason: expect.stringContaining('updatedInput') } },
    { name: 'an answer to the other event', answer: post({}), word: { decision: 'deny', broken: true } },
    { name: 'afterwards: nothing', event: 'PostToolUse', answer: said(''), word: { decision: 'pass' } },
    { name: 'afterwards: redacted', event: 'PostToolUse', answer: post({ updatedToolOutput: 'withheld' }), word: { decision: 'pass', redacted: 'withheld' } },
    { name: 'afterwards: tainted', event: 'PostToolUse', answer: post({ taint: ['from-log'] }), word: { decision: 'pass', taint: ['from-log'] } },
    { name: 'afterwards: stop', event: 'PostToolUse', answer: said({ decision: 'block', reason: 'enough' }), word: { decision: 'deny', reason: 'enough' } },
    { name: 'afterwards: an answer to the other event', event: 'PostToolUse', answer: pre({}), word: { decision: 'deny', broken: true } },
  ])('$name', ({ event = 'PreToolUse', answer, word }) => {
    expect(wordOf(event, answer)).toMatchObject(word)
  })

  test('whatever is answered, it is a word, and never a yes', () => {
    fc.assert(
      fc.property(fc.constantFrom<HookEvent>('PreToolUse', 'PostToolUse'), fc.oneof(fc.string(), fc.json(), fc.json().map((json) => `{"decision":"allow","x":${json}}`)), (event, text) => {
        const { decision } = wordOf(event, { type: 'answered', text })
        expect(decision).toBe(text.trim() === '' || text.trim() === '{}' ? 'pass' : 'deny')
      }),
    )
  })
})

function hook(name: string, answer: HookAnswer | Error, parts: Partial<Hook> = {}): Hook {
  const call = (): Promise<HookAnswer> => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer))
  return { event: 'PreToolUse', name, matches: () => true, call, ...parts }
}

const use = { missionId: 'mis-1', key: 'k', tool: 'drain', input: { verb: 'drain' }, about: { phase: 'act' } }
const asked = (hooks: readonly Hook[]) => createHooks({ hooks, clock: systemClock(), cwd: '/c', transcriptPath: '/t' })

describe('several hooks', () => {
  test.each([
    { name: 'none', hooks: [], decision: 'pass', reason: '' },
    { name: 'all pass', hooks: [hook('a', said('')), hook('b', said({ decision: 'allow' }))], decision: 'pass', reason: '' },
    { name: 'one asks', hooks: [hook('a', said('')), hook('b', pre({ permissionDecision: 'ask' }))], decision: 'ask', reason: 'hook b: a person must say yes' },
    { name: 'one denies, one asks', hooks: [hook('a', pre({ permissionDecision: 'ask' })), hook('b', said({ decision: 'block', reason: 'no' }))], decision: 'deny', reason: 'hook b: no' },
    { name: 'one throws', hooks: [hook('a', new Error('broken pipe'))], decision: 'deny', reason: 'hook a: broken pipe' },
    { name: 'one that is about something else', hooks: [hook('a', said({ decision: 'block' }), { matches: (tool) => tool === 'scale' })], decision: 'pass', reason: '' },
    { name: 'one of the other event', hooks: [hook('a', said({ decision: 'block' }), { event: 'PostToolUse' })], decision: 'pass', reason: '' },
  ])('$name: $decision', async ({ hooks, decision, reason }) => {
    expect(await asked(hooks).before(use)).toMatchObject({ decision, reason })
  })

  test('are told what is done, in the words that coding agents use', async () => {
    const inputs: HookInput[] = []
    const listening = hook('a', said(''), { event: 'PostToolUse', call: (input) => { inputs.push(input); return Promise.resolve(said('')) } })
    const result = await asked([listening]).after(use, { outcome: 'applied' })
    expect(inputs).toEqual([expect.objectContaining({ hook_event_name: 'PostToolUse', session_id: 'mis-1', transcript_path: '/t', cwd: '/c', permission_mode: 'default', tool_name: 'drain', tool_input: { verb: 'drain' }, tool_use_id: 'k', tool_response: { outcome: 'applied' } })])
    expect(result.reports).toEqual([expect.objectContaining({ hook: 'a', event: 'PostToolUse', tool: 'drain', decision: 'pass' })])
  })

  test('two redactions withhold it all', async () => {
    const both = ['a', 'b'].map((name) => hook(name, post({ updatedToolOutput: name, taint: ['t'] }), { event: 'PostToolUse' }))
    expect(await asked(both).after(use, {})).toMatchObject({ redacted: 'withheld: more than one hook redacts it', taint: ['t'] })
    expect(await asked(both.slice(0, 1)).after(use, {})).toMatchObject({ redacted: 'a' })
  })
})

describe('a verdict with the words of hooks', () => {
  const base = { kind: 'verdict', planHash: 'h', policyDigest: 'd', decidedAtMs: 1, reasons: [{ policy: 'p', text: 't' }] } as const
  const verdicts: readonly Verdict[] = [{ ...base, decision: 'allow' }, { ...base, decision: 'ask', approvals: 2, distinctTeams: 2, breakGlass: true }, { ...base, decision: 'deny' }]
  const RANK = { allow: 2, ask: 1, deny: 0 } as const
  const word = (decision: 'pass' | 'ask' | 'deny') => ({ stepId: '1', result: { decision, reason: `hook a: ${decision}` } })

  test.each([
    { verdict: 0, words: ['pass'], to: 'allow' },
    { verdict: 0, words: ['pass', 'ask'], to: 'ask' },
    { verdict: 0, words: ['ask', 'deny'], to: 'deny' },
    { verdict: 1, words: ['pass'], to: 'ask' },
    { verdict: 1, words: ['deny'], to: 'deny' },
    { verdict: 2, words: ['pass'], to: 'deny' },
  ] as const)('$words on verdict $verdict: $to', ({ verdict, words, to }) => {
    expect(tightened(verdicts[verdict] as Verdict, words.map(word)).decision).toBe(to)
  })

  test('is never milder, and asks for no fewer people', () => {
    proves('nothing-unauthorised.hooks-only-tighten')
    fc.assert(
      fc.property(fc.constantFrom(...verdicts), fc.array(fc.constantFrom('pass' as const, 'ask' as const, 'deny' as const)), (verdict, words) => {
        const result = tightened(verdict, words.map(word))
        expect(RANK[result.decision]).toBeLessThanOrEqual(RANK[verdict.decision])
        const kept = verdict.decision !== 'ask' || result.decision !== 'ask' || (result.approvals === 2 && result.distinctTeams === 2 && result.breakGlass)
        expect(kept).toBe(true)
      }),
    )
  })
})
