import { expect, test } from 'vitest'
import { findingsOf } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { networkPolicyOpen } from './network-policy-open.ts'

const of = (ingress: readonly object[]) => [object('networking.k8s.io/v1', 'NetworkPolicy', 'p', { spec: { podSelector: {}, ingress } })]

test.each([
  { name: 'everything', objects: of([{}]), want: ['every port for everybody'] },
  { name: 'the world', objects: of([{ from: [{ podSelector: {} }, { ipBlock: { cidr: '0.0.0.0/0' } }] }]), want: ['every port for everybody'] },
  { name: 'a front door', objects: of([{ ports: [{ port: 443 }] }]), want: ['a port for everybody'] },
  { name: 'good', objects: of([{ from: [{ podSelector: { matchLabels: { app: 'a' } } }] }]), want: [] },
  { name: 'look-alike: nobody', objects: of([]), want: [] },
  { name: 'look-alike: some addresses', objects: of([{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }]), want: [] },
])('$name', ({ objects, want }) => expect(findingsOf(networkPolicyOpen, { objects }).map(({ cause }) => cause)).toEqual(want))
