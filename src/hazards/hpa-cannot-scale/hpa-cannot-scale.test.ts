import { expect, test } from 'vitest'
import { container, deployment, object, running, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { hpaCannotScale } from './hpa-cannot-scale.ts'

const web = deployment('web', { revisions: [{ spec: container(), minutes: 900 }], pods: [running] })
const scaler = (name: string, conditions: object[]) => object('autoscaling/v2', 'HorizontalPodAutoscaler', 'h', { spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name } }, status: { conditions } })

test.each([
  { name: 'no metrics', view: viewOf([web, scaler('web', [{ type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric', message: 'missing request for cpu' }])]), want: [{ subject: 'HorizontalPodAutoscaler shop/h', plans: [] }] },
  { name: 'no target', view: viewOf([web, scaler('wob', [])]), want: [{ subject: 'HorizontalPodAutoscaler shop/h', plans: [] }] },
  { name: 'look-alike: rests at its maximum', view: viewOf([web, scaler('web', [{ type: 'ScalingLimited', status: 'True', reason: 'TooManyReplicas' }, { type: 'ScalingActive', status: 'True' }])]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(hpaCannotScale, view)).toEqual(want))
