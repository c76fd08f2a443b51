import { expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { watchWorstMoment } from './worst-moment.ts'

const web = (name: string, available: number, replicas = 3): KubeObject => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'shop' }, spec: { replicas }, status: { availableReplicas: available } })
const at = (name: string, available: number, desired = 3) => ({ workload: { kind: 'Deployment', namespace: 'shop', name }, available, desired })

interface Case {
  readonly name: string
  readonly saw: readonly (readonly [atMs: number, object: KubeObject])[]
  readonly worst: unknown
}

test.each<Case>([
  { name: 'nothing falls', saw: [[10, web('a', 3)]], worst: undefined },
  { name: 'several at one instant are one moment', saw: [[10, web('a', 2)], [10, web('b', 1)], [20, web('a', 3)]], worst: { atMs: 10, missing: 3, workloads: [at('b', 1), at('a', 2)] } },
  { name: 'who fell later is not in an earlier moment', saw: [[10, web('a', 0)], [20, web('a', 3)], [30, web('b', 1)]], worst: { atMs: 10, missing: 3, workloads: [at('a', 0)] } },
  { name: 'the earliest of equals', saw: [[10, web('a', 1)], [20, web('a', 3)], [30, web('a', 1)]], worst: { atMs: 10, missing: 2, workloads: [at('a', 1)] } },
  { name: 'more that is wanted is not missing', saw: [[10, web('a', 3, 6)]], worst: undefined },
  { name: 'less that is wanted is not missing', saw: [[10, web('a', 1, 1)]], worst: undefined },
  { name: 'a newcomer was not there before', saw: [[10, web('c', 0)]], worst: undefined },
])('$name', ({ saw, worst }) => {
  const watch = watchWorstMoment([web('a', 3), web('b', 3)], 0)
  for (const [atMs, object] of saw) watch.saw(object, atMs)
  expect(watch.worst()).toEqual(worst)
})

test('a daemon on a node that is lost is not missing, and one that fell elsewhere is', () => {
  const daemons = (numberAvailable: number): KubeObject => ({ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'agent', namespace: 'shop' }, status: { desiredNumberScheduled: 3, numberAvailable } })
  const node: KubeObject = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' }, status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } }
  const watch = watchWorstMoment([daemons(3)], 0)
  watch.saw(node, 10)
  watch.saw(daemons(2), 10)
  expect(watch.worst()).toBeUndefined()
  watch.saw(daemons(1), 20)
  expect(watch.worst()).toMatchObject({ atMs: 20, missing: 1, workloads: [{ available: 1, desired: 3 }] })
})
