import { describe, expect, test } from 'vitest'
import type { Clock } from '../kernel/clock.ts'
import { toKubeTime } from '../kernel/clock.ts'
import type { KubeObject } from '../model/kube-object.ts'
import type { Condition, Plan } from '../model/plan.ts'
import type { Rehearsal } from '../model/rehearsal.ts'
import { createSnapshot, DEFAULT_CLUSTER_VERSION } from '../model/snapshot.ts'
import { createView, type View } from '../model/view.ts'
import { evaluateCondition } from './conditions.ts'
import { verifyPlan } from './verify.ts'
import { waitForConditions } from './wait-for-conditions.ts'

const NOW_MS = Date.UTC(2026, 0, 1)
const ago = (seconds: number): string => toKubeTime(NOW_MS - seconds * 1_000)

function viewOf(objects: readonly KubeObject[]): View {
  return createView(createSnapshot({ takenAtMs: NOW_MS, clusterVersion: DEFAULT_CLUSTER_VERSION, clusterId: 'c', resourceVersion: '1', objects, logs: [], notes: [] }))
}

function holds(condition: Condition, objects: readonly KubeObject[], found: readonly string[] = []): boolean {
  const detect = (hazard: string) => (found.includes(hazard) ? [{ subject: { kind: 'Deployment', namespace: 'shop', name: 'cart' } }] : [])
  return evaluateCondition(condition, { view: viewOf(objects), detect }).held
}

const target = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'cart' }

function workload(kind: string, status: object, spec: object = { replicas: 3 }): KubeObject {
  return { apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1', kind, metadata: { name: 'cart', namespace: 'shop', uid: 'w', generation: 2 }, spec, status: { observedGeneration: 2, ...status } }
}

describe('workload-available', () => {
  const all = { replicas: 3, updatedReplicas: 3, availableReplicas: 3 }
  test.each([
    { name: 'all there', kind: 'Deployment', status: all, held: true },
    { name: 'one not available', kind: 'Deployment', status: { ...all, availableReplicas: 2 }, held: false },
    { name: 'one of the old template', kind: 'Deployment', status: { ...all, updatedReplicas: 2 }, held: false },
    { name: 'an old one still ends', kind: 'Deployment', status: { ...all, replicas: 4 }, held: false },
    { name: 'the status is about an older spec', kind: 'Deployment', status: { ...all, observedGeneration: 1 }, held: false },
    { name: 'no replicas wanted', kind: 'Deployment', status: {}, spec: { replicas: 0 }, held: true },
    { name: 'StatefulSet all there', kind: 'StatefulSet', status: { ...all, currentRevision: 'a', updateRevision: 'b' }, held: true },
    { name: 'StatefulSet at rest reports no updates', kind: 'StatefulSet', status: { availableReplicas: 3, currentRevision: 'a', updateRevision: 'a' }, held: true },
    { name: 'StatefulSet half way', kind: 'StatefulSet', status: { ...all, updatedReplicas: 1, currentRevision: 'a', updateRevision: 'b' }, held: false },
    { name: 'StatefulSet held by its partition', kind: 'StatefulSet', status: { ...all, updatedReplicas: 1, currentRevision: 'a', updateRevision: 'b' }, spec: { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } }, held: true },
    { name: 'DaemonSet all there', kind: 'DaemonSet', status: { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 }, held: true },
    { name: 'DaemonSet one missing', kind: 'DaemonSet', status: { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 }, held: false },
    { name: 'Job complete', kind: 'Job', status: { conditions: [{ type: 'Complete', status: 'True' }] }, held: true },
    { name: 'Job failed', kind: 'Job', status: { active: 1, ready: 1, conditions: [{ type: 'Failed', status: 'True' }] }, held: false },
    { name: 'Job not begun', kind: 'Job', status: {}, held: false },
  ])('$name: $held', ({ kind, status, held, ...row }) => {
    const object = workload(kind, status, row.spec)
    expect(holds({ type: 'workload-available', target: { ...target, apiVersion: object.apiVersion, kind } }, [object])).toBe(held)
  })

  test('with a number, at least so many', () => {
    const object = workload('Deployment', { ...all, availableReplicas: 2 })
    expect(holds({ type: 'workload-available', target, replicas: 2 }, [object])).toBe(true)
    expect(holds({ type: 'workload-available', target, replicas: 4 }, [object])).toBe(false)
  })
})

const owner = workload('StatefulSet', {})

function pod(container: object, parts: { readonly phase?: string; readonly deleted?: true } = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'cart-0',
      namespace: 'shop',
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'cart', uid: 'w', controller: true }],
      ...(parts.deleted === true ? { deletionTimestamp: ago(5) as never } : {}),
    },
    status: { phase: parts.phase ?? 'Running', startTime: ago(3_600), containerStatuses: [{ name: 'app', ...container }] },
  }
}

