/**
 * A route that carries long answers (server-sent events, Streamable HTTP of an MCP server) is cut by the proxy in front
 * of it: its idle time-out is shorter than the pauses of the stream, or it buffers what should flow.
 *
 * The older HTTP+SSE transport has a stream of its own; the current one answers a POST with a stream that may last for
 * minutes. Both are cut in the same way. Which setting helps depends on the controller, and ingress-nginx, whose
 * annotations are the best known, is no longer maintained.
 */

import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import type { Plan } from '../../model/plan.ts'
import { objectOf, uniqueSubjects } from '../../model/topology/find-object.ts'
import { podsBehind, servicesOf, type ServiceObject } from '../../model/topology/services.ts'
import { workloadOf } from '../../model/topology/ownership.ts'
import { ingressBackends } from '../../model/topology/upstream.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'
import { lastMatch, lineEvidence, type LogLine } from '../shared/logs.ts'
import { managerNote } from '../shared/management.ts'
import { createPlan, patchStep } from '../shared/plan-parts.ts'
import { speakingWorkloads, wordsOf } from '../shared/suffering.ts'

const ID = 'stream-cut-by-proxy'
const NGINX = 'nginx.ingress.kubernetes.io/'
/** The defaults of ingress-nginx, in seconds, and the least that a stream of minutes needs. */
const DEFAULT_SECONDS = 60
const STREAM_SECONDS_MIN = 300
const STREAM_PATH = /\/(sse|mcp|events?|stream(ing)?|messages)(\/|$|\W)/i
const STREAM_WORDS = /\b(text\/event-stream|server-sent events?|\bsse\b|streamable http|mcp[ -]?(server|session|stream)|stream(ing)? (closed|aborted|interrupted|disconnected)|event ?source)\b/i
const CUT = /upstream timed out|504 gateway time-?out|\b504\b|upstream prematurely closed|client disconnected|connection (?:was )?(?:closed|reset)|idle time-?out|stream (?:closed|aborted|interrupted|ended|disconnected)|broken pipe|context canceled|EOF/i

function detect(view: View): Finding[] {
  return view.list('networking.k8s.io', 'Ingress').flatMap((ingress) => {
    const services = servicesOf(view, ingress.metadata.namespace).filter((service) => ingressBackends(ingress).includes(service.metadata.name ?? ''))
    const said = cutsSaid(view, services)
    const streams = pathsOf(ingress).some((path) => STREAM_PATH.test(path)) || services.some(isStreamPort) || said.some((line) => STREAM_WORDS.test(line.text))
    const why = streams ? whyCut(ingress) : undefined
    return why === undefined ? [] : [findingFrom(view, { ingress, services, said, why })]
  })
}

function pathsOf(ingress: KubeObject): string[] {
  const spec = ingress['spec'] as { rules?: readonly { http?: { paths?: readonly { path?: string }[] } }[] } | undefined
  return (spec?.rules ?? []).flatMap((rule) => (rule.http?.paths ?? []).map((item) => item.path ?? '/'))
}

function isStreamPort(service: ServiceObject): boolean {
  return (service.spec?.ports ?? []).some((port) => /^(mcp|sse)(-|$)/.test(port.name ?? '') || port.appProtocol === 'mcp')
}

/** What the servers behind it say about streams that were cut. */
function cutsSaid(view: View, services: readonly ServiceObject[]): LogLine[] {
  const behind = new Set(services.flatMap((service) => podsBehind(view, service).map((pod) => workloadOf(view, pod))))
  return speakingWorkloads(view).filter((item) => behind.has(item.workload) || servesIngress(item.workload)).flatMap((item) => { const found = lastMatch(wordsOf(view, item), CUT); return found === undefined ? [] : [found.line] })
}

/** An Ingress controller writes of every route. */
function servesIngress(workload: KubeObject): boolean {
  return /ingress/i.test(JSON.stringify((workload['spec'] as { template?: { spec?: { containers?: readonly { args?: readonly string[]; image?: string }[] } } } | undefined)?.template?.spec?.containers?.map((container) => [container.image, container.args]) ?? ''))
}

