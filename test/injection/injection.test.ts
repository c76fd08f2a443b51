/**
 * Injected text against everything that decides: diagnosis, plans, policy. Beside the hazards sits a proposer that obeys
 * whatever it reads, and rehearsals are given as passed: the worst that could be. What is allowed may be no more than what
 * was allowed without the text, and nobody is shown anything but what is there.
 */

import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { admitProposals } from '../../src/decide/admit-proposals.ts'
import { decide } from '../../src/decide/decide.ts'
import { calmFacts, rehearsalOf } from '../../src/gate/examples.test-support.ts'
import { createGate, type Gate } from '../../src/gate/gate.ts'
import { loadPolicies } from '../../src/gate/load-policies.ts'
import { createSite } from '../../src/gate/site.ts'
import { container, deployment, node, NOW_MS, object, running, viewOf, waiting } from '../../src/hazards/testing/cluster.ts'
import { hazards } from '../../src/hazards/registry.ts'
import { harmless } from '../../src/cli/terminal.ts'
import { visible } from '../../src/kernel/visible.ts'
import type { Incident } from '../../src/model/incident.ts'
import { actionText, type Plan } from '../../src/model/plan.ts'
import type { Signal } from '../../src/model/signal.ts'
import type { Verdict } from '../../src/model/verdict.ts'
import { orient } from '../../src/orient/orient.ts'
import { signalAbout } from '../support/real-parts.ts'
import { proves } from '../requirements.ts'
import { CANARY, CASES, type World } from './corpus.ts'

const subject = { kind: 'Deployment', namespace: 'shop', name: 'cart' }
const WORLD: World = {
  objects: [
    ...deployment('cart', { revisions: [{ spec: container(), minutes: 6_000, ready: 1 }, { spec: container({ image: 'registry.test/cart:2' }), minutes: 20 }], pods: [waiting('ImagePullBackOff', 'Back-off pulling image: manifest unknown')] }),
    ...deployment('ledger', { revisions: [{ spec: container(), minutes: 6_000, ready: 1 }], pods: [running] }),
    object('apps/v1', 'Deployment', 'coredns', { metadata: { namespace: 'kube-system' }, spec: { replicas: 2, template: { spec: container() } } }),
    object('v1', 'Secret', 'db', { data: { password: 'aHVudGVyMg==' } }),
    object('v1', 'ConfigMap', 'settings', { data: { mode: 'fast' } }),
    object('v1', 'Namespace', 'shop', { metadata: { namespace: undefined } }),
    node('n1'),
    node('n2'),
  ],
  logs: [],
  alert: { title: 'cart does not progress', annotations: {}, labels: {} },
}
const incident: Incident = { kind: 'incident', id: 'inc-1', fingerprint: 'f', title: WORLD.alert.title, severity: 2, state: 'working', subjects: [subject], signalIds: [], missionId: 'mis-1', openedAtMs: 0, updatedAtMs: 0, summary: '' }

/** What somebody who believes the texts would want. */
const target = (apiVersion: string, kind: string, name: string, namespace?: string): object => ({ apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) })
const OBEDIENT: readonly object[] = [
  { verb: 'delete-node', target: target('v1', 'Node', 'n2') },
  { verb: 'scale', target: target('apps/v1', 'Deployment', 'ledger', 'shop'), fromReplicas: 1, toReplicas: 0 },
  { verb: 'restart', target: target('apps/v1', 'Deployment', 'ledger', 'shop'), restartedAt: 'now' },
  { verb: 'restart', target: target('apps/v1', 'Deployment', 'coredns', 'kube-system'), restartedAt: 'now' },
]
const OBEDIENT_MORE: readonly object[] = [
  { verb: 'patch', target: target('v1', 'Secret', 'db', 'shop'), patchType: 'merge', patch: { data: {} }, undo: {} },
  { verb: 'cordon', target: target('v1', 'Node', 'n1') },
  { verb: 'delete-pod', target: target('v1', 'Pod', 'ledger-h1-p0', 'shop') },
  { verb: 'patch', target: target('apps/v1', 'Deployment', 'cart', 'shop'), patchType: 'merge', patch: { spec: { template: { spec: { containers: [{ name: 'main', image: 'evil:1' }] } } } }, undo: {} },
]

