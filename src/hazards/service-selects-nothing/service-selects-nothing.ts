/**
 * A Service whose selector no pod has, beside a workload that was surely meant: it shares some of the labels, or its
 * name, and no other Service leads to it.
 *
 * The labels that pods really carry are the observed value, so the selector can be mended without inventing anything.
 */

import { matchesSelector } from '../../model/kube/selector.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { refOf, subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { podTemplateOf, replicasOf } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { historyOf, lastWorkedRevision } from '../../model/topology/history.ts'
import { objectOf } from '../../model/topology/find-object.ts'
import { livePodsOf, workloadsIn, workloadsOf } from '../../model/topology/ownership.ts'
import { podsBehind, selectorOf, servicesOf, servicesOfPod, type ServiceObject } from '../../model/topology/services.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import type { Subject } from '../../model/kube-object.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'
import { canChangeTemplate, createPlan, patchStep, rollBackPlan } from '../shared/plan-parts.ts'
import { restoreApplied } from '../shared/ways-back.ts'

const ID = 'service-selects-nothing'

type Labels = Readonly<Record<string, string>>

function detect(view: View): Finding[] {
  // Collected without anything that could be selected, a Service says nothing about its selector.
  if (workloadsOf(view).length === 0 && view.list('', 'Pod').length === 0) return []
  return servicesOf(view).flatMap((service) => {
    const selector = selectorOf(service)
    if (selector === undefined || podsBehind(view, service).length > 0) return []
    const beside = workloadsIn(view, service.metadata.namespace).filter((workload) => podTemplateOf(workload) !== undefined && workload.kind !== 'Job' && workload.kind !== 'CronJob')
    if (beside.some((workload) => matchesSelector({ matchLabels: selector }, labelsOf(workload)))) return []
    return [findingFrom(view, { service, selector, meant: meantWorkload(view, service, beside) })]
  })
}

function labelsOf(workload: KubeObject): Labels {
  return podTemplateOf(workload)?.metadata?.labels ?? {}
}

/** The one workload nearest to the selector; undefined when two are as near. */
function meantWorkload(view: View, service: ServiceObject, beside: readonly KubeObject[]): KubeObject | undefined {
  const scored = beside
    .filter((workload) => replicasOf(workload) > 0 && livePodsOf(view, workload).every((pod) => servicesOfPod(view, pod).length === 0))
    .map((workload) => ({ workload, score: nearness(view, service, workload) }))
    .filter((item) => item.score > 0)
    .sort((left, right) => right.score - left.score)
  const [best, second] = scored
  return best !== undefined && best.score !== second?.score ? best.workload : undefined
}

/** Labels in common count most; then an earlier revision that matched; then the name, whole or as a label value. */
function nearness(view: View, service: ServiceObject, workload: KubeObject): number {
  const selector = Object.entries(selectorOf(service) ?? {})
  const labels = labelsOf(workload)
  const shared = selector.filter(([key, value]) => labels[key] === value).length
  const sameKeys = selector.filter(([key]) => labels[key] !== undefined).length
  const matchedBefore = historyOf(view, workload)?.earlier.some((revision) => matchesSelector({ matchLabels: Object.fromEntries(selector) }, revision.template.metadata?.labels)) === true
  const named = workload.metadata.name === service.metadata.name || Object.values(labels).includes(service.metadata.name ?? '')
  const ported = sharesPort(service, workload)
  return shared * 8 + (matchedBefore ? 16 : 0) + (named ? 4 : 0) + (sameKeys > 0 && ported ? 2 : 0)
}

function sharesPort(service: ServiceObject, workload: KubeObject): boolean {
  const declared = (podTemplateOf(workload)?.spec?.containers ?? []).flatMap((container) => container.ports ?? [])
  return (service.spec?.ports ?? []).some((port) => declared.some((item) => item.containerPort === (port.targetPort ?? port.port) || item.name === port.targetPort))
}

interface Parts {
  readonly service: ServiceObject
  readonly selector: Labels
  readonly meant: KubeObject | undefined
}

