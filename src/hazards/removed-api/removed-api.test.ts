import { expect, test } from 'vitest'
import { clusterObject, container, crashed, deployment, log, object, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { removedApi } from './removed-api.ts'
import { findingsOf } from '../testing/audit.ts'



test.each([
  { name: 'a program asks for it', view: viewOf(deployment('op', { revisions: [{ spec: container(), minutes: 900 }], pods: [crashed({ exitCode: 1 })] }), [log('op-h1-p0', 'no matches for kind "PodDisruptionBudget" in version "policy/v1beta1"')]), want: [{ subject: 'Deployment shop/op', plans: [] }] },
  { name: 'a manifest is written in it', view: viewOf([object('policy/v1beta1', 'PodDisruptionBudget', 'b')]), want: [{ subject: 'PodDisruptionBudget shop/b', plans: [] }] },
  { name: 'a class of the alpha device API', view: viewOf([clusterObject('resource.k8s.io/v1alpha2', 'ResourceClass', 'gpu'), object('v1', 'ConfigMap', 'c')]), want: [{ subject: 'ResourceClass gpu', plans: [] }] },
  { name: 'good', view: viewOf([object('policy/v1', 'PodDisruptionBudget', 'b')]), want: [] },
  { name: 'look-alike: a resource that is not found', view: viewOf(deployment('op', { revisions: [{ spec: container(), minutes: 900 }], pods: [crashed({ exitCode: 1 })] }), [log('op-h1-p0', 'pods "x" not found')]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(removedApi, view)).toEqual(want))

test.each([
  { name: 'gone', object: object('policy/v1beta1', 'PodSecurityPolicy', 'p'), minor: 25, want: [2] },
  { name: 'gone with the next version', object: object('resource.k8s.io/v1beta1', 'ResourceClaim', 'c'), minor: 35, want: [4] },
  { name: 'the first of its kind', object: object('resource.k8s.io/v1alpha2', 'ResourceClass', 'c'), minor: 36, want: [2] },
  { name: 'look-alike: still served', object: object('policy/v1beta1', 'PodDisruptionBudget', 'b'), minor: 21, want: [] },
  { name: 'good', object: object('policy/v1', 'PodDisruptionBudget', 'b'), minor: 36, want: [] },
])('in files, for a version: $name', ({ object: item, minor, want }) => expect(findingsOf(removedApi, { objects: [item], minor }).map(({ severity }) => severity)).toEqual(want))
