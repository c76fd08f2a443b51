import { expect, test } from 'vitest'
import { event, object, viewOf } from '../testing/cluster.ts'
import { refusedCreations } from './refused-creations.ts'

const FAILED = { reason: 'FailedCreate', message: 'Error creating: pods "web-x" is forbidden' }
const failure = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: FAILED.message, lastTransitionTime: '2026-05-04T11:50:00Z' }

// The API server stores no count of zero but `replicas`.
test.each([
  { name: 'a set without pods that wants some', object: object('apps/v1', 'ReplicaSet', 'web', { spec: { replicas: 2 }, status: { replicas: 0 } }), refused: true },
  { name: 'a set that was shrunk to nothing', object: object('apps/v1', 'ReplicaSet', 'web', { spec: { replicas: 0 }, status: { replicas: 0 } }), refused: false },
  { name: 'a set that has all its pods', object: object('apps/v1', 'ReplicaSet', 'web', { spec: { replicas: 2 }, status: { replicas: 2, readyReplicas: 2 } }), refused: false },
  { name: 'a set of which nothing is known', object: object('apps/v1', 'ReplicaSet', 'web', { spec: { replicas: 2 } }), refused: true },
  { name: 'a Deployment whose pods are all of the template before', object: object('apps/v1', 'Deployment', 'web', { spec: { replicas: 2 }, status: { readyReplicas: 2, conditions: [failure] } }), refused: true },
  { name: 'a Deployment that is complete', object: object('apps/v1', 'Deployment', 'web', { spec: { replicas: 2 }, status: { readyReplicas: 2, updatedReplicas: 2, conditions: [failure] } }), refused: false },
])('refused now: $name', ({ object: controller, refused }) => {
  const view = viewOf([controller, event({ kind: controller.kind, name: 'web' }, FAILED)])
  expect(refusedCreations(view).length > 0).toBe(refused)
})
