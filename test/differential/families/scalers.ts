/** Autoscalers whose metric cannot be read: what they say, and what their bounds alone make of the size of their target. */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { Step } from '../script.ts'

const NAME = 'scaler'
const bounds = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 3 })).map(([least, more]) => ({ minReplicas: least, maxReplicas: least + more }))
const metrics = fc.constantFrom<readonly object[]>(
  [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
  [{ type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '100Mi' } } }],
  [{ type: 'ContainerResource', containerResource: { name: 'cpu', container: 'main', target: { type: 'Utilization', averageUtilization: 80 } } }],
)

export function scalers(app: string): Arbitrary<KubeObject> {
  const target = fc.constantFrom({ apiVersion: 'apps/v1', kind: 'Deployment', name: app }, { apiVersion: 'apps/v1', kind: 'Deployment', name: app }, { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'nobody' })
  return fc.record({ bounds, metrics, target }).map((drawn) => ({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: NAME }, spec: { scaleTargetRef: drawn.target, ...drawn.bounds, metrics: drawn.metrics } as object }))
}

/** Other bounds, or no autoscaler any more. */
export const rescaled: Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: bounds.map((spec): Step => ({ do: 'patch', target: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: NAME }, patch: { type: 'merge', body: { spec } } })) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'remove', target: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: NAME } }) },
)
