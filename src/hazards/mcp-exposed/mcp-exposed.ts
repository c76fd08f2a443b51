/** An MCP server that can be reached from outside without signing in: its tools are what it can do, and they are for everybody. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import type { ServiceObject } from '../../model/topology/services.ts'
import { mcpServices } from '../shared/mcp-services.ts'
import { routesOf } from '../shared/routes.ts'

const INTERNAL = /internal|private/i
/** Annotations with which something in front asks who is there. */
const SIGN_IN = /^(nginx\.ingress\.kubernetes\.io\/(auth-url|auth-type|auth-tls-secret|auth-signin)|alb\.ingress\.kubernetes\.io\/(auth-type|mutual-authentication)|haproxy\.org\/auth-type|traefik\.ingress\.kubernetes\.io\/router\.middlewares)/
const NARROW = /^(nginx\.ingress\.kubernetes\.io\/(whitelist-source-range|allowlist-source-range)|alb\.ingress\.kubernetes\.io\/(inbound-cidrs|security-groups)|service\.beta\.kubernetes\.io\/load-balancer-source-ranges)$/

function audit({ cluster }: AuditView): AuditFinding[] {
  const services = [...mcpServices(cluster)]
  const direct = services.flatMap(directly)
  const names = new Set(services.map(({ metadata }) => `${metadata.namespace ?? 'default'}/${metadata.name ?? ''}`))
  const routed = [...new Set(routesOf(cluster).filter((route) => names.has(`${route.namespace}/${route.service}`)).map(({ object }) => object))].flatMap(byRoute)
  return [...direct, ...routed]
}

function directly(service: ServiceObject): AuditFinding[] {
  const { type, loadBalancerSourceRanges = [] } = service.spec ?? {}
  const annotations = Object.entries(service.metadata.annotations ?? {})
  const internal = annotations.some(([key, value]) => /load-balancer/.test(key) && (INTERNAL.test(key) || INTERNAL.test(value)) && value !== 'false')
  const narrow = loadBalancerSourceRanges.length > 0 && !loadBalancerSourceRanges.includes('0.0.0.0/0')
  if (type !== 'LoadBalancer' && type !== 'NodePort') return []
  if (internal || narrow || annotations.some(([key]) => NARROW.test(key))) return []
  return [{ of: service, path: ['spec', 'type'], summary: `${subjectText(subjectOf(service))} is an MCP server, and type ${type} opens it to ${type === 'NodePort' ? 'whoever reaches a node' : 'the network of the load balancer'}`, advice: 'Make it ClusterIP, and put a gateway that signs callers in before it; or an internal load balancer with loadBalancerSourceRanges.' }]
}

function byRoute(object: KubeObject): AuditFinding[] {
  const annotations = Object.entries(object.metadata.annotations ?? {})
  const guarded = annotations.some(([key, value]) => (SIGN_IN.test(key) && value !== 'none') || NARROW.test(key) || (key === 'alb.ingress.kubernetes.io/scheme' && value === 'internal'))
  const internal = /internal|private/.test(String(((object['spec'] ?? {}) as { ingressClassName?: string }).ingressClassName ?? ''))
  const filtered = JSON.stringify((object['spec'] as { rules?: unknown } | undefined)?.rules ?? '').includes('"ExtensionRef"')
  if (guarded || internal || filtered || object.kind === 'HTTPRoute') return []
  return [{ of: object, path: ['spec', 'rules'], summary: `${subjectText(subjectOf(object))} leads to an MCP server and asks nobody who they are`, advice: 'Let the controller sign callers in (auth-url, Cognito or OIDC at the load balancer, mutual TLS), or take the route inside.' }]
}

export const mcpExposed: AuditRule = {
  id: 'mcp-exposed',
  title: 'An MCP server that anybody may use',
  severity: 1,
  appliesTo: ['/Service'],
  audit,
  lookAlikes: ['a server inside the cluster', 'an internal load balancer, or one with a list of sources', 'a route that signs callers in', 'a route through a Gateway, whose policies are not on it', 'a Service of another kind with the same type'],
  prevention: 'MCP servers behind something that signs callers in, always.',
  sources: [{ title: 'MCP: security best practices', url: 'https://modelcontextprotocol.io/specification/2025-06-18/basic/security_best_practices' }],
  reviewBy: '2027-03-31',
}