describe('pods-stable for 60 s', () => {
  const running = (seconds: number) => ({ state: { running: { startedAt: ago(seconds) } } })
  test.each([
    { name: 'ran for 61 s', pods: [pod(running(61))], held: true },
    { name: 'ran for 59 s', pods: [pod(running(59))], held: false },
    { name: 'waits', pods: [pod({ state: { waiting: { reason: 'CrashLoopBackOff' } } })], held: false },
    { name: 'was restarted long ago', pods: [pod({ ...running(600), restartCount: 9, lastState: { terminated: { exitCode: 1, finishedAt: ago(601) } } })], held: true },
    { name: 'ended badly', pods: [pod({ state: { terminated: { exitCode: 1, finishedAt: ago(90) } } })], held: false },
    { name: 'failed before the window', pods: [pod({ state: { terminated: { exitCode: 1, finishedAt: ago(90) } } }, { phase: 'Failed' })], held: true },
    { name: 'failed within it', pods: [pod({ state: { terminated: { exitCode: 1, finishedAt: ago(30) } } }, { phase: 'Failed' })], held: false },
    { name: 'an old pod is ending', pods: [pod({ state: { waiting: {} } }, { deleted: true }), { ...pod(running(61)), metadata: { ...pod({}).metadata, name: 'cart-1' } }], held: true },
    { name: 'no pods at all', pods: [], held: false },
  ])('$name: $held', ({ pods, held }) => {
    expect(holds({ type: 'pods-stable', target: { ...target, kind: 'StatefulSet' }, forMs: 60_000 }, [owner, ...pods])).toBe(held)
  })
})

describe('objects and nodes', () => {
  const node = (name: string, ready: boolean, spec: object = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Node', metadata: { name, uid: name, labels: { pool: 'a' } }, spec, status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'Unknown' }] } })
  const nodeTarget = { apiVersion: 'v1', kind: 'Node', name: 'n1' }
  const onNode = (parts: object, meta: object): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'shop', ...meta }, spec: { nodeName: 'n1' }, ...parts })
  const daemon = { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'd', uid: 'd', controller: true }] }
  const field = (path: string, value: unknown): Condition => ({ type: 'field-equals', target, path, value: value as never })
  const cases: { name: string; condition: Condition; objects: readonly KubeObject[]; held: boolean }[] = [
    { name: 'gone', condition: { type: 'object-gone', target: nodeTarget }, objects: [], held: true },
    { name: 'not gone', condition: { type: 'object-gone', target: nodeTarget }, objects: [node('n1', true)], held: false },
    { name: 'gone, a successor has the name', condition: { type: 'object-gone', target: { ...nodeTarget, uid: 'older' } }, objects: [node('n1', true)], held: true },
    { name: 'exists', condition: { type: 'object-exists', target: nodeTarget }, objects: [node('n1', true)], held: true },
    { name: 'only the successor exists', condition: { type: 'object-exists', target: { ...nodeTarget, uid: 'older' } }, objects: [node('n1', true)], held: false },
    { name: 'node ready', condition: { type: 'node-ready', target: nodeTarget }, objects: [node('n1', true)], held: true },
    { name: 'node unknown', condition: { type: 'node-ready', target: nodeTarget }, objects: [node('n1', false)], held: false },
    { name: 'node holds a pod', condition: { type: 'node-empty', target: nodeTarget }, objects: [onNode({}, {})], held: false },
    { name: 'node holds a pod of a DaemonSet', condition: { type: 'node-empty', target: nodeTarget }, objects: [onNode({}, daemon)], held: true },
    { name: 'node holds a finished pod', condition: { type: 'node-empty', target: nodeTarget }, objects: [onNode({ status: { phase: 'Succeeded' } }, {})], held: true },
    { name: 'enough nodes', condition: { type: 'nodes-ready', matchLabels: { pool: 'a' }, atLeast: 2 }, objects: [node('n1', true), node('n2', true)], held: true },
    { name: 'one is cordoned', condition: { type: 'nodes-ready', matchLabels: { pool: 'a' }, atLeast: 2 }, objects: [node('n1', true), node('n2', true, { unschedulable: true })], held: false },
    { name: 'another pool', condition: { type: 'nodes-ready', matchLabels: { pool: 'b' }, atLeast: 1 }, objects: [node('n1', true)], held: false },
    { name: 'field by dots', condition: field('spec.template.list[1].a', 'x'), objects: [workload('Deployment', {}, { template: { list: [0, { a: 'x' }] } })], held: true },
    { name: 'field by pointer', condition: field('/spec/a.b~1c', 1), objects: [workload('Deployment', {}, { 'a.b/c': 1 })], held: true },
    { name: 'field that is not there is null', condition: field('spec.none', null), objects: [workload('Deployment', {})], held: true },
    { name: 'field of no object', condition: field('spec.none', null), objects: [], held: false },
    { name: 'field with another value', condition: field('spec.replicas', '3'), objects: [workload('Deployment', {})], held: false },
  ]
  test.each(cases)('$name: $held', ({ condition, objects, held }) => {
    expect(holds(condition, objects)).toBe(held)
  })

  test.each([
    { found: ['h'], held: false },
    { found: ['other'], held: true },
  ])('hazard-absent with $found found: $held', ({ found, held }) => {
    expect(holds({ type: 'hazard-absent', hazard: 'h', subject: { kind: 'Deployment', namespace: 'shop', name: 'cart' } }, [], found)).toBe(held)
  })
})

