import { expect, test } from 'vitest'
import { ago, clusterObject, container, deployment, event, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { finalizerStuck } from './finalizer-stuck.ts'

const gone = (minutes: number) => clusterObject('v1', 'Namespace', 'old', { metadata: { deletionTimestamp: ago(minutes) }, spec: { finalizers: ['kubernetes'] } })

test.each([
  { name: 'deleted an hour ago', view: viewOf([gone(60)]), want: [{ subject: 'Namespace old', plans: [] }] },
  { name: 'look-alike: a pod is protected by nothing', view: viewOf([clusterObject('v1', 'Namespace', 'old', { metadata: { deletionTimestamp: ago(60) } })]), want: [] },
  { name: 'look-alike: deleted a moment ago', view: viewOf([gone(2)]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(finalizerStuck, view)).toEqual(want))

test('workloads whose pods are refused for it are its symptoms', () => {
  const view = viewOf([clusterObject('v1', 'Namespace', 'shop', { metadata: { deletionTimestamp: ago(60) }, spec: { finalizers: ['kubernetes'] } }), deployment('web', { revisions: [{ spec: container(), minutes: 900 }] }), event({ kind: 'ReplicaSet', name: 'web-h1' }, { reason: 'FailedCreate', message: 'Error creating: pods "web-" is forbidden: unable to create new content in namespace shop because it is being terminated' })])
  expect(finalizerStuck.detect(view)[0]?.symptoms).toEqual([{ kind: 'Deployment', namespace: 'shop', name: 'web' }, { kind: 'Namespace', name: 'shop' }])
})