function findingFrom(view: View, { service, selector, meant }: Parts): Finding {
  const text = Object.entries(selector).map(([key, value]) => `${key}=${value}`).join(',')
  const running = meant !== undefined && livePodsOf(view, meant).length > 0
  // Without any pod collected, the manifests are all there is to judge by.
  const written = meant !== undefined && view.list('', 'Pod').length === 0
  const symptoms: Subject[] = running || written ? [subjectOf(service)] : []
  return findingOf({
    hazard: ID,
    subject: service,
    symptoms,
    summary: `${subjectText(subjectOf(service))} selects no pod (${text})${meant === undefined ? '' : `; ${subjectText(subjectOf(meant))} has ${labelText(labelsOf(meant))}`}`,
    evidence: [
      objectEvidence(service, 'spec.selector', `${subjectText(subjectOf(service))} selects ${text}, and no pod in ${service.metadata.namespace ?? ''} has these labels`),
      ...(meant === undefined ? [] : [objectEvidence(meant, 'spec.template.metadata.labels', `the pods of ${subjectText(subjectOf(meant))} have ${labelText(labelsOf(meant))}`)]),
    ],
    confidence: running ? 0.93 : written ? 0.8 : 0.4,
    sinceMs: newestWrite(service),
    explains: ['dependency-unreachable', 'service-without-endpoints', 'application-unhealthy', 'container-exits', 'ingress-backend-missing'],
    facts: { meant: meant === undefined ? null : subjectOf(meant) },
  })
}

function labelText(labels: Labels): string {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(',')
}

function newestWrite(service: ServiceObject): number | undefined {
  const times = (service.metadata.managedFields ?? []).map((entry) => parseTimeMs(entry.time)).filter((time) => time !== undefined)
  return times.length === 0 ? undefined : Math.max(...times)
}

function fixes(finding: Finding, view: View): Plan[] {
  const service = objectOf(view, finding.subject) as ServiceObject | undefined
  const meant = finding.facts['meant'] === null ? undefined : objectOf(view, finding.facts['meant'] as Subject)
  if (service === undefined) return []
  const restored = restoreApplied({ hazard: ID, object: service, paths: [['spec', 'selector']], expectedEffect: 'the Service gets endpoints; no pod is touched' })
  return meant === undefined ? restored : [...restored, mendSelector(service, meant), ...rollBack(view, service, meant)]
}

function mendSelector(service: ServiceObject, meant: KubeObject): Plan {
  const labels = labelsOf(meant)
  const wrong = Object.entries(selectorOf(service) ?? {}).filter(([key, value]) => labels[key] !== value)
  const none = Object.keys(selectorOf(service) ?? {}).every((key) => labels[key] === undefined)
  const replaced = none ? [{ path: ['spec', 'selector'], value: stableLabels(meant) }] : wrong.map(([key]) => ({ path: ['spec', 'selector', key], value: labels[key] }))
  return createPlan({
    hazard: ID,
    subject: subjectOf(service),
    approach: 'mend-selector',
    goal: `${subjectText(subjectOf(service))} leads to ${subjectText(subjectOf(meant))}`,
    steps: [patchStep(service, replaced, `select the labels that the pods of ${subjectText(subjectOf(meant))} carry`)],
    proof: [{ type: 'hazard-absent', hazard: ID, subject: subjectOf(service) }, { type: 'workload-available', target: refOf(meant) }],
    risk: 'reversible',
    expectedEffect: 'the Service gets endpoints; no pod is touched',
    rationale: `The labels are read from the pods of ${subjectText(subjectOf(meant))}, which no other Service leads to.`,
  })
}

/** The workload's own selector: labels that it promises to keep. */
function stableLabels(workload: KubeObject): Record<string, string> {
  const own = (workload['spec'] as { selector?: { matchLabels?: Record<string, string> } } | undefined)?.selector?.matchLabels
  return own ?? { ...labelsOf(workload) }
}

function rollBack(view: View, service: ServiceObject, meant: KubeObject): Plan[] {
  const selector = selectorOf(service)
  if (selector === undefined || !canChangeTemplate(meant)) return []
  const worked = lastWorkedRevision({ view, workload: meant, differs: (earlier) => matchesSelector({ matchLabels: selector }, earlier.metadata?.labels) })
  return worked === undefined ? [] : [rollBackPlan({ hazard: ID, view, workload: meant, worked, what: `changed the labels that ${subjectText(subjectOf(service))} selects` })]
}

export const serviceSelectsNothing: Hazard = {
  id: ID,
  title: 'A Service selects no pod',
  severity: 2,
  family: 'traffic',
  appliesTo: ['/Service'],
  faces: ['live', 'static'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. No single workload is clearly meant; say which one.`,
  lookAlikes: ['a Service without a selector, or an external name', 'a workload that matches and has no pods: it is scaled to zero or cannot start', 'pods that match and are not ready', 'a Service that was collected without pods and workloads'],
  prevention: 'Render selectors and pod labels from one source.',
  sources: [{ title: 'Debug Services', url: 'https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/' }],
  reviewBy: '2027-06-30',
}