function handClock(): Clock & { readonly slept: number[] } {
  const slept: number[] = []
  let nowMs = 0
  return {
    slept,
    now: () => nowMs,
    after: () => () => undefined,
    sleep: async (durationMs) => {
      slept.push(durationMs)
      nowMs += durationMs
    },
  }
}

/** The node appears at the given look. */
function appearing(atLook: number) {
  let looks = 0
  const present: KubeObject = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } }
  return async (): Promise<View> => viewOf((looks += 1) >= atLook ? [present] : [])
}

const exists: Condition = { type: 'object-exists', target: { apiVersion: 'v1', kind: 'Node', name: 'n1' } }

describe('waiting', () => {
  test.each([
    { name: 'at once', atLook: 1, held: true, slept: [] },
    { name: 'at the third look', atLook: 3, held: true, slept: [2_000, 2_000] },
    { name: 'at the last moment', atLook: 4, held: true, slept: [2_000, 2_000, 1_000] },
    { name: 'never', atLook: 99, held: false, slept: [2_000, 2_000, 1_000] },
  ])('$name', async ({ atLook, held, slept }) => {
    const clock = handClock()
    const results = await waitForConditions({ conditions: [exists], takeView: appearing(atLook), detect: () => [], clock, timeoutMs: 5_000, pollMs: 2_000 })
    expect(results.map((result) => result.held)).toEqual([held])
    expect(clock.slept).toEqual(slept)
  })
})

describe('verification', () => {
  const plan = { kind: 'plan', id: 'p', proof: [exists], steps: [] } as unknown as Plan
  const step = { stepId: '1', outcome: 'applied' as const, detail: '', startedMs: 0, endedMs: 10_000 }
  const rehearsal = { passed: true, runs: [{ durationMs: 60_000, evictionsBlocked: 0, steps: [step] }, { durationMs: 60_000, evictionsBlocked: 0, steps: [{ ...step, endedMs: 20_000 }] }] } as unknown as Rehearsal
  const effect = { kind: 'effect', stepId: '1', outcome: 'applied', detail: '', startedAtMs: 0, endedAtMs: 15_000, requests: 1 } as const
  const verify = (atLook: number, parts: object = {}, proof: readonly Condition[] = [exists]) =>
    verifyPlan({ plan: { ...plan, proof: [...proof] }, rehearsal, effects: [{ ...effect, ...parts }], detect: () => [], clock: handClock(), takeView: appearing(atLook) })

  test('holds as rehearsed: no difference', async () => {
    expect(await verify(1)).toMatchObject({ held: true, differences: [] })
  })

  test('a proof that does not come true is a difference and is not held', async () => {
    const verification = await verify(10_000)
    expect(verification.held).toBe(false)
    expect(verification.differences).toEqual([{ what: 'Node n1 exists', predicted: 'it holds', observed: 'Node n1 does not exist' }])
  })

  test('a plan without proof proves nothing', async () => {
    expect((await verify(1, {}, [])).held).toBe(false)
  })

  test.each([
    { name: 'another outcome', parts: { outcome: 'already' }, what: ['outcome of step 1'] },
    { name: 'much slower', parts: { endedAtMs: 120_000 }, what: ['duration of step 1'] },
    { name: 'a little slower', parts: { endedAtMs: 45_000 }, what: [] },
    { name: 'a budget refused where none did in rehearsal', parts: { evictionsBlocked: 2 }, what: ['evictions that a budget refused'] },
  ])('$name', async ({ parts, what }) => {
    expect((await verify(1, parts)).differences.map((difference) => difference.what)).toEqual(what)
  })
})
