import { expect, test } from 'vitest'
import { findingsOf } from '../testing/audit.ts'
import { clusterObject, object } from '../testing/cluster.ts'
import { ingressNginxRetired } from './ingress-nginx-retired.ts'

const ingress = (annotations: Record<string, string>, ingressClassName = 'web') => object('networking.k8s.io/v1', 'Ingress', 'i', { metadata: { annotations }, spec: { ingressClassName } })
const ingressClass = (controller: string) => clusterObject('networking.k8s.io/v1', 'IngressClass', 'web', { spec: { controller } })

test.each([
  { name: 'an annotation', objects: [ingress({ 'nginx.ingress.kubernetes.io/proxy-buffering': 'off' })], want: [3] },
  { name: 'before the day', objects: [ingress({ 'nginx.ingress.kubernetes.io/proxy-buffering': 'off' })], now: '2026-01-01T00:00:00Z', want: [4] },
  { name: 'its class', objects: [ingress({}), ingressClass('k8s.io/ingress-nginx')], want: [3] },
  { name: 'good', objects: [ingress({ 'alb.ingress.kubernetes.io/scheme': 'internal' })], want: [] },
  { name: 'look-alike: another program', objects: [ingress({ 'nginx.org/proxy-read-timeout': '60s' })], want: [] },
  { name: 'look-alike: a class that is called so', objects: [ingress({}, 'web'), ingressClass('nginx.org/ingress-controller')], want: [] },
])('$name', ({ objects, want, now }) => expect(findingsOf(ingressNginxRetired, { objects, ...(now === undefined ? {} : { now }) }).map(({ severity }) => severity)).toEqual(want))
