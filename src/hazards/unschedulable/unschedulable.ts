/**
 * Pods that no node takes. The scheduler says how many nodes fell to which filter; the same is worked out from the
 * objects, so that the sentence names the taint, the label or the amount.
 */

import type { PodSpec, PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { eventEvidence, objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { conditionOf, isPod, isTerminating, podTemplateOf, type PodObject } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { keyOf, workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { earliest, findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { placementsOf, requestsOf, type Placement } from '../shared/placement.ts'
import { canChangeTemplate, patchWorkloadPlan } from '../shared/plan-parts.ts'
import { meantBy } from '../shared/spelling.ts'
import type { FieldChange } from '../shared/json-change.ts'
import { waysBack } from '../shared/ways-back.ts'
import { isTooFresh } from '../shared/patience.ts'

const ID = 'unschedulable'
/** An autoscaler or a pod that ends may still make room. */
const PATIENCE_MS = 60_000

interface Row {
  readonly pod: PodObject
  readonly message: string
  readonly sinceMs: number | undefined
}

function detect(view: View): Finding[] {
  const rows = view.list('', 'Pod').filter(isPod).flatMap((pod) => rowOf(view, pod))
  return [...Map.groupBy(rows, (row) => keyOf(workloadOf(view, row.pod))).values()].map((group) => findingFrom(view, group))
}

function rowOf(view: View, pod: PodObject): Row[] {
  const scheduled = conditionOf(pod, 'PodScheduled')
  const event = view.eventsFor(pod).find((item) => item.reason === 'FailedScheduling')
  const refused = scheduled?.status === 'False' && scheduled.reason !== 'SchedulingGated'
  const nowhere = namesNoNode(view, pod)
  if (nowhere !== undefined) return [{ pod, message: nowhere, sinceMs: parseTimeMs(pod.metadata.creationTimestamp) }]
  const waits = pod.spec?.nodeName === undefined && pod.status?.phase === 'Pending' && !isTerminating(pod)
  if (!waits || (!refused && event === undefined)) return []
  const sinceMs = parseTimeMs(scheduled?.lastTransitionTime) ?? event?.firstMs ?? parseTimeMs(pod.metadata.creationTimestamp)
  const message = (scheduled?.message ?? '') === '' ? (event?.message ?? '') : (scheduled?.message ?? '')
  if (isTooFresh(view, sinceMs, PATIENCE_MS) || waitsForClaim(view, pod, message)) return []
  return [{ pod, message, sinceMs }]
}

/** A template that names its node itself goes past the scheduler: with a node that is not there, nobody ever takes it. */
function namesNoNode(view: View, pod: PodObject): string | undefined {
  const named = podTemplateOf(workloadOf(view, pod))?.spec?.nodeName
  const nodes = view.list('', 'Node')
  const ghost = named !== undefined && named === pod.spec?.nodeName && pod.status?.phase === 'Pending' && !isTerminating(pod) && nodes.length > 0 && !nodes.some((node) => node.metadata.name === named)
  return ghost ? `its template names node ${named}, which does not exist` : undefined
}

/** The scheduler stops before any node when a claim of the pod is missing or not bound: then the claim is the fault. */
function waitsForClaim(view: View, pod: PodObject, message: string): boolean {
  const missing = /persistentvolumeclaim "([^"]+)" not found/i.exec(message)?.[1]
  const claims = claimsIn(pod.spec).map((name) => ({ name, claim: view.get({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: pod.metadata.namespace ?? 'default', name }) }))
  if (missing !== undefined) return claims.some(({ name, claim }) => name === missing && claim === undefined)
  const phase = (claim: KubeObject | undefined): string | undefined => (claim?.['status'] as { phase?: string } | undefined)?.phase
  return /unbound immediate persistentvolumeclaims/i.test(message) && claims.some(({ claim }) => ['Pending', 'Lost'].includes(phase(claim) ?? ''))
}

type Cause = 'cpu' | 'memory' | 'taint' | 'node-selector' | 'node-affinity' | 'pod-affinity' | 'spread' | 'volume' | 'cordoned' | 'not-ready' | 'ports' | 'pods' | 'other-resource' | 'no-nodes' | 'unknown'

/** The scheduler's own words, in the order in which a person would look. */
const WORDS: readonly (readonly [Cause, RegExp])[] = [
  ['volume', /persistentvolumeclaim|unbound immediate|volume node affinity|didn't find available persistent volumes|node\(s\) unavailable due to.*volume|max volume count/i],
  ['node-selector', /didn't match pod's node affinity\/selector|didn't match node selector/i],
  ['pod-affinity', /pod (anti-?)?affinity rules|didn't match pod anti-affinity|existing pods anti-affinity/i],
  ['spread', /topology spread constraints/i],
  ['ports', /free ports/i],
  ['cpu', /insufficient cpu/i],
  ['memory', /insufficient memory/i],
  ['pods', /too many pods/i],
  ['other-resource', /insufficient (?!cpu\b|memory\b)[a-z0-9./-]+/i],
  ['taint', /untolerated taint|had taints?/i],
  ['cordoned', /were unschedulable/i],
  ['no-nodes', /no nodes available/i],
]

function causesOf(message: string, placements: readonly Placement[]): Cause[] {
  const said = WORDS.filter(([, pattern]) => pattern.test(message.replaceAll(/untolerated taint \{node\.kubernetes\.io\/(not-ready|unreachable|unschedulable)[^}]*\}/g, ''))).map(([cause]) => cause)
  if (said.length > 0) return said
  const worked = [...new Set(placements.flatMap((placement) => placement.obstacles))]
  return worked.length > 0 ? worked : ['unknown']
}

function findingFrom(view: View, group: readonly Row[]): Finding {
  const first = group[0] as Row
  const workload = workloadOf(view, first.pod)
  const placements = placementsOf(view, first.pod)
  const causes = causesOf(first.message, placements)
  return findingOf({
    hazard: ID,
    subject: workload,
    symptoms: podSymptoms(group),
    summary: `${group.length} pod${group.length === 1 ? '' : 's'} of ${subjectText(subjectOf(workload))} cannot be placed: ${detailOf(first, placements) || first.message}`,
    evidence: [
      ...group.slice(0, 3).map((row) => objectEvidence(row.pod, 'status.conditions', `${subjectText(subjectOf(row.pod))}: ${row.message}`)),
      ...view.eventsFor(first.pod).filter((event) => event.reason === 'FailedScheduling').slice(0, 1).map((event) => eventEvidence(event)),
      ...placements.slice(0, 5).map((placement) => objectEvidence(placement.node, 'spec', `${subjectText(subjectOf(placement.node))} refuses it: ${placement.obstacles.join(', ') || 'for a reason that is not in its spec'}`)),
    ],
    confidence: causes[0] === 'volume' ? 0.6 : 0.9,
    sinceMs: earliest(group),
    explains: ['rollout-stuck', 'service-without-endpoints', 'dependency-unreachable', 'hpa-cannot-scale', 'failed-job'],
    facts: { causes, capacityLost: placements.some((placement) => placement.obstacles.includes('not-ready')) },
  })
}

function detailOf({ pod, message }: Row, placements: readonly Placement[]): string {
  if (pod.spec?.nodeName !== undefined) return message
  const parts: string[] = []
  const selector = pod.spec?.nodeSelector
  if (placements.length > 0 && placements.every((placement) => placement.obstacles.includes('node-selector'))) parts.push(`no node has the labels ${JSON.stringify(selector)}`)
  if (placements.length > 0 && placements.every((placement) => placement.obstacles.includes('node-affinity'))) parts.push('no node meets its required node affinity')
  const taints = new Set(placements.flatMap((placement) => placement.taints.map((taint) => `${taint.key}${taint.value === undefined ? '' : `=${taint.value}`}:${taint.effect}`)))
  if (taints.size > 0) parts.push(`it does not tolerate ${[...taints].join(', ')}`)
  const wanted = pod.spec === undefined ? {} : requestsOf(pod.spec)
  const fitsNowhere = placements.length > 0 && placements.every((placement) => placement.neverFits)
  if (fitsNowhere) parts.push(`it asks for more than any node has (cpu ${(wanted['cpu'] ?? 0) / 1000}, memory ${wanted['memory'] ?? 0} bytes)`)
  else if (placements.some((placement) => placement.obstacles.some((obstacle) => obstacle === 'cpu' || obstacle === 'memory'))) parts.push('too little cpu or memory is free')
  if (placements.some((placement) => placement.obstacles.includes('cordoned'))) parts.push('nodes are cordoned')
  return parts.join('; ')
}

const PLACING = ['nodeName', 'nodeSelector', 'affinity', 'tolerations', 'topologySpreadConstraints', 'schedulerName', 'priorityClassName'] as const

function hostPortsIn(spec: PodSpec): unknown {
  return (spec.containers ?? []).flatMap((container) => (container.ports ?? []).flatMap((port) => port.hostPort ?? (spec.hostNetwork === true ? port.containerPort : [])))
}

/** Does the earlier revision ask for something else of the nodes? */
function placedDifferently(earlier: PodTemplateSpec, current: PodTemplateSpec): boolean {
  const [before, now] = [earlier.spec, current.spec]
  if (before === undefined || now === undefined) return false
  return PLACING.some((field) => !jsonEqual(before[field], now[field])) || !jsonEqual(requestsOf(before), requestsOf(now)) || !jsonEqual(claimsIn(before), claimsIn(now)) || !jsonEqual(hostPortsIn(before), hostPortsIn(now))
}

function claimsIn(spec: PodTemplateSpec['spec']): string[] {
  return (spec?.volumes ?? []).map((volume) => volume.persistentVolumeClaim?.claimName).filter((name) => name !== undefined)
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  if (workload === undefined) return []
  const back = waysBack({ hazard: ID, view, workload, differs: placedDifferently })
  return back.length > 0 ? back : respellSelector(view, workload)
}

/** A label that no node has, where its value or its key is a slip of one that nodes have. */
function respellSelector(view: View, workload: KubeObject): Plan[] {
  const selector = podTemplateOf(workload)?.spec?.nodeSelector ?? {}
  const nodes = view.list('', 'Node').map((node) => node.metadata.labels ?? {})
  const changes = Object.entries(selector).flatMap(([key, value]): FieldChange[] => {
    if (nodes.some((labels) => labels[key] === value)) return []
    const right = meantBy(value, nodes.flatMap((labels) => labels[key] ?? []))
    const rightKey = meantBy(key, nodes.filter((labels) => Object.values(labels).includes(value)).flatMap((labels) => Object.keys(labels).filter((other) => labels[other] === value)))
    const path = ['spec', 'template', 'spec', 'nodeSelector']
    if (right !== undefined) return [{ path: [...path, key], value: right }]
    return rightKey === undefined ? [] : [{ path: [...path, key], value: undefined }, { path: [...path, rightKey], value }]
  })
  if (changes.length === 0 || !canChangeTemplate(workload)) return []
  const text = changes.filter((change) => change.value !== undefined).map((change) => `${String(change.path.at(-1))}=${String(change.value)}`).join(', ')
  return [
    patchWorkloadPlan({
      hazard: ID, view, workload,
      approach: 'respell-node-selector',
      goal: `${subjectText(subjectOf(workload))} asks for nodes that there are`,
      changes,
      reason: `ask for ${text}`,
      rationale: `Nodes have ${text}, which is spelled nearly so. That it is meant is an assumption for a person to confirm.`,
      values: 'assumed',
    }),
  ]
}

export const unschedulable: Hazard = {
  id: ID,
  title: 'Pods that no node takes',
  severity: 2,
  family: 'placement',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Either the cluster needs a node that fits, or the workload must ask for less; which of the two is a decision of its owners.`,
  lookAlikes: ['a pod that waits for less than a minute', 'a pod held by a scheduling gate', 'a claim that is not bound, which is the claim'],
  prevention: 'Check that requests, selectors and tolerations fit an existing pool before the rollout.',
  sources: [{ title: 'Assigning pods to nodes', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/' }],
  reviewBy: '2027-06-30',
}
