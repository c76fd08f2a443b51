import { expect, test } from 'vitest'
import { applied, container, deployment, object, running, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { hpaCannotScale } from './hpa-cannot-scale.ts'

const requesting = container({ resources: { requests: { cpu: '100m' } } })
const web = deployment('web', { revisions: [{ spec: container(), minutes: 900 }], pods: [running] })
const byCpu = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }]
const scaler = (name: string, conditions: object[], more: { readonly spec?: object; readonly status?: object } = {}) => object('autoscaling/v2', 'HorizontalPodAutoscaler', 'h', { spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name }, ...more.spec }, status: { conditions, ...more.status } })
const noMetric = { type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric', message: 'missing request for cpu in container main' }
const at = (cpu: number) => ({ currentReplicas: 3, currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: cpu } } }] })
const found = [{ subject: 'HorizontalPodAutoscaler shop/h', plans: [] }]

test.each([
  { name: 'no metrics', view: viewOf([web, scaler('web', [noMetric])]), want: found },
  { name: 'no requests, and they never were', view: viewOf([web, scaler('web', [noMetric], { spec: { metrics: byCpu } })]), want: found },
  { name: 'the last rollout took the requests away: back', view: viewOf([deployment('web', { revisions: [{ spec: requesting, minutes: 900 }, { spec: container(), minutes: 20 }], pods: [running] }), scaler('web', [noMetric], { spec: { metrics: byCpu } })]), want: [{ subject: 'HorizontalPodAutoscaler shop/h', plans: [['roll back Deployment shop/web from revision 2 to 1']] }] },
  { name: 'no target', view: viewOf([web, scaler('shop-front', [])]), want: found },
  { name: 'no target, by a slip of the pen', view: viewOf([deployment('checkout', { revisions: [{ spec: container(), minutes: 900 }], pods: [running] }), scaler('chekout', [])]), want: [{ subject: 'HorizontalPodAutoscaler shop/h', plans: [['patch HorizontalPodAutoscaler shop/h']] }] },
  { name: 'changed by hand: back', view: viewOf([web, applied(scaler('gone', []), scaler('web', []))]), want: [{ subject: 'HorizontalPodAutoscaler shop/h', plans: [['patch HorizontalPodAutoscaler shop/h']] }] },
  { name: 'at its maximum under load', view: viewOf([web, scaler('web', [], { spec: { metrics: byCpu }, status: at(90) })]), want: found },
  { name: 'good', view: viewOf([web, scaler('web', [{ type: 'ScalingActive', status: 'True' }])]), want: [] },
  { name: 'look-alike: rests at its maximum', view: viewOf([web, scaler('web', [{ type: 'ScalingLimited', status: 'True', reason: 'TooManyReplicas' }, { type: 'ScalingActive', status: 'True' }], { spec: { metrics: byCpu }, status: at(48) })]), want: [] },
  { name: 'look-alike: scaled to zero on purpose', view: viewOf([deployment('web', { revisions: [{ spec: container(), minutes: 900 }], replicas: 0 }), scaler('web', [noMetric])]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(hpaCannotScale, view)).toEqual(want))
