import { expect, test } from 'vitest'
import { refOf, type KubeObject } from '../model/kube-object.ts'
import { nodeNamed, webDeployment } from './http/served-twin-bed.ts'
import { createTwin, type Twin } from './twin.ts'

const START_MS = Date.parse('2026-02-01T00:00:00Z')

function startTwin(seed: number): Twin {
  return createTwin({ seed, startMs: START_MS, version: { major: 1, minor: 36, gitVersion: 'v1.36.0' }, objects: [...['n1', 'n2', 'n3'].map(nodeNamed), webDeployment('web:1', 5)] })
}

/** Everything that happened, as text: two runs are the same when this is. */
function trace(twin: Twin): string {
  twin.advance(60_000)
  return JSON.stringify(twin.snapshot().objects)
}

test('the same seed gives the same run, to the last uid', () => {
  expect(trace(startTwin(4))).toBe(trace(startTwin(4)))
  expect(trace(startTwin(4))).not.toBe(trace(startTwin(5)))
})

test('forks share the past, the same seed shares the future, and nobody sees the other', () => {
  const twin = startTwin(1)
  twin.advance(10_000)
  const before = JSON.stringify(twin.snapshot().objects)
  const [left, right, other] = [twin.fork(7), twin.fork(7), twin.fork(8)]
  for (const fork of [left, right, other]) fork.api.patch(refOf(webDeployment()), { type: 'merge', body: { spec: { replicas: 9 } } }, { subresource: 'scale' })
  expect(trace(left)).toBe(trace(right))
  expect(trace(left)).not.toBe(trace(other))
  expect(JSON.stringify(twin.snapshot().objects)).toBe(before)
})

test.each([1, 7])('what a fork with seed %i creates has a uid that nothing before it had, whatever seed its origin had', (seed) => {
  const fork = startTwin(1).fork(seed)
  fork.advance(60_000)
  const again = fork.fork(seed)
  again.api.patch(refOf(webDeployment()), { type: 'merge', body: { spec: { replicas: 9 } } }, { subresource: 'scale' })
  again.advance(60_000)
  const uids = again.snapshot().objects.map(({ metadata }) => metadata.uid)
  expect(new Set(uids).size).toBe(uids.length)
})

test('sleeping on its clock lets the cluster work, and timers fire in order meanwhile', async () => {
  const twin = startTwin(1)
  const fired: number[] = []
  for (const atMs of [3_000, 1_000, 2_000]) twin.clock.after(atMs, () => fired.push(twin.nowMs() - START_MS))
  const cancel = twin.clock.after(1_500, () => fired.push(-1))
  cancel()
  await twin.clock.sleep(20_000)
  expect(fired).toEqual([1_000, 2_000, 3_000])
  expect(twin.nowMs()).toBe(START_MS + 20_000)
  expect(twin.store.get(refOf(webDeployment()))).toMatchObject({ status: { availableReplicas: 5 } })
})

test('requests from outside are on record, with how they ended; the work of controllers is not', async () => {
  const twin = startTwin(1)
  const cluster = twin.cluster({ user: 'alice' })
  await cluster.patch(refOf(webDeployment()), { type: 'merge', body: { spec: { replicas: 2 } } }, { subresource: 'scale' })
  await expect(cluster.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'ghost' })).rejects.toMatchObject({ code: 'not-found', operation: 'kubernetes delete' })
  twin.advance(20_000)
  expect(twin.audit()).toEqual([
    { user: 'alice', verb: 'patch', ref: refOf(webDeployment()), subresource: 'scale', code: 200, atMs: START_MS },
    { user: 'alice', verb: 'delete', ref: { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'ghost' }, code: 404, atMs: START_MS },
  ])
})

test('a snapshot holds no value of a Secret', () => {
  const twin = startTwin(1)
  const secret: KubeObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db', namespace: 'default', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'hunter2' } }, stringData: { password: 'hunter2', empty: '' } }
  twin.api.create(secret)
  const shown = twin.snapshot().objects.find(({ kind }) => kind === 'Secret')
  expect(JSON.stringify(shown)).not.toMatch(/hunter2|aHVudGVyMg/)
  expect(shown?.['data']).toEqual({ password: 'cmVkYWN0ZWQ=', empty: '' })
})
