/**
 * A workload that others need has been scaled to nothing. Without somebody who needs it, zero is a choice.
 *
 * The count it had is in the event of the scaling, in the autoscaler's minimum, or in the manifest that was applied;
 * where none of them tells, a person is asked.
 */

import { eventEvidence, objectEvidence, type Evidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { refOf, subjectOf, subjectText, type KubeObject, type Subject } from '../../model/kube-object.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import { podTemplateOf, replicasOf } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { clusterNeeds } from '../../model/topology/cluster-services.ts'
import { dependenciesOf } from '../../model/topology/host-references.ts'
import { workloadsOf } from '../../model/topology/ownership.ts'
import { selectorOf, servicesOf, type ServiceObject } from '../../model/topology/services.ts'
import { ingressBackends } from '../../model/topology/upstream.ts'
import type { EventView, View } from '../../model/view.ts'
import { lastApplied } from '../shared/applied.ts'
import { findingOf, workloadOfFinding } from '../shared/finding.ts'
import { autoscalerOf } from '../shared/management.ts'
import { askPlan, createPlan, STABLE_FOR_MS, targetOfObject } from '../shared/plan-parts.ts'
import { sufferingWorkloads } from '../shared/suffering.ts'

const ID = 'scaled-to-zero'

function detect(view: View): Finding[] {
  return ['Deployment', 'StatefulSet'].flatMap((kind) => view.list('apps', kind)).filter((workload) => replicasOf(workload) === 0 && !isEventDriven(view, workload)).flatMap((workload) => findingFrom(view, workload))
}

/** Scalers that rest at zero on purpose: KEDA's and Knative's. */
function isEventDriven(view: View, workload: KubeObject): boolean {
  const named = view.list('keda.sh', 'ScaledObject', workload.metadata.namespace).some((scaler) => (scaler['spec'] as { scaleTargetRef?: { name?: string } } | undefined)?.scaleTargetRef?.name === workload.metadata.name)
  return named || workload.metadata.labels?.['serving.knative.dev/service'] !== undefined
}

function findingFrom(view: View, workload: KubeObject): Finding[] {
  const services = servicesInFront(view, workload)
  const others = services.flatMap((service) => servesOthers(view, service, workload))
  const suffering = services.length === 0 ? [] : sufferingWorkloads(view).filter((item) => item.workload !== workload && dependenciesOf(view, item.workload).some((service) => services.includes(service)))
  const events = scaleEvents(view, workload)
  const entrance = services.filter((service) => view.list('networking.k8s.io', 'Ingress', service.metadata.namespace).some((ingress) => ingressBackends(ingress).includes(service.metadata.name ?? '')))
  // Parked workloads behind an entrance are common; only a recent scaling tells a mishap from a choice.
  const missed = events.length > 0 && (entrance.length > 0 || others.length > 0)
  const cluster = services.some((service) => clusterNeeds(view, service))
  const symptoms: Subject[] = suffering.length > 0 || missed || cluster ? [subjectOf(workload), ...services.map(subjectOf), ...suffering.map((item) => subjectOf(item.workload))] : []
  const replicas = formerReplicas(view, workload, events)
  return [
    findingOf({
      hazard: ID,
      subject: workload,
      symptoms,
      summary: `${subjectText(subjectOf(workload))} is scaled to zero${suffering.length > 0 ? `, and ${suffering.map((item) => subjectText(subjectOf(item.workload))).join(', ')} needs it` : services.length > 0 ? `, so ${services.map((service) => subjectText(subjectOf(service))).join(', ')} leads nowhere` : ''}`,
      evidence: evidenceOf(workload, events),
      confidence: suffering.length > 0 || cluster ? 0.96 : missed ? 0.85 : 0.6,
      sinceMs: events[0]?.lastMs,
      explains: ['dependency-unreachable', 'service-without-endpoints', 'application-unhealthy', 'container-exits', 'hpa-cannot-scale', 'dns-broken', 'webhook-fails-closed', 'api-service-unavailable'],
      facts: { replicas: replicas?.count ?? null, from: replicas?.from ?? '' },
    }),
  ]
}

function servicesInFront(view: View, workload: KubeObject): ServiceObject[] {
  const labels = podTemplateOf(workload)?.metadata?.labels
  return servicesOf(view, workload.metadata.namespace).filter((service) => {
    const selector = selectorOf(service)
    return selector !== undefined && matchesSelector({ matchLabels: selector }, labels)
  })
}

/** Running workloads whose configuration names the Service: they will miss it even if they do not say so yet. */
function servesOthers(view: View, service: ServiceObject, workload: KubeObject): KubeObject[] {
  return workloadsOf(view).filter((other) => other !== workload && replicasOf(other) > 0 && dependenciesOf(view, other).includes(service))
}

const SCALED = /Scaled down (?:replica ?set|replicaset) \S+ (?:from (\d+) to 0|to 0 from (\d+))/i

function scaleEvents(view: View, workload: KubeObject): EventView[] {
  return view.eventsFor(workload).filter((event) => SCALED.test(event.message) || DELETED.test(event.message))
}

function evidenceOf(workload: KubeObject, events: readonly EventView[]): Evidence[] {
  return [objectEvidence(workload, 'spec.replicas', `${subjectText(subjectOf(workload))} wants 0 replicas`), ...events.slice(0, 1).map((event) => eventEvidence(event))]
}

interface Former {
  readonly count: number
  readonly from: string
}

function formerReplicas(view: View, workload: KubeObject, events: readonly EventView[]): Former | undefined {
  const match = SCALED.exec(events[0]?.message ?? '')
  const told = Number(match?.[1] ?? match?.[2])
  if (told > 0) return { count: told, from: 'the event of the scaling' }
  const deleted = deletedOrdinals(view, workload)
  if (deleted > 0) return { count: deleted, from: 'the events of its pods that were deleted' }
  const scaler = autoscalerOf(view, workload)
  const minimum = scaler === undefined ? undefined : ((scaler['spec'] as { minReplicas?: number } | undefined)?.minReplicas ?? 1)
  if (minimum !== undefined && minimum > 0) return { count: minimum, from: 'the minimum of its autoscaler, which rests while the count is zero' }
  const applied = appliedReplicas(workload)
  return applied === undefined || applied === 0 ? undefined : { count: applied, from: 'the manifest that was last applied' }
}

const DELETED = /delete Pod \S+-(\d+) in StatefulSet/i

/** A StatefulSet deletes its pods from the highest number down: the highest that went, and one. Of its last scaling only. */
function deletedOrdinals(view: View, workload: KubeObject): number {
  if (workload.kind !== 'StatefulSet') return 0
  const told = view.eventsFor(workload).filter((event) => event.reason === 'SuccessfulDelete').map((event) => ({ event, ordinal: Number(DELETED.exec(event.message)?.[1]) })).filter(({ ordinal }) => !Number.isNaN(ordinal))
  const newestMs = Math.max(...told.map(({ event }) => event.lastMs ?? 0))
  return Math.max(-1, ...told.filter(({ event }) => newestMs - (event.lastMs ?? 0) < SCALING_MS).map(({ ordinal }) => ordinal)) + 1
}

/** Pods go one by one, each within its grace period. */
const SCALING_MS = 15 * 60_000

function appliedReplicas(workload: KubeObject): number | undefined {
  const replicas = (lastApplied(workload)?.['spec'] as { replicas?: unknown } | undefined)?.replicas
  return typeof replicas === 'number' ? replicas : undefined
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  const replicas = finding.facts['replicas']
  if (workload === undefined) return []
  if (typeof replicas === 'number') return [scaleUp(finding, workload, replicas)]
  return [
    askPlan({
      hazard: ID,
      workload,
      goal: `${subjectText(subjectOf(workload))} runs again`,
      rationale: 'How many replicas it had is not recorded in the cluster.',
      needsInput: [{ name: 'replicas', question: `How many replicas should ${subjectText(subjectOf(workload))} have?`, target: refOf(workload) }],
    }),
  ]
}

function scaleUp(finding: Finding, workload: KubeObject, replicas: number): Plan {
  const target = targetOfObject(workload)
  return createPlan({
    hazard: ID,
    subject: subjectOf(workload),
    approach: 'scale-up',
    goal: `${subjectText(subjectOf(workload))} runs ${replicas} replicas again`,
    steps: [
      {
        action: { verb: 'scale', target, fromReplicas: 0, toReplicas: replicas },
        reason: `scale back to ${replicas}: ${String(finding.facts['from'])}`,
        preconditions: [{ type: 'object-exists', target }],
        undo: { verb: 'scale', target, fromReplicas: replicas, toReplicas: 0 },
      },
    ],
    proof: [
      { type: 'workload-available', target: refOf(workload) },
      { type: 'pods-stable', target: refOf(workload), forMs: STABLE_FOR_MS },
      { type: 'hazard-absent', hazard: ID, subject: subjectOf(workload) },
    ],
    risk: 'reversible',
    expectedEffect: `${replicas} pods start`,
    rationale: `${replicas} is read from ${String(finding.facts['from'])}.`,
  })
}

export const scaledToZero: Hazard = {
  id: ID,
  title: 'A workload that others need is scaled to zero',
  severity: 2,
  family: 'control',
  appliesTo: ['apps/Deployment', 'apps/StatefulSet'],
  faces: ['live', 'static'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Say whether that was meant, and how many replicas it should have.`,
  lookAlikes: ['a workload at zero that nobody calls', 'a workload that an event-driven scaler parks at zero'],
  prevention: 'Scale through the manifest or the autoscaler, and alert on Services without endpoints.',
  sources: [{ title: 'Scale a Deployment', url: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#scaling-a-deployment' }],
  reviewBy: '2027-06-30',
}
