/**
 * A story with a site's own policies: a policy on trial and a hook that is a real program, named in the settings file; then
 * what `boyd policy` reads from the ledger that the story left.
 */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { LedgerEntry } from '../../src/model/ledger-entry.ts'
import { runBoyd } from '../support/boyd-process.ts'

const home = mkdtempSync(join(tmpdir(), 'policy-story-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const SETTINGS = `
policy:
  layers: [{ name: trial, folder: ./trial }]
hooks:
  PreToolUse: [{ matcher: roll-back, hooks: [{ type: command, command: ./hook.sh, timeoutMs: 30000 }] }]
  PostToolUse: [{ matcher: roll-back, hooks: [{ type: command, command: ./hook.sh, timeoutMs: 30000 }] }]
`

const TRIAL = `@id("roll-backs-ask") @title("Roll-backs ask") @mode("shadow") @obligation("approval")
forbid (principal, action == Boyd::Action::"roll-back", resource) unless { context.approvals.count >= 1 };`

const EXAMPLES = `
- policy: roll-backs-ask
  decides: [{ name: roll-back, given: { action: roll-back }, verdict: ask 1 }]
  nearMisses: [{ name: restart, given: { action: restart }, verdict: allow }]
`

test('the trial changes nothing and is reported, the hook is told of each use, and the record explains the verdict', async () => {
  mkdirSync(join(home, 'trial', 'tests'), { recursive: true })
  writeFileSync(join(home, 'boyd.yaml'), SETTINGS)
  writeFileSync(join(home, 'trial', 'a.cedar'), TRIAL)
  writeFileSync(join(home, 'trial', 'tests', 'a.yaml'), EXAMPLES)
  writeFileSync(join(home, 'hook.sh'), `#!/bin/sh\n(cat; echo) >> ${home}/seen.jsonl\n`, { mode: 0o755 })

  const story = await runBoyd(['start', '--story', 'bad-image', '--once', '--yes', '--json', '--speed', '30', '--home', home])
  expect(`${story.exitCode} ${story.exitCode === 0 ? '' : story.stderr}`).toBe('0 ')
  const [demo = ''] = readdirSync(join(home, 'demos'))
  const ledger = join(home, 'demos', demo, 'ledger.jsonl')
  const entries = readFileSync(ledger, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as LedgerEntry)

  const told = readFileSync(join(home, 'seen.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { hook_event_name: string; tool_name: string; boyd: { phase: string } })
  expect(told.map(({ hook_event_name: event, tool_name: tool, boyd }) => `${event} ${tool} ${boyd.phase}`)).toEqual(['PreToolUse roll-back judge', 'PreToolUse roll-back act', 'PostToolUse roll-back act'])
  expect(entries.filter(({ type }) => type === 'hook-answered').length).toBe(3)
  expect(entries.find(({ type }) => type === 'verdict-issued')?.data).toMatchObject({ decision: 'allow', shadow: [{ policy: 'roll-backs-ask', from: 'allow', to: 'ask 1' }] })
  expect(entries.find(({ type }) => type === 'policy-loaded')?.data).toMatchObject({ shadow: ['roll-backs-ask'] })

  const json = async (...args: readonly string[]): Promise<unknown> => JSON.parse((await runBoyd(['policy', ...args, '--json', '--home', home, '--config', join(home, 'boyd.yaml'), '--ledger', ledger])).stdout)
  const incident = entries.find(({ type }) => type === 'incident-opened')?.incidentId ?? ''
  expect(await json('shadow')).toMatchObject({ verdicts: 1, onTrial: ['roll-backs-ask'], policies: [{ policy: 'roll-backs-ask', changes: 1, byChange: [{ from: 'allow', to: 'ask 1', count: 1 }] }] })
  expect(await json('explain', '--incident', incident)).toMatchObject({ explanations: [{ verdict: 'allow', recorded: { decision: 'allow' }, by: [{ id: 'rehearsed-change' }] }] })
}, 240_000)
