/** A target that fails its check is left out: in the rehearsal on a real twin, and in the loop, by the same lines. */

import { expect, test } from 'vitest'
import type { Effect } from '../model/effect.ts'
import type { KubeObject } from '../model/kube-object.ts'
import type { Action, Condition, Plan, Step } from '../model/plan.ts'
import { createSnapshot, DEFAULT_CLUSTER_VERSION } from '../model/snapshot.ts'
import { nodeNamed, webDeployment } from '../twin/http/served-twin-bed.ts'
import { createTwin } from '../twin/twin.ts'
import { leftOut } from './left-out.ts'
import { rehearse } from './rehearse.ts'

const n = (name: string) => ({ apiVersion: 'v1', kind: 'Node', name })

function step(id: string, action: Action, otherwise: 'stop' | 'skip'): Step {
  const target = 'target' in action ? action.target : n('')
  const check: Condition = { type: 'expression', target, name: 'no-users', expression: 'size(pods) == 0', otherwise }
  return { id, action, reason: '', preconditions: id.endsWith('uncordon') ? [] : [check] }
}

function planOf(otherwise: 'stop' | 'skip'): Plan {
  return {
    kind: 'plan', id: 'p', goal: 'idle nodes are cordoned', hazard: 'test', subject: n('n1'), risk: 'reversible', expectedEffect: '', needsInput: [], rationale: '', values: 'observed',
    steps: ['n1', 'n2', 'n3'].map((name) => step(`${name}-cordon`, { verb: 'cordon', target: n(name) }, otherwise)),
    proof: [{ type: 'nodes-ready', matchLabels: {}, atLeast: 1 }],
  }
}

/** Three nodes; the pod of the only workload runs on one of them. */
function snapshotOfThree() {
  const twin = createTwin({ seed: 1, startMs: 0, version: DEFAULT_CLUSTER_VERSION, objects: [nodeNamed('n1'), nodeNamed('n2'), nodeNamed('n3'), webDeployment('web:1', 1)] })
  twin.advance(60_000)
  const { objects } = twin.snapshot()
  const [used = ''] = objects.filter((object: KubeObject) => object.kind === 'Pod').map((pod) => (pod['spec'] as { nodeName: string }).nodeName)
  return { used, snapshot: createSnapshot({ ...twin.snapshot(), logs: [], notes: [] }) }
}

const rehearsed = async (plan: Plan, snapshot: ReturnType<typeof snapshotOfThree>['snapshot']) => rehearse({ id: 'reh', plan, snapshot, seeds: [1, 2], rehearsedAtMs: 60_000, detect: () => [] })

test('only nodes with zero users: the others are changed, the used one is skipped, and the rehearsal says so', async () => {
  const { used, snapshot } = snapshotOfThree()
  const rehearsal = await rehearsed(planOf('skip'), snapshot)
  expect(rehearsal.passed).toBe(true)
  const outcomes = Object.fromEntries(rehearsal.runs[0]?.steps.map(({ stepId, outcome }) => [stepId.slice(0, 2), outcome]) ?? [])
  expect(outcomes).toEqual({ n1: 'applied', n2: 'applied', n3: 'applied', [used]: 'skipped' })
  expect(rehearsal.runs[0]?.steps.find(({ outcome }) => outcome === 'skipped')?.detail).toContain('no-users')
})

test('where a check says to stop, the plan fails its rehearsal at the used node', async () => {
  const { used, snapshot } = snapshotOfThree()
  const rehearsal = await rehearsed(planOf('stop'), snapshot)
  expect(rehearsal.passed).toBe(false)
  expect(rehearsal.summary).toContain(`${used}-cordon: precondition failed: no-users`)
})

test('a later step about a skipped target is left out with it', () => {
  const steps = [step('1-drain', { verb: 'drain', target: n('n1'), timeoutMs: 1 }, 'skip'), step('2-delete', { verb: 'delete-node', target: n('n1') }, 'skip'), step('3-delete', { verb: 'delete-node', target: n('n2') }, 'skip')]
  const plan = { ...planOf('skip'), steps }
  const skipped: Effect = { kind: 'effect', stepId: '1-drain', outcome: 'skipped', detail: 'two users', startedAtMs: 1, endedAtMs: 2, requests: 0 }
  expect(steps.map((each) => leftOut(each, plan, [skipped])?.outcome)).toEqual(['skipped', 'skipped', undefined])
  expect(leftOut(steps[1] as Step, plan, [{ ...skipped, outcome: 'applied' }])).toBeUndefined()
})
