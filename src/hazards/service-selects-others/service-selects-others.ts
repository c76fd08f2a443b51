/**
 * A Service leads to the pods of another workload than the one it is called after, which itself nobody leads to.
 *
 * A name decides nothing alone: another Service must lead to those pods already, and the workload of its own name must
 * be running and reached by none.
 */

import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { refOf, subjectOf, subjectText, type KubeObject, type Subject } from '../../model/kube-object.ts'
import { podTemplateOf } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { objectOf } from '../../model/topology/find-object.ts'
import { livePodsOf, workloadOf, workloadsIn } from '../../model/topology/ownership.ts'
import { podsBehind, selectorOf, servicesOf, servicesOfPod, type ServiceObject } from '../../model/topology/services.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'
import { managerNote } from '../shared/management.ts'
import { createPlan, patchStep } from '../shared/plan-parts.ts'
import { restoreApplied } from '../shared/ways-back.ts'

const ID = 'service-selects-others'

function detect(view: View): Finding[] {
  return servicesOf(view).flatMap((service) => {
    const pods = podsBehind(view, service)
    const reached = [...new Set(pods.map((pod) => workloadOf(view, pod)))]
    const meant = namesakeOf(view, service)
    if (pods.length === 0 || meant === undefined || reached.includes(meant)) return []
    const others = pods.every((pod) => servicesOfPod(view, pod).some((other) => other !== service))
    const lonely = livePodsOf(view, meant).length > 0 && livePodsOf(view, meant).every((pod) => servicesOfPod(view, pod).length === 0)
    return others && lonely ? [findingFrom(service, { reached, meant })] : []
  })
}

/** The workload of its name, or the only one that carries it as a label. */
function namesakeOf(view: View, service: ServiceObject): KubeObject | undefined {
  const beside = workloadsIn(view, service.metadata.namespace).filter((workload) => workload.kind !== 'Job' && workload.kind !== 'CronJob')
  const named = beside.find((workload) => workload.metadata.name === service.metadata.name)
  const labelled = beside.filter((workload) => Object.values(podTemplateOf(workload)?.metadata?.labels ?? {}).includes(service.metadata.name ?? ''))
  return named ?? (labelled.length === 1 ? labelled[0] : undefined)
}

function findingFrom(service: ServiceObject, { reached, meant }: { readonly reached: readonly KubeObject[]; readonly meant: KubeObject }): Finding {
  const text = Object.entries(selectorOf(service) ?? {}).map(([key, value]) => `${key}=${value}`).join(',')
  return findingOf({
    hazard: ID,
    subject: service,
    symptoms: [subjectOf(service), subjectOf(meant)],
    summary: `${subjectText(subjectOf(service))} leads to ${reached.map((workload) => subjectText(subjectOf(workload))).join(', ')} (${text}), which has a Service of its own, and nothing leads to ${subjectText(subjectOf(meant))}`,
    evidence: [objectEvidence(service, 'spec.selector', `it selects ${text}`), objectEvidence(meant, 'spec.template.metadata.labels', `the pods of ${subjectText(subjectOf(meant))} have ${JSON.stringify(podTemplateOf(meant)?.metadata?.labels ?? {})}`)],
    confidence: 0.9,
    explains: ['dependency-unreachable', 'application-unhealthy', 'container-exits', 'service-port-mismatch'],
    facts: { meant: subjectOf(meant) },
  })
}

function fixes(finding: Finding, view: View): Plan[] {
  const service = objectOf(view, finding.subject) as ServiceObject | undefined
  const meant = objectOf(view, finding.facts['meant'] as Subject)
  if (service === undefined || meant === undefined) return []
  const restored = restoreApplied({ hazard: ID, object: service, paths: [['spec', 'selector']], expectedEffect: 'the Service leads to its own pods; no pod is touched' })
  const labels = podTemplateOf(meant)?.metadata?.labels ?? {}
  const keys = Object.keys(selectorOf(service) ?? {})
  const own = (meant['spec'] as { selector?: { matchLabels?: Record<string, string> } } | undefined)?.selector?.matchLabels ?? labels
  const changes = keys.every((key) => labels[key] !== undefined) ? keys.filter((key) => labels[key] !== selectorOf(service)?.[key]).map((key) => ({ path: ['spec', 'selector', key], value: labels[key] })) : [{ path: ['spec', 'selector'], value: own }]
  const mended = createPlan({
    hazard: ID,
    subject: finding.subject,
    approach: 'mend-selector',
    goal: `${subjectText(finding.subject)} leads to ${subjectText(subjectOf(meant))}`,
    steps: [patchStep(service, changes, `select the labels that the pods of ${subjectText(subjectOf(meant))} carry`)],
    proof: [{ type: 'hazard-absent', hazard: ID, subject: finding.subject }, { type: 'workload-available', target: refOf(meant) }],
    risk: 'reversible',
    expectedEffect: 'calls reach the other pods; no pod is touched',
    rationale: `The labels are read from the pods of ${subjectText(subjectOf(meant))}, which no Service leads to. That they are meant is taken from the name.${managerNote(service)}`,
    values: 'assumed',
  })
  return [...restored, mended]
}

export const serviceSelectsOthers: Hazard = {
  id: ID,
  title: 'A Service leads to the pods of another workload',
  severity: 2,
  family: 'traffic',
  appliesTo: ['/Service'],
  faces: ['live', 'static'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Say which workload is meant.`,
  lookAlikes: ['a second name for the same pods on purpose, while its own workload has a Service', 'a Service that switches between two versions (blue and green)', 'a selector that no pod has'],
  prevention: 'Render selectors and pod labels from one source.',
  sources: [{ title: 'Debug Services', url: 'https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/' }],
  reviewBy: '2027-06-30',
}
