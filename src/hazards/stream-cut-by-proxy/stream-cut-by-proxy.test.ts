import { expect, test } from 'vitest'
import { object, service, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { streamCutByProxy } from './stream-cut-by-proxy.ts'

const rules = (path: string) => [{ http: { paths: [{ path, backend: { service: { name: 'mcp', port: { number: 80 } } } }] } }]
const ingress = (settings: Record<string, string>, path: string) => object('networking.k8s.io/v1', 'Ingress', 'in', { metadata: { annotations: Object.fromEntries(Object.entries(settings).map(([key, value]) => [`nginx.ingress.kubernetes.io/${key}`, value])) }, spec: { ingressClassName: 'nginx', rules: rules(path) } })

test.each([
  { name: 'streams, and a minute of patience', view: viewOf([ingress({}, '/sse'), service('mcp')]), want: [{ subject: 'Ingress shop/in', plans: [['patch Ingress shop/in']] }] },
  { name: 'the current transport, behind a proxy that buffers', view: viewOf([ingress({ 'proxy-read-timeout': '3600', 'proxy-buffering': 'on' }, '/mcp'), service('mcp')]), want: [{ subject: 'Ingress shop/in', plans: [['patch Ingress shop/in']] }] },
  { name: 'good', view: viewOf([ingress({ 'proxy-read-timeout': '3600' }, '/mcp'), service('mcp')]), want: [] },
  { name: 'look-alike: ordinary requests', view: viewOf([ingress({}, '/api'), service('mcp')]), want: [] },
  { name: 'look-alike: a controller that is set elsewhere', view: viewOf([object('networking.k8s.io/v1', 'Ingress', 'in', { spec: { ingressClassName: 'alb', rules: rules('/sse') } }), service('mcp')]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(streamCutByProxy, view)).toEqual(want))
