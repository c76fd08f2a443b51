import { expect, test } from 'vitest'
import { findingsOf } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { ingressWithoutTls } from './ingress-without-tls.ts'

const ingress = (spec: object, annotations: Record<string, string> = {}) => [object('networking.k8s.io/v1', 'Ingress', 'i', { metadata: { annotations }, spec })]

test.each([
  { name: 'none', objects: ingress({ rules: [{ host: 'shop.example.com' }] }), want: [3] },
  { name: 'an internal host', objects: ingress({ rules: [{ host: 'shop.corp' }] }), want: [5] },
  { name: 'good', objects: ingress({ tls: [{ hosts: ['shop.example.com'], secretName: 't' }] }), want: [] },
  { name: 'look-alike: at the load balancer', objects: ingress({}, { 'alb.ingress.kubernetes.io/certificate-arn': 'arn' }), want: [] },
  { name: 'look-alike: the default certificate', objects: ingress({ tls: [{}] }), want: [] },
])('$name', ({ objects, want }) => expect(findingsOf(ingressWithoutTls, { objects }).map(({ severity }) => severity)).toEqual(want))
