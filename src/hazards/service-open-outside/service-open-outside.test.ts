import { expect, test } from 'vitest'
import { findingsOf } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { serviceOpenOutside } from './service-open-outside.ts'

const of = (spec: object, annotations: Record<string, string> = {}) => [object('v1', 'Service', 's', { metadata: { annotations }, spec })]

test.each([
  { name: 'a port of the nodes', objects: of({ type: 'NodePort' }), want: ['a port on every node'] },
  { name: 'for everybody', objects: of({ type: 'LoadBalancer' }), want: ['a load balancer for everybody'] },
  { name: 'for everybody, in so many words', objects: of({ type: 'LoadBalancer', loadBalancerSourceRanges: ['0.0.0.0/0'] }), want: ['a load balancer for everybody'] },
  { name: 'addresses', objects: of({ externalIPs: ['192.0.2.1'] }), want: ['addresses that it claims itself'] },
  { name: 'good', objects: of({ type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.0/8'] }), want: [] },
  { name: 'look-alike: inside', objects: of({ type: 'ClusterIP' }), want: [] },
  { name: 'look-alike: an internal address', objects: of({ type: 'LoadBalancer' }, { 'service.beta.kubernetes.io/azure-load-balancer-internal': 'true' }), want: [] },
])('$name', ({ objects, want }) => expect(findingsOf(serviceOpenOutside, { objects }).map(({ cause }) => cause)).toEqual(want))
