import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { object, service } from '../testing/cluster.ts'
import { streamTimeoutShort } from './stream-timeout-short.ts'

const server = [workload(oneContainer({ image: 'acme/mcp-server:1' })), service('web')]
const backend = { service: { name: 'web', port: { number: 80 } } }
const ingress = (annotations: Record<string, string>, ingressClassName = 'alb') => object('networking.k8s.io/v1', 'Ingress', 'i', { metadata: { annotations }, spec: { ingressClassName, rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] } })
const route = (timeouts: object) => object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'r', { spec: { rules: [{ backendRefs: [{ name: 'web', port: 80 }], timeouts }] } })

test.each([
  { name: 'an ALB with its default', objects: [...server, ingress({})], want: ['Ingress i metadata.annotations'] },
  { name: 'a route that ends', objects: [...server, route({ request: '1m30s' })], want: ['HTTPRoute r spec.rules.0.timeouts.request'] },
  { name: 'another controller', objects: [...server, ingress({ 'konghq.com/read-timeout': '60000' }, 'kong')], want: ['Ingress i metadata.annotations.konghq.com/read-timeout'] },
  { name: 'good', objects: [...server, ingress({ 'alb.ingress.kubernetes.io/load-balancer-attributes': 'idle_timeout.timeout_seconds=4000' }), route({ request: '10m' })], want: [] },
  { name: 'look-alike: something else', objects: [workload(oneContainer()), service('web'), ingress({})], want: [] },
  { name: 'look-alike: no limit', objects: [...server, route({ request: '0s' })], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(streamTimeoutShort, { objects })).toEqual(want))
