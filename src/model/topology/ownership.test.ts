import { expect, test } from 'vitest'
import { subjectOf, subjectText, type KubeObject } from '../kube-object.ts'
import { createSnapshot, DEFAULT_CLUSTER_VERSION } from '../snapshot.ts'
import { createView } from '../view.ts'
import { objectOf } from './find-object.ts'
import { livePodsOf, workloadOf } from './ownership.ts'

const pod = (name: string, owner: { readonly apiVersion: string; readonly kind: string; readonly name: string } | undefined, labels: Record<string, string> = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'shop', name, labels, ...(owner === undefined ? {} : { ownerReferences: [{ ...owner, uid: 'x', controller: true }] }) } })

test.each([
  { name: 'the Deployment before a template hash', owner: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-6f9' }, labels: { 'pod-template-hash': '6f9' }, want: 'Deployment shop/web' },
  { name: 'a ReplicaSet that nobody deployed', owner: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-6f9' }, labels: {}, want: 'ReplicaSet shop/web-6f9' },
  { name: 'a StatefulSet', owner: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db' }, labels: {}, want: 'StatefulSet shop/db' },
  { name: 'a kind of others is not named', owner: { apiVersion: 'db.example.io/v1', kind: 'Database', name: 'db' }, labels: {}, want: 'Pod shop/a' },
  { name: 'a pod of nobody', owner: undefined, labels: {}, want: 'Pod shop/a' },
])('who made pods of which only the pods were collected: $name', ({ owner, labels, want }) => {
  const view = createView(createSnapshot({ takenAtMs: 0, clusterVersion: DEFAULT_CLUSTER_VERSION, clusterId: 'test', resourceVersion: '1', objects: [pod('a', owner, labels), pod('b', owner, labels)], logs: [], notes: [] }))
  const [first, second] = view.list('', 'Pod') as [KubeObject, KubeObject]
  const workload = workloadOf(view, first)
  expect(subjectText(subjectOf(workload))).toBe(want)
  if (workload === first) return
  expect([workloadOf(view, second) === workload, livePodsOf(view, workload).length]).toEqual([true, 2])
  // A name to speak of and nothing to act on.
  expect(objectOf(view, subjectOf(workload))).toBeUndefined()
})
