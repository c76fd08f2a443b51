/**
 * What stands in front of an MCP server and cuts its answers: the idle time of an ALB, the request time of a route through a Gateway,
 * the read time of other controllers. Needed with Streamable HTTP as with the older SSE. (The settings of ingress-nginx are read by
 * `stream-cut-by-proxy`.)
 */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { mcpServices } from '../shared/mcp-services.ts'
import { routesOf } from '../shared/routes.ts'

const SECONDS_MIN = 300
const ALB = 'alb.ingress.kubernetes.io/'

function audit({ cluster }: AuditView): AuditFinding[] {
  const names = new Set([...mcpServices(cluster)].map(({ metadata }) => `${metadata.namespace ?? 'default'}/${metadata.name ?? ''}`))
  const objects = new Set(routesOf(cluster).filter((route) => names.has(`${route.namespace}/${route.service}`)).map(({ object }) => object))
  return [...objects].flatMap((object) => (object.kind === 'HTTPRoute' ? ofRoute(object) : [...ofAlb(object), ...ofOthers(object)]))
}

function ofAlb(ingress: KubeObject): AuditFinding[] {
  const annotations = ingress.metadata.annotations ?? {}
  const spec = ingress['spec'] as { ingressClassName?: string } | undefined
  const isAlb = spec?.ingressClassName === 'alb' || Object.keys(annotations).some((key) => key.startsWith(ALB))
  const seconds = Number(/idle_timeout\.timeout_seconds=(\d+)/.exec(annotations[`${ALB}load-balancer-attributes`] ?? '')?.[1] ?? 60)
  if (!isAlb || seconds >= SECONDS_MIN) return []
  return [{ of: ingress, path: ['metadata', 'annotations'], summary: `${subjectText(subjectOf(ingress))} leads to an MCP server through an ALB that cuts connections silent for ${seconds} s`, advice: `${ALB}load-balancer-attributes: idle_timeout.timeout_seconds=${SECONDS_MIN} or more` }]
}

const READ_TIMES = ['haproxy.org/timeout-server', 'haproxy-ingress.github.io/timeout-server', 'konghq.com/read-timeout', 'projectcontour.io/response-timeout', 'appgw.ingress.kubernetes.io/request-timeout']

function ofOthers(ingress: KubeObject): AuditFinding[] {
  return READ_TIMES.flatMap((key) => {
    const value = ingress.metadata.annotations?.[key]
    const seconds = value === undefined ? undefined : secondsOf(value, key.startsWith('konghq') ? 0.001 : 1)
    return seconds === undefined || seconds >= SECONDS_MIN ? [] : [{ of: ingress, path: ['metadata', 'annotations', key], summary: `${subjectText(subjectOf(ingress))} leads to an MCP server and waits ${seconds} s for it`, advice: `${key}: at least ${SECONDS_MIN} s` }]
  })
}

function ofRoute(route: KubeObject): AuditFinding[] {
  const rules = ((route['spec'] ?? {}) as { rules?: readonly { timeouts?: Readonly<Record<string, string>> }[] }).rules ?? []
  return rules.flatMap(({ timeouts = {} }, index) =>
    ['request', 'backendRequest'].flatMap((name) => {
      const seconds = timeouts[name] === undefined ? undefined : secondsOf(timeouts[name] ?? '', 1)
      return seconds === undefined || seconds === 0 || seconds >= SECONDS_MIN ? [] : [{ of: route, path: ['spec', 'rules', index, 'timeouts', name], summary: `${subjectText(subjectOf(route))} leads to an MCP server and ends requests after ${seconds} s`, advice: `timeouts.${name}: ${SECONDS_MIN}s or more; 0s for no limit.` }]
    }),
  )
}

/** `90s`, `5m`, `1h30m`, `500ms`; a bare number in the unit of its annotation. */
function secondsOf(text: string, unit: number): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) * unit
  const parts = [...text.matchAll(/(\d+)(ms|h|m|s)/g)]
  const factor: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 }
  return parts.length === 0 ? undefined : parts.reduce((sum, [, count, name = 's']) => sum + Number(count) * (factor[name] ?? 1), 0)
}

export const streamTimeoutShort: AuditRule = {
  id: 'stream-timeout-short',
  title: 'What stands in front of an MCP server cuts its answers',
  severity: 2,
  appliesTo: ['networking.k8s.io/Ingress', 'gateway.networking.k8s.io/HTTPRoute'],
  audit,
  lookAlikes: ['a route to something else', 'a Gateway route without a time limit', 'a limit of zero, which means none', 'ingress-nginx, whose settings another card reads'],
  prevention: 'Time-outs of minutes on routes that stream, and a beat from the server more often than that.',
  sources: [
    { title: 'AWS Load Balancer Controller: annotations', url: 'https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/' },
    { title: 'Gateway API: HTTP timeouts', url: 'https://gateway-api.sigs.k8s.io/guides/http-timeouts/' },
  ],
  reviewBy: '2027-03-31',
}
