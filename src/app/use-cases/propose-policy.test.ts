/** From a denial to a rule that policy check and test accept, over the policies that ship and what a real gate was asked. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { calmFacts, nodeNamed, OBJECTS, planOf, POLICIES_FOLDER, rehearsalOf, viewOf } from '../../gate/examples.test-support.ts'
import { createGate } from '../../gate/gate.ts'
import { inspectPolicies, loadPolicies } from '../../gate/load-policies.ts'
import { createSite } from '../../gate/site.ts'
import type { Approval } from '../../model/approval.ts'
import { planHash, type Action } from '../../model/plan.ts'
import type { Principal } from '../../model/principal.ts'
import { startRealParts, type RealParts } from '../../../test/support/real-parts.ts'
import { proposePolicy } from './propose-policy.ts'

const ann: Principal = { subject: 'ann', name: 'Ann', kind: 'person', roles: ['responder'], teams: [], authentication: { method: 'session', atMs: 0 } }
const HOSTILE = 'no "quotes"; }; permit (principal, action, resource); \u202E // \\'

const deleteNode: Action = { verb: 'delete-node', target: { apiVersion: 'v1', kind: 'Node', name: 'worker-1', uid: 'uid-worker-1' } }
const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' }
const patchClaim: Action = { verb: 'patch', target: claim, patchType: 'merge', patch: { spec: { resources: { requests: { storage: '2Gi' } } } }, undo: { spec: {} } }
const plans = { 'delete a node': [deleteNode], 'make a claim larger': [patchClaim], both: [deleteNode, patchClaim] } as const

let real: RealParts
const folder = mkdtempSync(join(tmpdir(), 'boyd-propose-'))
beforeAll(async () => {
  real = await startRealParts()
})
afterAll(async () => {
  await real.stop()
  rmSync(folder, { recursive: true })
})

/** What the mission would have left behind: the verdict in the ledger, and the denied request. */
async function denied(id: string, actions: readonly Action[], reason = 'never during the day'): Promise<Approval> {
  const { clock, store, record } = real.parts
  const plan = planOf([...actions])
  const gate = createGate({ bundle: loadPolicies(POLICIES_FOLDER), clock, site: () => createSite({ clusterId: 'c' }), facts: calmFacts() })
  const verdict = await gate.judge({ plan, rehearsal: rehearsalOf(plan, { rehearsedAtMs: clock.now() }), view: viewOf([...OBJECTS, nodeNamed('worker-4')]) })
  expect(verdict.decision).toBe('ask')
  await record({ type: 'verdict-issued', key: `${id}/verdict`, incidentId: `inc-${id}`, missionId: `mis-${id}`, actor: 'boyd', data: verdict })
  const veto = { by: 'ann', name: 'Ann', teams: [], authentication: ann.authentication, proof: { kid: '', sig: '' }, decision: 'deny', reason, door: 'cli', atMs: clock.now() } as const
  const approval: Approval = {
    kind: 'approval', id: `apr-${id}`, missionId: `mis-${id}`, incidentId: `inc-${id}`, planId: plan.id, planHash: planHash(plan), rehearsalId: 'reh-1', targetVersions: {}, requestedBy: 'boyd', approvalsNeeded: 1, distinctTeams: 1, breakGlass: false,
    state: 'denied', votes: [veto], messages: [], asked: { severity: 2, blast: { pods: 1, podPct: 1, namespaces: 1, nodes: 1, nodePct: 1 }, agentVersion: '1' }, requestedAtMs: 0, expiresAtMs: 1, shownDigest: '', shown: '',
  }
  await store.requestApproval(approval)
  return approval
}

/** The diff, applied as a person would, in a folder of its own. */
function applied(name: string, diff: string): string {
  const layer = mkdtempSync(join(folder, `${name}-`))
  writeFileSync(join(layer, 'proposal.diff'), diff)
  execFileSync('git', ['apply', 'proposal.diff'], { cwd: layer, env: { ...process.env, GIT_CEILING_DIRECTORIES: folder } })
  rmSync(join(layer, 'proposal.diff'))
  return layer
}

