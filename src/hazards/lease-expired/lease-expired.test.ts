import { expect, test } from 'vitest'
import { ago, container, deployment, object, running, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { leaseExpired } from './lease-expired.ts'

const lease = (spec: object, namespace = 'shop') => object('coordination.k8s.io/v1', 'Lease', 'op-leader', { metadata: { namespace }, spec: { leaseDurationSeconds: 15, renewTime: ago(30), ...spec } })
const found = [{ subject: 'Lease shop/op-leader', plans: [] }]

test.each([
  { name: 'its holder is gone', view: viewOf([lease({ holderIdentity: 'op-h1-p7_x' })]), want: found },
  { name: 'its holder stands and does not renew it', view: viewOf([lease({ holderIdentity: 'op-h1-p0_x' }), deployment('op', { revisions: [{ spec: container(), minutes: 900 }], pods: [running] })]), want: found },
  { name: 'good', view: viewOf([lease({ holderIdentity: 'op', renewTime: ago(0.1) })]), want: [] },
  { name: 'look-alike: given up', view: viewOf([lease({ holderIdentity: '' })]), want: [] },
  { name: 'look-alike: of a node', view: viewOf([lease({ holderIdentity: 'n1' }, 'kube-node-lease')]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(leaseExpired, view)).toEqual(want))
