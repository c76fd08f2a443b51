import { expect, test } from 'vitest'
import { subjectOf } from '../model/kube-object.ts'
import type { Plan } from '../model/plan.ts'
import { createSnapshot, snapshotDigest, type Snapshot } from '../model/snapshot.ts'
import type { TwinFromSnapshot } from '../twin/from-snapshot.ts'
import { createHeldLook } from './held-look.ts'
import { loadForRehearsal, rehearse } from './rehearse.ts'

const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }

function snapshot(replicas: number): Snapshot {
  const capacity = { cpu: '4', memory: '8Gi', pods: '110' }
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'registry.local/web:1', resources: { requests: { cpu: '500m' } } }] } }
  const objects = [
    ...['a', 'b'].map((name) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name }, status: { capacity, allocatable: capacity, conditions: [{ type: 'Ready', status: 'True' }] } })),
    { apiVersion: web.apiVersion, kind: web.kind, metadata: { name: web.name, namespace: web.namespace }, spec: { replicas, selector: { matchLabels: { app: 'web' } }, template } },
  ]
  return createSnapshot({ takenAtMs: Date.parse('2026-03-01T10:00:00Z'), clusterId: 'test', clusterVersion: { major: 1, minor: 36, gitVersion: 'v1.36.2' }, resourceVersion: '1', objects, logs: [], notes: [] })
}

function counted(...snapshots: readonly Snapshot[]) {
  const byDigest = new Map(snapshots.map((one) => [snapshotDigest(one), one]))
  const counts = { read: 0, loaded: 0 }
  const look = createHeldLook({
    store: { snapshot: (digest) => ((counts.read += 1), Promise.resolve(byDigest.get(digest))) },
    load: (one) => ((counts.loaded += 1), loadForRehearsal(one)),
  })
  const observed = (one: Snapshot) => ({ snapshotDigest: snapshotDigest(one), takenAtMs: one.takenAtMs, objectCount: one.objects.length })
  return { look, counts, observed }
}

const scaleTo = (toReplicas: number): Plan => ({
  kind: 'plan', id: `to-${toReplicas}`, goal: 'room for web', hazard: 'test', subject: subjectOf(web), risk: 'reversible', expectedEffect: '', needsInput: [], rationale: '', values: 'observed',
  steps: [{ id: '1-scale', reason: 'room', preconditions: [], action: { verb: 'scale', target: web, fromReplicas: 2, toReplicas } }],
  proof: [{ type: 'workload-available', target: web, replicas: toReplicas }],
})

const play = (plan: Plan, base?: TwinFromSnapshot) => rehearse({ id: 'reh', plan, snapshot: snapshot(2), seeds: [1, 2, 3], rehearsedAtMs: 0, detect: () => [], ...(base === undefined ? {} : { base }) })

test('plans of one look are rehearsed on a twin that was loaded once, with the answers of one loaded for each', async () => {
  const { look, counts, observed } = counted(snapshot(2))
  const plans = [scaleTo(4), scaleTo(30), scaleTo(3), scaleTo(4)]
  for (const plan of plans) expect(await play(plan, await look.base(observed(snapshot(2))))).toEqual(await play(plan))
  expect(counts).toEqual({ read: 1, loaded: 1 })
})

test('what was let go of is not held, and another look is another twin', async () => {
  const { look, counts, observed } = counted(snapshot(2), snapshot(5))
  const [first, second] = [observed(snapshot(2)), observed(snapshot(5))]
  const twin = await look.base(first)
  look.letGoOfTwin()
  expect(await look.base(first)).not.toBe(twin)
  expect(counts).toEqual({ read: 1, loaded: 2 })
  expect((await look.view(second)).snapshot).toEqual(snapshot(5))
  expect(counts).toEqual({ read: 2, loaded: 2 })
  look.letGo()
  await look.view(second)
  expect(counts).toEqual({ read: 3, loaded: 2 })
})
