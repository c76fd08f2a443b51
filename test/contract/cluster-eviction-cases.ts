/**
 * Cases of the cluster contract: the Eviction API, in the order in which it decides.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/ and .../tasks/run-application/configure-pdb/
 *
 * The pods are bound to a node that does not exist, and the case writes their status: no kubelet changes what the
 * budget counts while the case looks.
 */

import { expect } from 'vitest'
import { refOf, type KubeObject } from '../../src/model/kube-object.ts'
import { proves } from '../requirements.ts'
import { codeOf, eventually, faultOf, field, find, pod, read, UNSCHEDULED, untilGone, type Arena, type ContractCase } from './cluster-arena.ts'

const LABELS = { app: 'guarded' }

async function boundPod(arena: Arena, name: string, ready: 'True' | 'False' = 'True'): Promise<KubeObject> {
  const created = await arena.cluster.create(pod(arena, name, { nodeName: 'no-such-node' }, LABELS))
  const conditions = [{ type: 'Ready', status: ready }, { type: 'ContainersReady', status: ready }]
  return arena.cluster.patch(refOf(created), { type: 'merge', body: { status: { phase: 'Running', conditions } } }, { subresource: 'status' })
}

interface BudgetInit {
  readonly name?: string
  readonly spec?: Readonly<Record<string, unknown>>
  /** Wait until the budget counted this many healthy pods. */
  readonly healthy: number
}

/** A budget over the pods of the case, waited for until its controller has counted them. */
async function budget(arena: Arena, { name = 'budget', spec = { minAvailable: 1 }, healthy }: BudgetInit): Promise<KubeObject> {
  const created = await arena.cluster.create({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { namespace: arena.namespace, name },
    spec: { selector: { matchLabels: LABELS }, ...spec },
  })
  return eventually(arena, () => read(arena, created), (now) => field(now, 'status.observedGeneration') === 1 && field(now, 'status.currentHealthy') === healthy)
}

