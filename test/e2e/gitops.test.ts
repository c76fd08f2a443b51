/**
 * An object that Argo CD brings about, from the cluster's objects to what people read: `boyd diagnose` over a folder, and a
 * mission's stages over a twin with the shipped policies, a store, a ledger and tickets.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withContainer } from '../eval/apps.ts'
import { setStage } from '../eval/stage.ts'
import type { KubeObject } from '../../src/model/kube-object.ts'
import { parseWorld } from '../../src/model/world.ts'
import { runBoyd } from '../support/boyd-process.ts'
import { signalAbout, startRealParts, type RealParts } from '../support/real-parts.ts'
import { calmFacts } from '../../src/gate/examples.test-support.ts'
import { createGate } from '../../src/gate/gate.ts'
import { createHooks } from '../../src/gate/hooks/hooks.ts'
import { loadPolicies } from '../../src/gate/load-policies.ts'
import { createSite } from '../../src/gate/site.ts'
import { required } from '../../src/kernel/assert.ts'
import { noCrashPoints } from '../../src/kernel/crash-point.ts'
import { rehearseCandidates } from '../../src/loop/candidates.ts'
import { choose } from '../../src/loop/choose.ts'
import { wireStages } from '../../src/loop/wire-stages.ts'
import type { MissionRun } from '../../src/ports/engine.ts'

const REPOSITORY = 'https://git.example/shop.git'

function application(selfHeal: boolean): KubeObject {
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'shop', namespace: 'argocd' }, spec: { source: { repoURL: REPOSITORY, targetRevision: 'main', path: 'apps/web' }, syncPolicy: { automated: { prune: true, selfHeal } } }, status: { sync: { status: 'Synced' } } } as unknown as KubeObject
}

/** A rollout that names an image which is not there, signed for by the Application. */
function collected(selfHeal: boolean): string {
  const stage = setStage(11)
  const app = stage.app({ annotations: { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/web' } })
  const image = `${app.image}-gone`
  stage.images({ image, exists: false })
  stage.deploy(app)
  stage.pass(60)
  stage.apply(withContainer(app, { image }))
  stage.pass(10)
  const folder = mkdtempSync(join(tmpdir(), 'gitops-'))
  writeFileSync(join(folder, 'all.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...stage.twin.snapshot().objects, application(selfHeal)] }))
  return folder
}

interface Diagnosed {
  readonly plans: readonly { readonly id: string; readonly steps: readonly unknown[]; readonly needsInput: readonly { readonly name: string }[]; readonly sourceChanges: readonly { readonly repository?: string; readonly path?: string; readonly reverts: string; readonly patch: string }[] }[]
}

describe('a folder', () => {
  test.each([
    { name: 'without self-heal a temporary change is planned beside the change of the source', selfHeal: false, id: /^roll-back-/, steps: 1, asks: [], reverts: 'next sync', says: 'lasts until the next sync' },
    { name: 'with self-heal only the change of the source is', selfHeal: true, id: /^commit-roll-back-/, steps: 0, asks: ['commit'], reverts: 'at once', says: 'is put back at once' },
  ])('$name', async ({ selfHeal, id, steps, asks, reverts, says }) => {
    const folder = collected(selfHeal)
    try {
      const [json, text] = await Promise.all([runBoyd(['diagnose', '--from', folder, '--json']), runBoyd(['diagnose', '--from', folder])])
      const [plan] = (JSON.parse(json.stdout) as Diagnosed).plans
      expect(plan?.id).toMatch(id)
      expect([plan?.steps.length, plan?.needsInput.map((input) => input.name)]).toEqual([steps, asks])
      expect(plan?.sourceChanges).toEqual([expect.objectContaining({ repository: REPOSITORY, path: 'apps/web', reverts })])
      expect(plan?.sourceChanges[0]?.patch).toMatch(/containers:\n {8}- name: main\n {10}image: \S+\n$/)
      expect(text.stdout.replaceAll(/\s+/g, ' ')).toContain(`${REPOSITORY} at main, path apps/web`)
      expect(text.stdout).toContain(says)
    } finally {
      rmSync(folder, { recursive: true })
    }
  }, 60_000)
})

describe('a mission', () => {
  let real: RealParts
  beforeAll(async () => {
    real = await startRealParts()
  })
  afterAll(() => real.stop())

  test('policy asks, the request and the ticket hold the change of the source, and nothing is done without a word', async () => {
    const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'web' }
    const { twin } = real
    twin.api.patch(web, { type: 'merge', body: { metadata: { annotations: { 'argocd.argoproj.io/tracking-id': 'web:apps/Deployment:default/web' } } } })
    twin.advance(20 * 60_000)
    void twin.control.setWorld(parseWorld({ images: [{ image: 'web:9', exists: false }] }))
    twin.api.patch(web, { type: 'json', body: [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'web:9' }] })
    twin.advance(10 * 60_000)

    const taken = await real.parts.store.takeIn(signalAbout('web', { id: 'sig-gitops' }), () => ({ id: 'inc-gitops', missionId: 'mission-gitops' }))
    const incident = required(taken.type === 'opened' ? taken.incident : undefined, 'an incident of its own')
    await real.parts.tickets.open({ incidentId: incident.id, title: incident.title, priority: 'P2', body: '', nowMs: 0 })
    const gate = createGate({ bundle: loadPolicies(join(import.meta.dirname, '../../policies')), clock: twin.clock, site: () => createSite({ clusterId: 'twin' }), facts: calmFacts() })
    const desk = { agentVersion: '1', asksMax: 3, announcements: () => [], tell: (channel: string) => Promise.resolve({ channel }), takeBack: () => Promise.resolve(), whyNoVote: () => Promise.resolve(undefined) }
    const { store, tickets, record } = real.parts
    const stages = wireStages({ store, tickets, gate, desk, cluster: twin.cluster({ realm: 'live' }), clock: twin.clock, crashPoints: noCrashPoints, incident, startedAtMs: twin.nowMs(), whyNoChange: () => Promise.resolve(undefined), hooks: createHooks({ hooks: [], clock: twin.clock, cwd: '/', transcriptPath: '/' }), record: async (entry) => ({ repeated: false, ...((await record(entry)) as object) }) })
    const step = async <T>(name: string, work: (key: string) => Promise<T>): Promise<T> => work(`mission-gitops/${name}`)
    const run: MissionRun = { missionId: incident.missionId, step, fencedStep: step, receive: () => Promise.resolve(undefined), sleep: () => Promise.resolve() }

    const observation = await stages.observe('observe')
    const diagnosis = await stages.orient('orient', observation)
    const plans = await stages.decide('decide', observation, diagnosis)
    const before = twin.audit().filter(({ dryRun }) => dryRun !== true).length
    const candidates = await rehearseCandidates({ run, stages, turn: 1, observation, plans, history: [] })
    const choice = await choose({ run, stages, turn: 1, observation, candidates })
    expect([choice.type, choice.candidates[0]?.verdict?.decision, choice.candidates[0]?.verdict?.reasons.map(({ policy }) => policy)]).toEqual(['none', 'ask', expect.arrayContaining(['gitops-asks'])])
    const [approval] = await store.approvals({ missionId: incident.missionId })
    expect(approval?.shown).toContain('Source to change:\n  Application web (Deployment default/web, in the manifest):\n    apiVersion: apps/v1\n')
    expect(approval?.shown).toContain('image: web:1')
    const ticket = await tickets.ofIncident(incident.id)
    expect(JSON.stringify(ticket)).toContain('its source must change')
    expect(twin.audit().filter(({ dryRun }) => dryRun !== true)).toHaveLength(before)
  }, 60_000)
})
