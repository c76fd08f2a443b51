/** What a namespace allows: quotas that stop a surge, and ranges that fill in or refuse. */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { Step } from '../script.ts'

const QUOTA = 'quota'

const hard = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 5 }).map((pods) => ({ pods: String(pods) })) },
  { weight: 1, arbitrary: fc.constantFrom({ 'requests.cpu': '300m' }, { 'count/pods': '3' }, { 'limits.memory': '1Gi', pods: '4' }, { 'count/replicasets.apps': '1' }) },
)
const quota: Arbitrary<KubeObject> = hard.map((limits) => ({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: QUOTA }, spec: { hard: limits } }))

const range: Arbitrary<KubeObject> = fc
  .constantFrom<object>(
    { type: 'Container', default: { cpu: '200m', memory: '256Mi' }, defaultRequest: { cpu: '100m' } },
    { type: 'Container', max: { cpu: '500m', memory: '1Gi' } },
    { type: 'Container', min: { cpu: '50m' }, defaultRequest: { cpu: '10m' } },
    { type: 'Pod', max: { cpu: '150m' } },
  )
  .map((limit) => ({ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'range' }, spec: { limits: [limit] } }))

export const limits: Arbitrary<readonly KubeObject[]> = fc.oneof(
  { weight: 2, arbitrary: quota.map((one) => [one]) },
  { weight: 1, arbitrary: range.map((one) => [one]) },
  { weight: 2, arbitrary: fc.tuple(quota, range).map((both) => both) },
)

/**
 * More is allowed, or less than is there, or anything. Nobody tells a controller: one that was refused asks again at a time that depends
 * on how often it has. So this is done while nothing is wanted.
 */
export const relimited: Arbitrary<Step> = fc.oneof(
  fc.integer({ min: 0, max: 8 }).map((pods): Step => ({ do: 'patch', target: { apiVersion: 'v1', kind: 'ResourceQuota', name: QUOTA }, patch: { type: 'merge', body: { spec: { hard: { pods: String(pods) } } } } })),
  fc.constant<Step>({ do: 'remove', target: { apiVersion: 'v1', kind: 'ResourceQuota', name: QUOTA } }),
)