export const EVICTION_CASES: readonly ContractCase[] = [
  {
    name: 'no budget: the pod goes, and says why',
    run: async (arena) => {
      const one = await boundPod(arena, 'one')
      expect(await arena.cluster.evict(refOf(one))).toEqual({ type: 'evicted' })
      const leaving = await read(arena, one)
      expect(leaving.metadata.deletionTimestamp).toBeDefined()
      expect(field(leaving, 'status.conditions')).toContainEqual(expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' }))
    },
  },
  {
    name: 'a budget with room lets one go, and the next is blocked at once',
    run: async (arena) => {
      const [one, two] = [await boundPod(arena, 'one'), await boundPod(arena, 'two')]
      const guard = await budget(arena, { healthy: 2 })
      expect(field(guard, 'status')).toMatchObject({ disruptionsAllowed: 1, desiredHealthy: 1, expectedPods: 2 })
      expect(await arena.cluster.evict(refOf(one))).toEqual({ type: 'evicted' })
      expect(await arena.cluster.evict(refOf(two))).toMatchObject({ type: 'blocked', message: expect.stringContaining('disruption budget'), retryAfterMs: expect.any(Number) })
      expect((await read(arena, two)).metadata.deletionTimestamp).toBeUndefined()
    },
  },
  {
    name: 'a budget without room blocks, and the pod stays',
    run: async (arena) => {
      proves('nothing-unauthorised.never-past-a-budget')
      const one = await boundPod(arena, 'one')
      const guard = await budget(arena, { healthy: 1 })
      expect(field(guard, 'status.disruptionsAllowed')).toBe(0)
      expect(await arena.cluster.evict(refOf(one))).toMatchObject({ type: 'blocked' })
      expect((await read(arena, one)).metadata.deletionTimestamp).toBeUndefined()
    },
  },
  {
    name: 'a budget follows its pods',
    run: async (arena) => {
      await boundPod(arena, 'one')
      const guard = await budget(arena, { healthy: 1 })
      expect(field(guard, 'status.disruptionsAllowed')).toBe(0)
      await boundPod(arena, 'two')
      await eventually(arena, () => read(arena, guard), (now) => field(now, 'status.disruptionsAllowed') === 1)
    },
  },
  {
    name: 'a dry run answers as the eviction would and evicts nothing',
    run: async (arena) => {
      const [one] = [await boundPod(arena, 'one'), await boundPod(arena, 'two')]
      const guard = await budget(arena, { healthy: 2 })
      expect(await arena.cluster.evict(refOf(one), { dryRun: true })).toEqual({ type: 'evicted' })
      expect((await read(arena, one)).metadata.deletionTimestamp).toBeUndefined()
      expect(field(await read(arena, guard), 'status.disruptionsAllowed')).toBe(1)
      await arena.cluster.patch(refOf(guard), { type: 'merge', body: { spec: { minAvailable: 2 } } })
      await eventually(arena, () => read(arena, guard), (now) => field(now, 'status.observedGeneration') === 2)
      expect(await arena.cluster.evict(refOf(one), { dryRun: true })).toMatchObject({ type: 'blocked' })
    },
  },
  {
    name: 'a pod that is not there is gone',
    run: async (arena) => expect(await arena.cluster.evict(refOf(pod(arena, 'nobody')))).toEqual({ type: 'gone' }),
  },
  {
    name: 'another pod of that name is not touched',
    run: async (arena) => {
      const one = await boundPod(arena, 'one')
      expect(await arena.cluster.evict(refOf(one), { uid: '00000000-0000-4000-8000-000000000000' })).toEqual({ type: 'gone' })
      expect((await read(arena, one)).metadata.deletionTimestamp).toBeUndefined()
      expect(await arena.cluster.evict(refOf(one), { uid: one.metadata.uid ?? '' })).toEqual({ type: 'evicted' })
    },
  },
  {
    name: 'two budgets over one pod are a fault, not a refusal',
    run: async (arena) => {
      const [one] = [await boundPod(arena, 'one'), await boundPod(arena, 'two')]
      await budget(arena, { name: 'first', healthy: 2 })
      await budget(arena, { name: 'second', healthy: 2 })
      const refusal = await faultOf(arena.cluster.evict(refOf(one)))
      expect(refusal).toMatchObject({ code: 'internal', statusCode: 500 })
      expect(refusal.message).toContain('more than one PodDisruptionBudget')
    },
  },
  {
    name: 'a pending pod goes past any budget',
    run: async (arena) => {
      await boundPod(arena, 'one')
      const pending = await arena.cluster.create(pod(arena, 'pending', UNSCHEDULED, LABELS))
      await budget(arena, { healthy: 1 })
      expect(await arena.cluster.evict(refOf(pending))).toEqual({ type: 'evicted' })
      expect(await find(arena, pending)).toBeUndefined()
    },
  },
  {
    name: 'an unready pod is held by a budget that is already broken',
    run: async (arena) => {
      const ill = await boundPod(arena, 'ill', 'False')
      await budget(arena, { healthy: 0 })
      expect(await arena.cluster.evict(refOf(ill))).toMatchObject({ type: 'blocked' })
    },
  },
  {
    name: 'an unready pod goes when the policy is AlwaysAllow',
    run: async (arena) => {
      const ill = await boundPod(arena, 'ill', 'False')
      await budget(arena, { spec: { minAvailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' }, healthy: 0 })
      expect(await arena.cluster.evict(refOf(ill))).toEqual({ type: 'evicted' })
    },
  },
  {
    name: 'an unready pod goes while enough others are healthy, and a ready one does not',
    run: async (arena) => {
      const [well, ill] = [await boundPod(arena, 'well'), await boundPod(arena, 'ill', 'False')]
      await budget(arena, { healthy: 1 })
      expect(await arena.cluster.evict(refOf(well))).toMatchObject({ type: 'blocked' })
      expect(await arena.cluster.evict(refOf(ill))).toEqual({ type: 'evicted' })
    },
  },
  {
    name: 'a pod that ended goes past any budget',
    run: async (arena) => {
      const done = await boundPod(arena, 'done')
      await arena.cluster.patch(refOf(done), { type: 'merge', body: { status: { phase: 'Succeeded', conditions: [{ type: 'Ready', status: 'False' }] } } }, { subresource: 'status' })
      await boundPod(arena, 'one')
      await budget(arena, { spec: { minAvailable: 5 }, healthy: 1 })
      expect(await codeOf(arena.cluster.evict(refOf(done)))).toBe('ok')
      await untilGone(arena, done)
    },
  },
]
