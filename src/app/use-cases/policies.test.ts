import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readConfig } from '../config.ts'
import { requestsOf, shadowReport, verdictsIn } from './judged-before.ts'
import { diffFolders, explainRequest, inspectFolder, readRequestFile, sideOf } from './policies.ts'

const home = mkdtempSync(join(tmpdir(), 'policies-'))
afterAll(() => rmSync(home, { recursive: true }))
const config = readConfig({ home }, {})
const POLICIES = config.policiesFolder

/** A copy of the shipped policies with one file changed. */
function changed(name: string, file: string, change: (text: string) => string): string {
  const folder = join(home, name)
  cpSync(POLICIES, folder, { recursive: true })
  writeFileSync(join(folder, file), change(readFileSync(join(folder, file), 'utf8')))
  return folder
}

test('without a folder it is what serve would load, with the layers of the settings', () => {
  const settingsFile = join(home, 'with-layer.yaml')
  const layer = join(home, 'team')
  mkdirSync(join(layer, 'tests'), { recursive: true })
  writeFileSync(join(layer, 'a.cedar'), '@id("calm") @title("Nothing on Sundays") @mode("shadow") forbid (principal, action in Boyd::Action::"mutate", resource) when { context.weekday == 7 };')
  writeFileSync(join(layer, 'tests', 'a.yaml'), '- policy: calm\n  decides: [{ name: sunday, given: { weekday: 7 }, verdict: deny }]\n  nearMisses: [{ name: saturday, given: { weekday: 6 }, verdict: allow }]\n')
  writeFileSync(settingsFile, 'policy: { layers: [{ name: team, folder: ./team }] }\n')
  const inspection = inspectFolder(readConfig({ home, settingsFile }, {}))
  expect(inspection.problems).toEqual([])
  expect(inspection.bundle?.shadow.map(({ id, layer: name }) => [id, name])).toEqual([['calm', 'team']])
  // The same folder by itself: a layer above the platform's.
  expect(inspectFolder(config, layer).bundle?.layers.map(({ name }) => name)).toEqual(['sealed', 'platform', 'team'])
})

test.each([
  { name: 'allowed', given: {}, verdict: 'allow', by: ['rehearsed-change'], next: 'Nothing is needed.' },
  { name: 'asked', given: { action: 'delete-node', resource: { type: 'Node', name: 'w' }, reversible: false }, verdict: 'ask 1', by: ['delete-node-asks', 'irreversible-asks'], next: 'Approvals needed: 1.' },
  { name: 'denied for good', given: { killSwitch: true }, verdict: 'deny', by: ['kill-switch'], next: 'No approval lifts it.' },
  { name: 'permitted by none', given: { rehearsal: { ageSec: 901 } }, verdict: 'deny', by: ['default'], next: expect.stringContaining('No policy permits it') },
])('explained: $name', ({ given, verdict, by, next }) => {
  const explained = explainRequest(sideOf(config), { source: 'x', given })
  expect(explained).toMatchObject({ verdict, next })
  expect(explained.by.map(({ id }) => id)).toEqual(by)
})

test('a folder that is not there is bad input, not an invalid policy', () => {
  expect(() => inspectFolder(config, join(home, 'nowhere'))).toThrow(expect.objectContaining({ code: 'not-found', subject: join(home, 'nowhere') }))
})

test('what is no request is said in one line', () => {
  expect(() => explainRequest(sideOf(config), { source: 'x', given: { frozen: true } })).toThrow(expect.objectContaining({ code: 'invalid', message: expect.stringContaining('frozen') }))
  const file = join(home, 'list.yaml')
  writeFileSync(file, '- a\n')
  expect(() => readRequestFile(file)).toThrow(expect.objectContaining({ code: 'invalid' }))
  writeFileSync(file, 'given: { freeze: true }\n')
  expect(readRequestFile(file).given).toEqual({ freeze: true })
})

test('layout is no change; meaning is, and its verdicts with it', () => {
  const same = changed('same', '3-asks.cedar', (text) => `// a word more\n${text.replaceAll('\n', '\n\n')}`)
  expect(diffFolders(config, { before: POLICIES, after: same }, [])).toMatchObject({ policies: [], verdicts: [] })
  const milder = changed('milder', '3-asks.cedar', (text) => text.replace('context.blast.pods > 20 ||', 'context.blast.pods > 40 ||'))
  writeFileSync(join(milder, 'tests/asks.yaml'), readFileSync(join(milder, 'tests/asks.yaml'), 'utf8').replace('{ pods: 30, podPct: 3 }', '{ pods: 41, podPct: 3 }'))
  const recorded = [{ source: 'inc-1 plan step 1', given: { blast: { pods: 35 } } }]
  const diff = diffFolders(config, { before: POLICIES, after: milder }, recorded)
  expect(diff.policies).toEqual([expect.objectContaining({ policy: 'blast-soft', change: 'changed' })])
  expect(diff.verdicts).toEqual([
    { source: 'example "thirty pods of many" of blast-soft', from: 'ask 1', to: 'allow', fromBy: ['blast-soft'], toBy: ['rehearsed-change'] },
    { source: 'inc-1 plan step 1', from: 'ask 1', to: 'allow', fromBy: ['blast-soft'], toBy: ['rehearsed-change'] },
  ])
  expect(diff.asked.recorded).toBe(1)
})

test('a policy that goes on trial is told apart from one that goes away', () => {
  const trial = changed('trial', '4-freeze.cedar', (text) => text.replace('@id("freeze")', '@id("freeze") @mode("shadow")'))
  expect(diffFolders(config, { before: POLICIES, after: trial }, []).policies).toEqual([expect.objectContaining({ policy: 'freeze', change: 'put on trial' })])
})

const line = (data: object, type = 'verdict-issued'): string => JSON.stringify({ v: 1, seq: 1, at: '2026-01-01T00:00:00.000Z', type, key: 'k', incidentId: 'inc-1', missionId: 'm', actor: 'boyd', data, prev: '0' })

test('the ledger tells what was asked, and what trials would have changed', () => {
  const shadow = (to: string) => [{ policy: 'night', stepId: '1', from: 'allow', to }]
  const ledger = [
    line({ planId: 'p', goal: 'web runs', decision: 'allow', reasons: [], policyDigest: 'd', requests: [{ stepId: '1', request: { freeze: true } }], shadow: shadow('deny') }),
    line({}, 'effect-applied'),
    line({ planId: 'p', goal: 'web runs', decision: 'allow', reasons: [], policyDigest: 'd', shadow: shadow('ask 1') }),
    line({ planId: 'older', goal: 'before there were requests', decision: 'deny', reasons: [], policyDigest: 'd' }),
  ].join('\n')
  const judged = verdictsIn(`${ledger}\n`)
  expect(requestsOf(judged)).toEqual([{ source: 'inc-1 p step 1', given: { freeze: true } }])
  expect(shadowReport(judged)).toEqual([
    { policy: 'night', changes: 2, byChange: [{ from: 'allow', to: 'ask 1', count: 1 }, { from: 'allow', to: 'deny', count: 1 }], examples: [expect.objectContaining({ to: 'deny' }), expect.objectContaining({ to: 'ask 1' })] },
  ])
  expect(() => verdictsIn('no ledger')).toThrow(expect.objectContaining({ code: 'invalid', subject: 'line 1' }))
})