describe('a denial becomes a rule that policy check and test accept', () => {
  test.each(Object.entries(plans).map(([name, actions], index) => ({ name, actions, id: `plain-${index}` })))('$name', async ({ actions, id }) => {
    const approval = await denied(id, actions)
    const proposal = await proposePolicy(real.parts, ann, approval.id)
    const layer = applied(id, proposal.diff)
    const { problems, bundle, examples } = inspectPolicies(POLICIES_FOLDER, { layers: [{ name: 'team', folder: layer }] })
    expect(problems).toEqual([])
    expect(proposal.policies).toHaveLength(actions.length)
    expect(bundle?.policies.map((policy) => policy.id)).toEqual(expect.arrayContaining([...proposal.policies]))
    const mine = examples.filter(({ policy }) => proposal.policies.includes(policy))
    expect(mine.filter(({ role }) => role === 'decides').map(({ verdict, by, policy }) => [verdict, by.includes(policy)])).toEqual(proposal.policies.map(() => ['deny', true]))
    expect(mine.filter(({ role }) => role === 'near-miss').map(({ by, policy }) => by.includes(policy))).toEqual(proposal.policies.map(() => false))
  })

  test('with the rule in force the same plan is refused, and nobody is asked', async () => {
    const approval = await denied('again', [deleteNode])
    const { diff } = await proposePolicy(real.parts, ann, approval.id)
    const plan = planOf([deleteNode])
    const bundle = loadPolicies(POLICIES_FOLDER, { layers: [{ name: 'team', folder: applied('again', diff) }] })
    const gate = createGate({ bundle, clock: real.parts.clock, site: () => createSite({ clusterId: 'c' }), facts: calmFacts() })
    const verdict = await gate.judge({ plan, rehearsal: rehearsalOf(plan, { rehearsedAtMs: real.parts.clock.now() }), view: viewOf([...OBJECTS, nodeNamed('worker-4')]) })
    expect([verdict.decision, verdict.reasons.map(({ text }) => text)]).toEqual(['deny', ['never during the day']])
  })

  test('a reason is a title and nothing else, whatever it says', async () => {
    const approval = await denied('hostile', [deleteNode], HOSTILE)
    const { diff, policies } = await proposePolicy(real.parts, ann, approval.id)
    const layer = applied('hostile', diff)
    const { problems, bundle } = inspectPolicies(POLICIES_FOLDER, { layers: [{ name: 'team', folder: layer }] })
    expect(problems).toEqual([])
    expect(bundle?.policies.filter((policy) => policy.layer === 'team').map(({ id, effect }) => [id, effect])).toEqual([[policies[0], 'forbid']])
    expect(readFileSync(join(layer, 'denied-apr-hostile.cedar'), 'utf8')).not.toMatch(/\u202E/)
  })
})

test('nothing is in force before a person puts it there', async () => {
  const before = loadPolicies(POLICIES_FOLDER).digest
  await proposePolicy(real.parts, ann, (await denied('inert', [deleteNode])).id)
  expect(loadPolicies(POLICIES_FOLDER).digest).toBe(before)
})

test.each([
  { name: 'that is not there', id: 'apr-none', change: undefined, code: 'not-found' },
  { name: 'that nobody denied', id: 'apr-kept', change: { id: 'apr-kept', votes: [], state: 'expired' as const }, code: 'conflict' },
  { name: 'that the ledger knows no verdict of', id: 'apr-unknown', change: { id: 'apr-unknown', incidentId: 'inc-unknown' }, code: 'invalid' },
])('a request $name makes no rule', async ({ id, change, code }) => {
  if (change !== undefined) await real.parts.store.requestApproval({ ...(await denied(`base-${code}`, [deleteNode])), ...change })
  await expect(proposePolicy(real.parts, ann, id)).rejects.toMatchObject({ code })
  await expect(proposePolicy(real.parts, { ...ann, roles: ['viewer'] }, id)).rejects.toMatchObject({ code: 'forbidden' })
})
