import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { isFault } from '../kernel/fault.ts'
import { POLICIES_FOLDER } from './examples.test-support.ts'
import { loadPolicies } from './load-policies.ts'

const folders: string[] = []
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })))

/** A copy of the default policies with one file changed. */
function changed(file: string, change: (text: string) => string): string {
  const folder = mkdtempSync(join(tmpdir(), 'policies-'))
  folders.push(folder)
  cpSync(POLICIES_FOLDER, folder, { recursive: true })
  writeFileSync(join(folder, file), change(file === 'extra.cedar' ? '' : readFileSync(join(folder, file), 'utf8')))
  return folder
}

function faultOf(folder: string): string {
  try {
    loadPolicies(folder)
  } catch (error) {
    if (!isFault(error) || error.code !== 'invalid' || error.hint === undefined) throw error
    return `${error.subject}: ${error.message}`
  }
  return 'loaded'
}

test('the default policies load; the digest follows every file', () => {
  const { digest, policies } = loadPolicies(POLICIES_FOLDER)
  expect(policies.length).toBeGreaterThan(15)
  expect(loadPolicies(POLICIES_FOLDER).digest).toBe(digest)
  expect(loadPolicies(changed('tests/asks.yaml', (text) => `${text}\n# a word more`)).digest).not.toBe(digest)
})

const permit = (annotations: string, rest = 'permit (principal, action == Boyd::Action::"restart", resource) when { context.reversible };'): string => `\n${annotations}\n${rest}`

test.each([
  { name: 'a syntax error', file: 'extra.cedar', text: '\n@id("x") @title("t")\npermit (principal, action resource);', says: /^extra\.cedar:3: .*unexpected token/ },
  { name: 'no id', file: 'extra.cedar', text: permit('@title("t")'), says: /no @id/ },
  { name: 'no title', file: 'extra.cedar', text: permit('@id("x")'), says: /^extra\.cedar:2 policy "x": the policy has no @title/ },
  { name: 'an id that is taken', file: 'extra.cedar', text: permit('@id("freeze") @title("t")'), says: /^extra\.cedar:2 policy "freeze": the @id is taken by 4-freeze\.cedar:3/ },
  { name: 'a typo in an attribute', file: 'extra.cedar', text: permit('@id("x") @title("t")', 'forbid (principal, action == Boyd::Action::"restart", resource) when { context.reversable };'), says: /^extra\.cedar:2 policy "x": .*reversable/ },
  { name: 'a rule that can never match', file: 'extra.cedar', text: permit('@id("x") @title("t")', 'forbid (principal, action == Boyd::Action::"drain", resource is Boyd::Workload);'), says: /policy "x"/ },
  { name: 'an obligation on a permit', file: 'extra.cedar', text: permit('@id("x") @title("t") @obligation("approval")'), says: /stands on a permit/ },
  { name: 'an obligation that nothing lifts', file: 'extra.cedar', text: permit('@id("x") @title("t") @obligation("approval")', 'forbid (principal, action, resource) when { context.freeze };'), says: /no mention of context\.approvals/ },
  { name: 'an obligation nobody knows', file: 'extra.cedar', text: permit('@id("x") @title("t") @obligation("toString")'), says: /is not known/ },
  { name: 'a permit for all changes', file: 'extra.cedar', text: permit('@id("x") @title("t")', 'permit (principal, action, resource);'), says: /has no condition/ },
  { name: 'a policy without examples', file: 'extra.cedar', text: permit('@id("x") @title("t")'), says: /no example shows what it does/ },
  { name: 'a directory that is too large', file: 'extra.cedar', text: `// ${'x'.repeat(300_000)}`, says: /the limit is/ },
])('$name is refused, with its place', ({ file, text, says }) => {
  expect(faultOf(changed(file, () => text))).toMatch(says)
})

test.each([
  { name: 'a policy was made milder', file: '3-asks.cedar', from: 'context.approvals.count >= 2 && context.approvals.teams >= 2', to: 'context.approvals.count >= 2', says: /example ".*" should be "ask 2 of 2 teams"/ },
  { name: 'a policy was removed', file: '4-freeze.cedar', from: '@id("freeze")', to: '@id("frost")', says: /policy "frost": no example|policy "freeze": there are examples/ },
  { name: 'an example names a member that does not exist', file: 'tests/asks.yaml', from: 'assumedValues: true', to: 'assumedvalues: true', says: /assumedvalues/ },
  { name: 'a near miss that the policy decides', file: 'tests/never.yaml', from: 'name: kill switch off\n      given: {}\n      verdict: allow', to: 'name: kill switch off\n      given: { killSwitch: true }\n      verdict: deny', says: /should not involve it and does/ },
])('$name: refused', ({ file, from, to, says }) => {
  expect(readFileSync(join(POLICIES_FOLDER, file), 'utf8')).toContain(from)
  expect(faultOf(changed(file, (text) => text.replace(from, to)))).toMatch(says)
})

test('a directory that is not there says where to point', () => {
  expect(faultOf('/nowhere/at/all')).toContain('/nowhere/at/all')
})
