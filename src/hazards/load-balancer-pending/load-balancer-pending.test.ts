import { expect, test } from 'vitest'
import { ago, event, object, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { loadBalancerPending } from './load-balancer-pending.ts'

const balancer = (loadBalancer: object = {}, minutes = 60) => object('v1', 'Service', 'lb', { metadata: { creationTimestamp: ago(minutes) }, spec: { type: 'LoadBalancer' }, status: { loadBalancer } })

test.each([
  { name: 'the cloud refuses', view: viewOf([balancer(), event({ kind: 'Service', name: 'lb' }, { reason: 'SyncLoadBalancerFailed', message: 'quota of addresses exceeded' })]), want: [{ subject: 'Service shop/lb', plans: [] }] },
  { name: 'nobody gives out addresses', view: viewOf([balancer()]), want: [{ subject: 'Service shop/lb', plans: [] }] },
  { name: 'good', view: viewOf([balancer({ ingress: [{ ip: '1.2.3.4' }] })]), want: [] },
  { name: 'look-alike: asked for a moment ago', view: viewOf([balancer({}, 2)]), want: [] },
  { name: 'look-alike: collected without its status', view: viewOf([{ ...balancer(), status: undefined }]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(loadBalancerPending, view)).toEqual(want))
