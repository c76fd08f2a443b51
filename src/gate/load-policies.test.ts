import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { isFault } from '../kernel/fault.ts'
import { POLICIES_FOLDER } from './examples.test-support.ts'
import { decide, decisionText } from './decide.ts'
import { requestOfExample } from './fact-schema.ts'
import { inspectPolicies, loadPolicies } from './load-policies.ts'
import { filesOfLayer } from './policy-files.ts'
import { SEALED_DIGEST, SEALED_FOLDER } from './sealed.ts'

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
  { name: 'a permit whose condition always holds', file: 'extra.cedar', text: permit('@id("x") @title("t")', 'permit (principal, action in Boyd::Action::"mutate", resource) when { context.localHour >= 0 || context.reversible };'), says: /policy "x": it permits a change of which everything is bad/ },
  { name: 'brackets a thousand deep', file: 'extra.cedar', text: permit('@id("x") @title("t")', `forbid (principal, action, resource) when { ${'('.repeat(1_000)}true${')'.repeat(1_000)} };`), says: /^extra\.cedar: it nests deeper than 64/ },
  { name: 'a chain of a hundred conditions', file: 'extra.cedar', text: permit('@id("x") @title("t")', `forbid (principal, action, resource) when { ${Array.from({ length: 100 }, () => 'context.freeze').join(' && ')} };`), says: /nest deeper than 64/ },
  { name: 'a mode nobody knows', file: 'extra.cedar', text: permit('@id("x") @title("t") @mode("Shadow")'), says: /@mode\("Shadow"\) is not known/ },
  { name: 'mixed scripts in a string', file: 'extra.cedar', text: permit('@id("x") @title("t")', 'forbid (principal, action in Boyd::Action::"mutate", resource) when { resource in Boyd::NamespaceName::"kubе-system" };'), says: /policy "x"/ },
  { name: 'text that runs the other way', file: 'extra.cedar', text: permit('@id("x") @title("t")', 'forbid (principal, action in Boyd::Action::"mutate", resource) when { context.target.tier == "\u202Eabc" };'), says: /policy "x"/ },
  { name: 'a template', file: 'extra.cedar', text: permit('@id("x") @title("t")', 'permit (principal == ?principal, action, resource);'), says: /template/ },
  { name: 'a policy without examples', file: 'extra.cedar', text: permit('@id("x") @title("t")'), says: /no example shows what it does/ },
  { name: 'a directory that is too large', file: 'extra.cedar', text: `// ${'x'.repeat(300_000)}`, says: /the limit is/ },
])('$name is refused, with its place', ({ file, text, says }) => {
  expect(faultOf(changed(file, () => text))).toMatch(says)
})

test.each([
  { name: 'a policy was made milder', file: '3-asks.cedar', from: 'context.approvals.count >= 2 && context.approvals.teams >= 2', to: 'context.approvals.count >= 2', says: /example ".*" should be "ask 2 of 2 teams"/ },
  { name: 'a policy was removed', file: '4-freeze.cedar', from: '@id("freeze")', to: '@id("frost")', says: /policy "frost": no example|policy "freeze": there are examples/ },
  { name: 'an example names a member that does not exist', file: 'tests/asks.yaml', from: 'assumedValues: true', to: 'assumedvalues: true', says: /assumedvalues/ },
  { name: 'a near miss that the policy decides', file: 'tests/freeze.yaml', from: 'freeze: true, breakGlass: true, approvals: { count: 1, teams: 1 } }\n      verdict: allow', to: 'freeze: true }\n      verdict: ask break-glass', says: /^tests\/freeze\.yaml:\d+ policy "freeze": .*should not involve it and does/ },
])('$name: refused', ({ file, from, to, says }) => {
  expect(readFileSync(join(POLICIES_FOLDER, file), 'utf8')).toContain(from)
  expect(faultOf(changed(file, (text) => text.replace(from, to)))).toMatch(says)
})

test('a directory that is not there says where to point', () => {
  expect(faultOf('/nowhere/at/all')).toContain('/nowhere/at/all')
})

/** A folder with one policy and its examples, as a team would write it. */
function layerOf(policy: string, examples: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'layer-'))
  folders.push(folder)
  mkdirSync(join(folder, 'tests'))
  writeFileSync(join(folder, 'team.cedar'), policy)
  writeFileSync(join(folder, 'tests', 'team.yaml'), examples)
  return folder
}

const NIGHT = `@id("night") @title("Nobody restarts the shop at night") %
forbid (principal, action == Boyd::Action::"restart", resource) when { context.localHour < 6 };`
const NIGHT_EXAMPLES = `
- policy: night
  decides: [{ name: at three, given: { localHour: 3 }, verdict: deny }]
  nearMisses: [{ name: at six, given: { localHour: 6 }, verdict: allow }]
`