/** Only a controller whose settings can be read here is judged. */
function whyCut(ingress: KubeObject): string | undefined {
  const spec = ingress['spec'] as { ingressClassName?: string } | undefined
  const annotations = ingress.metadata.annotations ?? {}
  const isNginx = Object.keys(annotations).some((key) => key.startsWith(NGINX)) || /nginx/.test(spec?.ingressClassName ?? annotations['kubernetes.io/ingress.class'] ?? '')
  if (!isNginx) return undefined
  const seconds = Number(annotations[`${NGINX}proxy-read-timeout`] ?? DEFAULT_SECONDS)
  const buffers = annotations[`${NGINX}proxy-buffering`] === 'on'
  if (seconds < STREAM_SECONDS_MIN) return `the proxy gives up after ${seconds} s without data`
  return buffers ? 'the proxy buffers what should flow' : undefined
}

interface Seen {
  readonly ingress: KubeObject
  readonly services: readonly ServiceObject[]
  readonly said: readonly LogLine[]
  readonly why: string
}

function findingFrom(view: View, { ingress, services, said, why }: Seen): Finding {
  const workloads = services.flatMap((service) => podsBehind(view, service).map((pod) => subjectOf(workloadOf(view, pod))))
  return findingOf({
    hazard: ID,
    subject: ingress,
    symptoms: said.length === 0 ? [] : uniqueSubjects([subjectOf(ingress), ...services.map(subjectOf), ...workloads]),
    summary: `${subjectText(subjectOf(ingress))} carries streams, and ${why}`,
    evidence: [objectEvidence(ingress, 'metadata.annotations', `its proxy settings are ${JSON.stringify(Object.fromEntries(Object.entries(ingress.metadata.annotations ?? {}).filter(([key]) => key.startsWith(`${NGINX}proxy`))))}`), ...said.slice(0, 2).map((line) => lineEvidence(line))],
    confidence: said.length === 0 ? 0.5 : 0.88,
    explains: ['dependency-unreachable', 'application-unhealthy'],
  })
}

function fixes(finding: Finding, view: View): Plan[] {
  const ingress = objectOf(view, finding.subject)
  if (ingress === undefined) return []
  const values = { 'proxy-read-timeout': '3600', 'proxy-send-timeout': '3600', 'proxy-buffering': 'off' }
  return [
    createPlan({
      hazard: ID,
      subject: finding.subject,
      approach: 'let-streams-flow',
      goal: `${subjectText(finding.subject)} lets streams flow`,
      steps: [patchStep(ingress, Object.keys(ingress.metadata.annotations ?? {}).length === 0 ? [{ path: ['metadata', 'annotations'], value: Object.fromEntries(Object.entries(values).map(([key, value]) => [`${NGINX}${key}`, value])) }] : Object.entries(values).map(([key, value]) => ({ path: ['metadata', 'annotations', `${NGINX}${key}`], value })), 'wait an hour between two pieces of a stream, and buffer nothing')],
      proof: [{ type: 'hazard-absent', hazard: ID, subject: finding.subject }],
      risk: 'reversible',
      expectedEffect: 'the proxy reloads; no pod is touched',
      rationale: `How long the streams pause is not recorded, so an hour is an assumption for a person to confirm.${managerNote(ingress)}`,
      values: 'assumed',
    }),
  ]
}

export const streamCutByProxy: Hazard = {
  id: ID,
  title: 'A proxy cuts the streams of a route',
  severity: 3,
  family: 'traffic',
  appliesTo: ['networking.k8s.io/Ingress'],
  faces: ['live', 'static'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Set the idle time-out of whatever stands in front above the longest pause of the stream, load balancer included.`,
  lookAlikes: ['a route for ordinary requests', 'a controller whose settings are not on the Ingress: a load balancer, a Gateway', 'a server that ends its streams itself'],
  prevention: 'Send something on every stream more often than any proxy\'s idle time-out, and set the time-out on the route.',
  sources: [
    { title: 'Model Context Protocol: transports', url: 'https://modelcontextprotocol.io/specification/2025-06-18/basic/transports' },
    { title: 'Ingress NGINX: annotations', url: 'https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/' },
  ],
  reviewBy: '2027-01-31',
}
