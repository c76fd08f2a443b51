import { expect, test } from 'vitest'
import { setContainer, testDeployment, testTwin } from '../../test-twin.ts'

/** Seen on a real control plane: the old set was just made smaller, its status still says more; nothing more is taken until it knows. */
test('a stuck roll-out that is scaled down keeps a pod that works', () => {
  const probe = { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 }
  const web = testDeployment('web', { readinessProbe: probe }, { replicas: 5, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } })
  const twin = testTwin({ objects: [web], world: { images: [{ image: 'deaf:1', serves: [] }] } })
  twin.advance(30_000)
  setContainer(twin, 'Deployment', 'web', { path: 'image', value: 'deaf:1' })
  twin.advance(30_000)
  twin.api.patch({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }, { type: 'merge', body: { spec: { replicas: 2 } } })
  twin.advance(30_000)
  const sizes = [...twin.store.list('apps/ReplicaSet', 'shop')].map((set) => (set['spec'] as { replicas?: number }).replicas)
  expect(sizes).toEqual([1, 1])
})