test('a layer tightens, and its digest is part of the whole', () => {
  const folder = layerOf(NIGHT.replace('%', ''), NIGHT_EXAMPLES)
  const bundle = loadPolicies(POLICIES_FOLDER, { layers: [{ name: 'team', folder }] })
  expect(bundle.layers.map(({ name }) => name)).toEqual(['sealed', 'platform', 'team'])
  expect(bundle.digest).not.toBe(loadPolicies(POLICIES_FOLDER).digest)
  const { base } = inspectPolicies(POLICIES_FOLDER)
  const request = requestOfExample(base as never, { given: { localHour: 3 } })
  expect(decide(request as never, bundle)).toMatchObject({ type: 'deny', by: ['night'] })
})

test('a policy on trial is loaded, tried by its examples, and not in force', () => {
  const folder = layerOf(NIGHT.replace('%', '@mode("shadow")'), NIGHT_EXAMPLES)
  const { bundle, base, problems } = inspectPolicies(POLICIES_FOLDER, { layers: [{ name: 'team', folder }] })
  expect(problems).toEqual([])
  expect(bundle?.shadow.map(({ id }) => id)).toEqual(['night'])
  expect(decisionText(decide(requestOfExample(base as never, { given: { localHour: 3 } }) as never, bundle as never))).toBe('allow')
})

test.each([
  { name: 'a layer that permits', policy: '@id("open") @title("t")\npermit (principal, action == Boyd::Action::"restart", resource) when { context.reversible };', says: /team\/team\.cedar:1 policy "open": layer "team" permits/ },
  { name: 'a layer that takes the id of a sealed policy', policy: '@id("kill-switch") @title("t")\nforbid (principal, action, resource) when { context.freeze };', says: /team\/team\.cedar:1 policy "kill-switch": the @id is taken by sealed\/never\.cedar/ },
  { name: 'a layer whose example is wrong', policy: NIGHT.replace('%', '').replace('< 6', '< 2'), says: /team\/tests\/team\.yaml:3 policy "night": example "at three" should be "deny"/ },
])('$name: refused', ({ policy, says }) => {
  const folder = layerOf(policy, NIGHT_EXAMPLES)
  expect(() => loadPolicies(POLICIES_FOLDER, { layers: [{ name: 'team', folder }] })).toThrow(expect.objectContaining({ subject: expect.any(String) }))
  const { problems } = inspectPolicies(POLICIES_FOLDER, { layers: [{ name: 'team', folder }] })
  expect(problems.map(({ file, line, policy: id, message }) => `${file}:${line} policy "${id}": ${message}`).join('\n')).toMatch(says)
})

test('the optional policies are a layer that loads', () => {
  expect(inspectPolicies(POLICIES_FOLDER, { layers: [{ name: 'optional', folder: join(POLICIES_FOLDER, 'optional') }] }).problems).toEqual([])
})

test('the sealed policies are those that the code expects, and none of them can be lifted or tried', () => {
  expect(filesOfLayer({ name: 'sealed', folder: SEALED_FOLDER }).digest).toBe(SEALED_DIGEST)
  const sealed = loadPolicies(POLICIES_FOLDER).policies.filter((policy) => policy.layer === 'sealed')
  expect(sealed.map(({ effect, obligation }) => [effect, obligation])).toEqual(sealed.map(() => ['forbid', undefined]))
  expect(sealed.map(({ id }) => id)).toEqual(expect.arrayContaining(['kill-switch', 'unrehearsed', 'kube-system', 'system-namespace', 'control-plane', 'out-of-reach', 'four-eyes', 'viewer']))
})

test.each([
  { name: 'softened', change: (text: string) => text.replace('when { context.killSwitch };', 'when { context.killSwitch && context.freeze };') },
  { name: 'emptied', change: () => '' },
  { name: 'given a comment', change: (text: string) => `${text}// nothing\n` },
])('sealed policies that were $name are refused', ({ change }) => {
  const sealedFolder = join(changed('sealed/never.cedar', change), 'sealed')
  expect(() => loadPolicies(POLICIES_FOLDER, { sealedFolder })).toThrow(expect.objectContaining({ subject: expect.stringContaining('sealed'), message: expect.stringContaining('not those that this program was built with') }))
})

test('a directory of its own does not lose the sealed policies, and cannot bring others of their names', () => {
  const folder = changed('1-permits.cedar', (text) => text)
  rmSync(join(folder, 'sealed'), { recursive: true })
  expect(loadPolicies(folder).policies.map(({ id }) => id)).toContain('kill-switch')
  expect(faultOf(changed('extra.cedar', () => '@id("kill-switch") @title("t")\nforbid (principal, action in Boyd::Action::"mutate", resource) when { context.killSwitch && context.freeze };'))).toContain('taken by sealed/never.cedar')
})

test('all problems are told, each with its place', () => {
  const folder = changed('extra.cedar', () => '@id("a")\nforbid (principal, action, resource);\n\n@id("b") @title("t") @obligation("approval")\nforbid (principal, action, resource);')
  expect(inspectPolicies(folder).problems.map(({ file, line, policy }) => [file, line, policy])).toEqual([['extra.cedar', 1, 'a'], ['extra.cedar', 4, 'b']])
  expect(faultOf(folder)).toContain('and 1 more')
})
