import { expect, test } from 'vitest'
import { container, deployment, event, object, service, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { scaledToZero } from './scaled-to-zero.ts'

const zero = deployment('web', { revisions: [{ spec: container(), minutes: 9000 }], replicas: 0 })

test.each([
  { name: 'the event says what it had', view: viewOf([zero, service('web'), event({ kind: 'Deployment', name: 'web' }, { reason: 'ScalingReplicaSet', message: 'Scaled down replica set web-h1 to 0 from 4' })]), want: [{ subject: 'Deployment shop/web', plans: [['scale Deployment shop/web 0 → 4']] }] },
  { name: 'nothing says what it had', view: viewOf([zero, service('web')]), want: [{ subject: 'Deployment shop/web', plans: [['ask: replicas']] }] },
  { name: 'look-alike: an event-driven scaler rests', view: viewOf([zero, object('keda.sh/v1alpha1', 'ScaledObject', 's', { spec: { scaleTargetRef: { name: 'web' } } })]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(scaledToZero, view)).toEqual(want))
