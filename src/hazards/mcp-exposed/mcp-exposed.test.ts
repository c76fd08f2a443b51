import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { mcpExposed } from './mcp-exposed.ts'

const server = workload(oneContainer({ image: 'acme/mcp-server:1' }))
const service = (spec: object, annotations: Record<string, string> = {}) => object('v1', 'Service', 'web', { metadata: { annotations }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }], ...spec } })
const ingress = (annotations: Record<string, string> = {}, path = '/') => object('networking.k8s.io/v1', 'Ingress', 'i', { metadata: { annotations }, spec: { rules: [{ http: { paths: [{ path, pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] } }] } })

test.each([
  { name: 'a load balancer', objects: [server, service({ type: 'LoadBalancer' })], want: ['Service web spec.type'] },
  { name: 'a port of each node', objects: [server, service({ type: 'NodePort' })], want: ['Service web spec.type'] },
  { name: 'an Ingress', objects: [server, service({}), ingress()], want: ['Ingress i spec.rules'] },
  { name: 'told by the route alone', objects: [workload(oneContainer()), service({}), ingress({}, '/mcp')], want: ['Ingress i spec.rules'] },
  { name: 'told by the port', objects: [workload(oneContainer()), service({ type: 'LoadBalancer', ports: [{ name: 'mcp', port: 80 }] })], want: ['Service web spec.type'] },
  { name: 'good', objects: [server, service({})], want: [] },
  { name: 'look-alike: inside', objects: [server, service({ type: 'LoadBalancer' }, { 'service.beta.kubernetes.io/azure-load-balancer-internal': 'true' })], want: [] },
  { name: 'look-alike: a list of sources', objects: [server, service({ type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.0/8'] })], want: [] },
  { name: 'look-alike: it signs in', objects: [server, service({}), ingress({ 'nginx.ingress.kubernetes.io/auth-url': 'https://x' })], want: [] },
  { name: 'look-alike: no MCP', objects: [workload(oneContainer({ image: 'acme/mcpherson:1' })), service({ type: 'LoadBalancer' })], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(mcpExposed, { objects })).toEqual(want))
