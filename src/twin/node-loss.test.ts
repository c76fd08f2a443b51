/** A lost node with everything running: who is replaced, who waits, and what ends the wait. */

import { expect, test } from 'vitest'
import type { KubeObject } from '../model/kube-object.ts'
import { isPod, isReady, isTerminating, type PodObject } from '../model/kube/workload.ts'
import { aNode } from './scheduler/test-bed.ts'
import { createTwin, type Twin } from './twin.ts'

const workload = (kind: 'Deployment' | 'StatefulSet', name: string): KubeObject => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name, namespace: 'shop' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [{ name: 'main', image: `registry.local/${name}:1` }],
        topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: { app: name } } }],
      },
    },
  },
})

const podsOf = (twin: Twin, app: string): PodObject[] => Array.from(twin.store.list('/Pod', 'shop')).filter(isPod).filter((pod) => pod.metadata.labels?.['app'] === app)
const readyCount = (twin: Twin, app: string): number => podsOf(twin, app).filter((pod) => isReady(pod) && !isTerminating(pod)).length

test('a lost node: Deployments replace their pods after the tolerated time, StatefulSets once the node object is gone', async () => {
  const objects = [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, aNode('a'), aNode('b'), aNode('c'), workload('Deployment', 'web'), workload('StatefulSet', 'db')]
  const twin = createTwin({ seed: 2, startMs: Date.UTC(2026, 0, 1), version: { gitVersion: 'v1.36.3', major: 1, minor: 36 } as never, objects })
  twin.advance(120_000)
  const lost = podsOf(twin, 'db')[0]?.spec?.nodeName ?? ''
  const webThere = podsOf(twin, 'web').filter((pod) => pod.spec?.nodeName === lost).length
  await twin.control.setNode(lost, { type: 'silent' })
  twin.advance(60_000)
  expect([readyCount(twin, 'web'), readyCount(twin, 'db')]).toEqual([2 - webThere, 1])
  twin.advance(330_000)
  expect([readyCount(twin, 'web'), readyCount(twin, 'db')]).toEqual([2, 1])
  twin.advance(1_800_000)
  expect([readyCount(twin, 'db'), podsOf(twin, 'db').some(isTerminating)]).toEqual([1, true])
  twin.api.remove({ apiVersion: 'v1', kind: 'Node', name: lost })
  twin.advance(120_000)
  expect([readyCount(twin, 'db'), podsOf(twin, 'db').some(isTerminating), twin.livelocks]).toEqual([2, false, []])
})
