/** The kill switch over the real store and policies: two gates stand for two processes of a fleet. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { calmFacts, planOf, POLICIES_FOLDER, rehearsalOf, viewOf } from '../../gate/examples.test-support.ts'
import { createGate, type Gate } from '../../gate/gate.ts'
import { loadPolicies } from '../../gate/load-policies.ts'
import type { Principal } from '../../model/principal.ts'
import { startRealParts, type RealParts } from '../../../test/support/real-parts.ts'
import { readSettings } from '../settings/settings.ts'
import { siteReader } from '../site-reader.ts'
import { resumeChanges, stopChanges } from './changes.ts'
import { proves } from '../../../test/requirements.ts'

const STOPS_WITHIN_MS = 1_000

const admin: Principal = { subject: 'ada', name: 'Ada', kind: 'person', roles: ['admin'], teams: [], authentication: { method: 'session', atMs: 0 } }
const plan = planOf([{ verb: 'restart', target: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }, restartedAt: 't' }])

const home = mkdtempSync(join(tmpdir(), 'boyd-switch-'))
let real: RealParts
let gates: readonly Gate[]
beforeAll(async () => {
  real = await startRealParts()
  const bundle = loadPolicies(POLICIES_FOLDER)
  gates = ['one', 'two'].map(() => {
    const site = siteReader({ home, clusterId: 'c', environment: 'production', settings: readSettings(undefined), clock: real.parts.clock, killSwitch: real.parts.killSwitch, pathOf: (path) => path })
    return createGate({ bundle, clock: real.parts.clock, site, facts: calmFacts() })
  })
})
afterAll(async () => {
  await real.stop()
  rmSync(home, { recursive: true })
})

/** What each process says of a new change, and of a plan whose verdict it gave before. */
async function said(): Promise<readonly string[]> {
  const rehearsal = rehearsalOf(plan, { rehearsedAtMs: real.parts.clock.now() })
  const verdicts = await Promise.all(gates.map((gate) => gate.judge({ plan, rehearsal, view: viewOf() })))
  return verdicts.map(({ decision, reasons }) => (decision === 'allow' ? 'allow' : `${decision}: ${reasons.map(({ policy }) => policy).join()}`))
}

test('stops new changes and running plans of every process within a second, and lets them go on', async () => {
  proves('nothing-unauthorised.stop-stops')
  const rehearsal = rehearsalOf(plan, { rehearsedAtMs: real.parts.clock.now() })
  const verdict = await (gates[0] as Gate).judge({ plan, rehearsal, view: viewOf() })
  expect(await said()).toEqual(['allow', 'allow'])

  const began = real.parts.clock.now()
  await stopChanges(real.parts, admin, 'the train is broken')
  expect(await said()).toEqual(['deny: kill-switch', 'deny: kill-switch'])
  expect(await Promise.all(gates.map((gate) => gate.whyFallen({ verdict })))).toEqual(['the kill switch is on', 'the kill switch is on'])
  expect(real.parts.clock.now() - began).toBeLessThan(STOPS_WITHIN_MS)

  // Who stops what is stopped already changes nothing: the first reason stands.
  expect(await stopChanges(real.parts, { ...admin, subject: 'bob', name: 'Bob' }, 'me too')).toMatchObject({ by: 'ada', reason: 'the train is broken' })
  await resumeChanges(real.parts, admin, 'mended')
  expect(await said()).toEqual(['allow', 'allow'])
  expect(await gates[1]?.whyFallen({ verdict })).toBeUndefined()
  const lines = (await real.parts.ledgerStore.read(1, 100)).map((line) => JSON.parse(line) as { type: string; actor: string; data: object })
  expect(lines.filter(({ type }) => type.startsWith('changes-')).map(({ type, actor, data }) => [type, actor, data])).toEqual([
    ['changes-stopped', 'ada', { name: 'Ada', reason: 'the train is broken' }],
    ['changes-resumed', 'ada', { name: 'Ada', reason: 'mended' }],
  ])
})

test('the file in the home folder does the same, from any shell', async () => {
  writeFileSync(join(home, 'kill-switch'), '')
  expect(await said()).toEqual(['deny: kill-switch', 'deny: kill-switch'])
  rmSync(join(home, 'kill-switch'))
  expect(await said()).toEqual(['allow', 'allow'])
})

test('a switch that cannot be read allows nothing', async () => {
  const site = siteReader({ home, clusterId: 'c', environment: 'production', settings: readSettings(undefined), clock: real.parts.clock, killSwitch: { stopped: () => Promise.reject(new Error('no database')) }, pathOf: (path) => path })
  const gate = createGate({ bundle: loadPolicies(POLICIES_FOLDER), clock: real.parts.clock, site, facts: calmFacts() })
  expect(await gate.judge({ plan, rehearsal: rehearsalOf(plan, { rehearsedAtMs: real.parts.clock.now() }), view: viewOf() })).toMatchObject({ decision: 'deny' })
})

test.each([
  { name: 'a responder may stop', who: { ...admin, roles: ['responder'] }, stops: true, resumes: false },
  { name: 'a viewer may not', who: { ...admin, roles: ['viewer'] }, stops: false, resumes: false },
  { name: 'a service may stop, and never resumes', who: { ...admin, kind: 'service' }, stops: true, resumes: false },
] as const)('$name', async ({ who, stops, resumes }) => {
  const tried = async (work: Promise<unknown>): Promise<boolean> => work.then(() => true, (error: { code: string }) => error.code !== 'forbidden')
  expect(await tried(stopChanges(real.parts, who, 'r'))).toBe(stops)
  expect(await tried(resumeChanges(real.parts, who, 'r'))).toBe(resumes)
  await real.parts.killSwitch.resume()
})
