/** A kubelet that fell silent just before the snapshot: its node still says Ready, its lease tells. */

import { expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { conditionOf } from '../../model/kube/workload.ts'
import { twinFromSnapshot } from '../from-snapshot.ts'
import { testTwin } from '../test-twin.ts'

const NODES = ['node-1', 'node-2', 'node-3']

function lease(name: string, atMs: number): KubeObject {
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace: 'kube-node-lease', uid: `lease-${name}`, resourceVersion: '9' }, spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: new Date(atMs).toISOString().replace('Z', '000Z') } } as never
}

test.each([
  ['one that missed two renewals', [30, 3, 9], 0, ['node-1']],
  ['one that is a little late', [20, 3, 9], 0, []],
  ['all by a clock that is slow', [90, 95, 88], 0, []],
  ['one behind others by a clock that is fast', [3, 30, 0], 60, ['node-2']],
  ['one that would long be Unknown: the lists are of different moments', [300, 3, 9], 0, []],
])('%s', (_, secondsAgo, aheadSeconds, lost) => {
  const cluster = testTwin({ nodes: 3 })
  cluster.advance(400_000)
  const base = cluster.snapshot()
  // Conditions are posted every five minutes where nothing changes.
  const objects = base.objects.map((object) => (object.kind === 'Node' ? withoutPosts(object) : object))
  const leases = NODES.map((name, index) => lease(name, base.takenAtMs + (aheadSeconds - (secondsAgo[index] ?? 0)) * 1000))
  const { twin, assumptions } = twinFromSnapshot({ snapshot: { ...base, objects: [...objects, ...leases] }, seed: 1 })
  const isReadyAfter = (ms: number): string[] => {
    twin.advance(ms)
    return NODES.filter((name) => conditionOf(twin.store.get({ apiVersion: 'v1', kind: 'Node', name }) as never, 'Ready')?.status !== 'True')
  }
  expect(isReadyAfter(15_000)).toEqual([])
  expect(isReadyAfter(15_000)).toEqual(lost)
  expect(assumptions.filter((text) => text.includes('has not renewed its lease'))).toHaveLength(lost.length)
})

function withoutPosts(node: KubeObject): KubeObject {
  const status = node['status'] as { readonly conditions: readonly object[] }
  return { ...node, status: { ...status, conditions: status.conditions.map((condition) => ({ ...condition, lastHeartbeatTime: '2026-03-01T11:55:00Z' })) } } as never
}
