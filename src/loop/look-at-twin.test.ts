import { expect, test } from 'vitest'
import { refOf, type KubeObject } from '../model/kube-object.ts'
import { isPod } from '../model/kube/workload.ts'
import { createView, type View } from '../model/view.ts'
import { testDeployment, testTwin } from '../twin/test-twin.ts'
import { lookAtTwin } from './look-at-twin.ts'

const SECRET: KubeObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key', namespace: 'shop' }, data: { password: 'aHVudGVyMg==' } }
const FAILING = { image: 'bad:1' }

/** Deployments that run and that cannot, one of them rolled, on a fork that was written to on both sides. */
async function livelyTwin() {
  const base = testTwin({ objects: [testDeployment('web'), testDeployment('api', FAILING), SECRET], world: { images: [{ image: 'bad:1', missing: true }] } })
  base.advance(60_000)
  const twin = base.fork(3)
  await twin.cluster().patch({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }, { type: 'merge', body: { spec: { template: { metadata: { labels: { rolled: 'yes' } } } } } })
  twin.advance(60_000)
  return twin
}

/** Everything that a view can be asked about these objects. */
function answers(view: View, objects: readonly KubeObject[]): unknown {
  const kinds = [...new Map(objects.map(({ apiVersion, kind }) => [`${apiVersion} ${kind}`, [apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '', kind] as const])).values()]
  return {
    nowMs: view.nowMs,
    lists: kinds.map(([group, kind]) => [view.list(group, kind), view.list(group, kind, 'shop'), view.list(group, kind, 'none'), view.list(group, kind, '')]),
    one: objects.map((object) => [view.get(refOf(object)), view.byUid(object.metadata.uid ?? ''), view.ownedBy(object), view.ownersOf(object), view.rootOf(object), view.podsOf(object), view.eventsFor(object)]),
    nodes: ['node-1', 'node-2', 'none'].map((name) => view.podsOn(name)),
    events: view.events,
    logs: objects.filter(isPod).map((pod) => [view.log(pod, 'main'), view.log(pod, 'main', { previous: true })]),
    snapshot: view.snapshot,
  }
}

test('a look answers as a snapshot of the same moment does, and in the same order', async () => {
  const twin = await livelyTwin()
  const snapshot = twin.snapshot()
  expect(snapshot.objects.length).toBeGreaterThan(20)
  expect(answers(lookAtTwin(twin), snapshot.objects)).toEqual(answers(createView(snapshot), snapshot.objects))
})

test('values of Secrets are not shown, and the same object is the same', async () => {
  const look = lookAtTwin(await livelyTwin())
  const found = look.get(refOf(SECRET))
  expect(JSON.stringify(found)).not.toContain('aHVudGVyMg')
  expect([look.list('', 'Secret', 'shop').find(({ metadata }) => metadata.name === 'key'), look.get(refOf(SECRET))]).toEqual([found, found])
  expect(look.get(refOf(SECRET))).toBe(found)
})

test('a look is over with the next write: what it would say is of another moment', async () => {
  const twin = await livelyTwin()
  const look = lookAtTwin(twin)
  await twin.cluster().remove({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'api' })
  expect(() => look.list('apps', 'Deployment')).toThrow('before the next write')
  expect(lookAtTwin(twin).list('apps', 'Deployment')).toHaveLength(1)
})