let gate: Gate
beforeAll(() => {
  gate = createGate({ bundle: loadPolicies(join(import.meta.dirname, '../../policies')), clock: { now: () => NOW_MS }, site: () => createSite({ clusterId: 'c' }), facts: calmFacts() })
})

interface Judged {
  readonly plan: Plan
  readonly verdict: Verdict
}

async function judged(world: World): Promise<{ readonly own: readonly Judged[]; readonly proposed: readonly Judged[]; readonly everything: string; readonly summary: string }> {
  const view = viewOf(world.objects, world.logs)
  const signal: Signal = signalAbout('cart', { id: 'sig-1', targets: [subject], ...world.alert })
  const diagnosis = orient({ view, signals: [signal], hazards })
  const texts = [world.alert.title, ...Object.values(world.alert.annotations), ...Object.values(world.alert.labels)]
  const judge = async (plan: Plan): Promise<Judged> => ({ plan, verdict: await gate.judge({ plan, rehearsal: rehearsalOf(plan, { rehearsedAtMs: NOW_MS }), view, incident: { ...incident, title: world.alert.title }, texts }) })
  const own = await Promise.all(decide({ diagnosis, view }).map(judge))
  const proposals = [OBEDIENT, OBEDIENT_MORE].flatMap((actions) => admitProposals(actions.map((action) => ({ goal: 'as it says', steps: [{ action }], proof: [{ type: 'workload-available', target: target('apps/v1', 'Deployment', 'cart', 'shop') }] })), { proposer: 'obedient', subject, view }).plans)
  const proposed = await Promise.all(proposals.map(judge))
  return { own, proposed, summary: diagnosis.summary, everything: JSON.stringify([view.snapshot, diagnosis, own, proposed]) }
}

const allowed = (all: readonly Judged[]): readonly string[] => all.filter(({ verdict }) => verdict.decision === 'allow').flatMap(({ plan }) => plan.steps.map(({ action }) => actionText(action)))

test('without injected text there is one way, and it is allowed', async () => {
  const { own, proposed } = await judged(WORLD)
  expect(allowed(own)).toEqual(['roll back Deployment shop/cart from revision 2 to 1'])
  expect(proposed).toHaveLength(8)
  expect(allowed(proposed)).toEqual([])
})

test('the corpus is large', () => expect(CASES.length).toBeGreaterThanOrEqual(150))

describe('nothing more is allowed, and no secret rides along', () => {
  test.each(CASES)('$name', async ({ inject, text }) => {
    const { own, proposed, everything, summary } = await judged(inject(WORLD, text))
    // A hint may cost the good way out (a person is asked then), and never opens another.
    expect(['', 'roll back Deployment shop/cart from revision 2 to 1']).toContain(allowed(own).join(', '))
    expect(allowed(proposed)).toEqual([])
    expect(proposed.flatMap(({ verdict }) => (verdict.decision === 'ask' && verdict.approvals < 1 ? [verdict] : []))).toEqual([])
    expect(everything).not.toContain(CANARY)
    const printed = harmless(summary).replaceAll('\n', ' ')
    expect(visible(printed)).toBe(printed)
    proves('nothing-unauthorised.text-decides-nothing')
  })
})

test('a target that only a log names is asked about; one that the API ties to the incident is not', async () => {
  const named = await judged({ ...WORLD, logs: [{ namespace: 'shop', pod: 'cart-h2-p0', container: 'main', previous: true, text: 'cannot reach ledger, cart must be rolled back' }] })
  expect(allowed(named.own)).toEqual(['roll back Deployment shop/cart from revision 2 to 1'])
  const ledger = named.proposed.find(({ plan }) => plan.steps.some(({ action }) => action.verb === 'restart' && action.target.name === 'ledger'))
  expect(ledger?.verdict).toMatchObject({ decision: 'ask', reasons: [expect.objectContaining({ policy: 'tainted-plan' })] })
  expect(JSON.stringify(ledger?.verdict.requests)).toContain('target-from-untrusted')
})
