import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { proves } from '../../test/requirements.ts'
import { createGate, type Gate } from '../gate/gate.ts'
import { loadPolicies } from '../gate/load-policies.ts'
import { calmFacts, planOf, POLICIES_FOLDER, rehearsalOf, viewOf } from '../gate/examples.test-support.ts'
import { createSite } from '../gate/site.ts'
import { scaledClock, systemClock, type Clock } from '../kernel/clock.ts'
import { silentLog } from '../kernel/log.ts'
import type { LedgerEntryInit } from '../model/ledger-entry.ts'
import { watchPolicies, type PolicyReload } from './policy-reload.ts'

const endings: (() => void)[] = []
afterEach(() => endings.splice(0).forEach((end) => end()))

interface Stage {
  readonly folder: string
  readonly gate: Gate
  readonly entries: LedgerEntryInit[]
  readonly reload: PolicyReload
}

function stage(parts: { readonly record?: () => Promise<unknown>; readonly clock?: Clock } = {}): Stage {
  const folder = mkdtempSync(join(tmpdir(), 'reload-'))
  cpSync(POLICIES_FOLDER, folder, { recursive: true })
  const gate = createGate({ bundle: loadPolicies(folder), clock: systemClock(), site: () => createSite({ clusterId: 'c' }), facts: calmFacts() })
  const entries: LedgerEntryInit[] = []
  const record = parts.record ?? ((entry: LedgerEntryInit) => Promise.resolve(entries.push(entry)))
  const reload = watchPolicies({ gate, watched: [folder], load: () => loadPolicies(folder), record, clock: parts.clock ?? systemClock(), log: silentLog() })
  endings.push(() => rmSync(folder, { recursive: true }), () => reload.stop())
  return { folder, gate, entries, reload }
}

function edit(folder: string, file: string, change: (text: string) => string): void {
  writeFileSync(join(folder, file), change(readFileSync(join(folder, file), 'utf8')))
}

test('policies that load take the place of those in force, and a verdict of before no longer stands', async () => {
  const { folder, gate, entries, reload } = stage()
  const before = gate.policyDigest()
  const plan = planOf([{ verb: 'wait', until: { type: 'node-ready', target: { apiVersion: 'v1', kind: 'Node', name: 'worker-1' } }, timeoutMs: 1 }])
  const verdict = await gate.judge({ plan, rehearsal: rehearsalOf(plan), view: viewOf() })
  edit(folder, 'tests/asks.yaml', (text) => `${text}# a word more\n`)
  await reload.reload()
  expect(gate.policyDigest()).not.toBe(before)
  expect(entries).toEqual([expect.objectContaining({ type: 'policy-loaded', data: expect.objectContaining({ before, digest: gate.policyDigest() }) })])
  expect(await gate.whyFallen({ verdict })).toContain('the policies are not those')
})

test.each([
  { name: 'that do not parse', file: '3-asks.cedar', change: (text: string) => `${text}\npermit (` },
  { name: 'whose example comes out otherwise', file: 'tests/freeze.yaml', change: (text: string) => text.replace('ask break-glass', 'allow') },
  { name: 'that permit everything', file: '1-permits.cedar', change: (text: string) => `${text}\n@id("x") @title("t") permit (principal, action, resource);` },
])('policies $name never take that place', async ({ file, change }) => {
  proves('nothing-unauthorised.bundle-whole-or-not')
  const { folder, gate, entries, reload } = stage()
  const before = gate.policyDigest()
  edit(folder, file, change)
  await reload.reload()
  expect(gate.policyDigest()).toBe(before)
  expect(entries).toEqual([])
})

test('a changed file is noticed by itself', async () => {
  const { folder, gate } = stage({ clock: scaledClock({ factor: 50 }) })
  const before = gate.policyDigest()
  edit(folder, 'tests/asks.yaml', (text) => `${text}# a word more\n`)
  await expect.poll(() => gate.policyDigest(), { timeout: 20_000 }).not.toBe(before)
})

test('policies that cannot be written down do not take it either', async () => {
  const { folder, gate, reload } = stage({ record: () => Promise.reject(new Error('the database is gone')) })
  const before = gate.policyDigest()
  edit(folder, 'tests/asks.yaml', (text) => `${text}# a word more\n`)
  await reload.reload()
  expect(gate.policyDigest()).toBe(before)
})
