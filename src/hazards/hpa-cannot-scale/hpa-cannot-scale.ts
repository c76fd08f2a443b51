/**
 * An autoscaler that cannot do its work: its target is gone, it has no metrics, it has no requests to compare with, or
 * it stands at its maximum while the load it measures is above what it aims at.
 *
 * An autoscaler that rests at its minimum or maximum is well, unless its own figures say that it wants more.
 */

import { parseTimeMs } from '../../kernel/clock.ts'
import { absenceEvidence, objectEvidence, type Evidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { conditionOf, podTemplateOf, replicasOf } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { objectOf } from '../../model/topology/find-object.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'
import { managerNote } from '../shared/management.ts'
import { createPlan, patchStep } from '../shared/plan-parts.ts'
import { meantBy } from '../shared/spelling.ts'
import { restoreApplied, waysBack } from '../shared/ways-back.ts'

const ID = 'hpa-cannot-scale'

interface ScalerSpec {
  readonly scaleTargetRef?: { readonly apiVersion?: string; readonly kind?: string; readonly name?: string }
  readonly minReplicas?: number
  readonly maxReplicas?: number
  readonly metrics?: readonly Metric[]
  readonly targetCPUUtilizationPercentage?: number
}

interface Metric {
  readonly type?: string
  readonly resource?: { readonly name?: string; readonly target?: { readonly averageUtilization?: number }; readonly current?: { readonly averageUtilization?: number } }
}

function detect(view: View): Finding[] {
  return view.list('autoscaling', 'HorizontalPodAutoscaler').flatMap((scaler) => {
    const why = whyStuck(view, scaler)
    return why === undefined ? [] : [findingFrom(scaler, why)]
  })
}

interface Why {
  readonly what: 'gone' | 'requests' | 'condition' | 'maximum'
  readonly text: string
  readonly evidence: readonly Evidence[]
  readonly sinceMs?: number | undefined
}

function whyStuck(view: View, scaler: KubeObject): Why | undefined {
  const target = targetOf(view, scaler)
  const { kind = '', name = '' } = specOf(scaler).scaleTargetRef ?? {}
  const broken = ['AbleToScale', 'ScalingActive'].map((type) => conditionOf(scaler, type)).find((condition) => condition?.status === 'False' && condition.reason !== 'ScalingDisabled')
  const sinceMs = parseTimeMs(broken?.lastTransitionTime)
  const stated = broken === undefined ? [] : [objectEvidence(scaler, 'status.conditions', `${broken.type ?? ''} is False: ${broken.reason ?? ''} ${broken.message ?? ''}`)]
  if (target === undefined) {
    const collected = view.list('apps', kind, scaler.metadata.namespace).length > 0 || broken !== undefined
    return kind === '' || !collected ? undefined : { what: 'gone', text: `its target ${kind} ${name} does not exist`, evidence: [...stated, absenceEvidence({ kind, namespace: scaler.metadata.namespace ?? 'default', name })], sinceMs }
  }
  if (replicasOf(target) === 0) return undefined
  if (broken === undefined) return atMaximum(scaler)
  const bare = containersWithout(scaler, target)
  if (bare.length > 0 && /request|FailedGetResourceMetric/i.test(`${broken.reason ?? ''} ${broken.message ?? ''}`)) return { what: 'requests', text: `${bare.join(', ')} of ${subjectText(subjectOf(target))} requests nothing of what it measures`, evidence: [...stated, objectEvidence(target, 'spec.template.spec.containers', `${bare.join(', ')} has no such request`)], sinceMs }
  return { what: 'condition', text: `${broken.reason ?? ''} ${broken.message ?? ''}`.trim().slice(0, 240), evidence: stated, sinceMs }
}

function specOf(scaler: KubeObject): ScalerSpec {
  return (scaler['spec'] ?? {}) as ScalerSpec
}

function targetOf(view: View, scaler: KubeObject): KubeObject | undefined {
  const { apiVersion = 'apps/v1', kind = '', name = '' } = specOf(scaler).scaleTargetRef ?? {}
  return view.get({ apiVersion, kind, namespace: scaler.metadata.namespace ?? 'default', name })
}

/** Resources measured as a share of what is requested. */
function measured(scaler: KubeObject): string[] {
  const { metrics = [], targetCPUUtilizationPercentage } = specOf(scaler)
  const named = metrics.flatMap((metric) => (metric.resource?.target?.averageUtilization === undefined ? [] : [metric.resource.name ?? 'cpu']))
  return [...named, ...(targetCPUUtilizationPercentage === undefined ? [] : ['cpu'])]
}

/** Every container counts: one without a request leaves the pod without a measure. */
function containersWithout(scaler: KubeObject, target: KubeObject): string[] {
  const resources = measured(scaler)
  return (podTemplateOf(target)?.spec?.containers ?? []).filter((container) => resources.some((resource) => (container.resources?.requests?.[resource] ?? container.resources?.limits?.[resource]) === undefined)).map((container) => `container ${container.name}`)
}

/** Above its aim by more than its own tolerance of a tenth, with no replica left to add. */
function atMaximum(scaler: KubeObject): Why | undefined {
  const status = scaler['status'] as { currentReplicas?: number; currentMetrics?: readonly Metric[] } | undefined
  const { maxReplicas, metrics = [] } = specOf(scaler)
  if (maxReplicas === undefined || (status?.currentReplicas ?? 0) < maxReplicas) return undefined
  for (const { resource } of metrics) {
    const aim = resource?.target?.averageUtilization
    const now = status?.currentMetrics?.find((metric) => metric.resource?.name === resource?.name)?.resource?.current?.averageUtilization
    if (aim !== undefined && now !== undefined && now > aim * 1.1) return { what: 'maximum', text: `it stands at its maximum of ${maxReplicas}, and ${resource?.name ?? ''} is at ${now} % where it aims at ${aim} %`, evidence: [objectEvidence(scaler, 'status.currentMetrics', `${resource?.name ?? ''} is at ${now} % of what is requested`)] }
  }
  return undefined
}

function findingFrom(scaler: KubeObject, why: Why): Finding {
  const { kind = '', name = '' } = specOf(scaler).scaleTargetRef ?? {}
  return findingOf({
    hazard: ID,
    subject: scaler,
    symptoms: [subjectOf(scaler), { kind, namespace: scaler.metadata.namespace ?? 'default', name }],
    summary: `${subjectText(subjectOf(scaler))} cannot scale: ${why.text}`,
    evidence: why.evidence,
    confidence: why.what === 'gone' || why.what === 'requests' ? 0.88 : 0.75,
    sinceMs: why.sinceMs,
    facts: { what: why.what },
  })
}

function fixes(finding: Finding, view: View): Plan[] {
  const scaler = objectOf(view, finding.subject)
  if (scaler === undefined) return []
  const restored = restoreApplied({ hazard: ID, object: scaler, paths: [['spec']], expectedEffect: 'it scales again as it was set to' })
  if (restored.length > 0) return restored
  const target = targetOf(view, scaler)
  if (finding.facts['what'] === 'requests' && target !== undefined) return waysBack({ hazard: ID, view, workload: target, differs: (earlier) => containersWithout(scaler, { ...target, spec: { ...(target['spec'] as object), template: earlier } }).length === 0, what: () => 'took the requests away by which it is scaled' })
  return finding.facts['what'] === 'gone' ? respell(view, scaler) : []
}

function respell(view: View, scaler: KubeObject): Plan[] {
  const { kind = '', name = '' } = specOf(scaler).scaleTargetRef ?? {}
  const meant = meantBy(name, view.list('apps', kind, scaler.metadata.namespace).map((item) => item.metadata.name ?? ''))
  if (meant === undefined) return []
  return [
    createPlan({
      hazard: ID,
      subject: subjectOf(scaler),
      approach: 'respell-target',
      goal: `${subjectText(subjectOf(scaler))} scales ${kind} ${meant}`,
      steps: [patchStep(scaler, [{ path: ['spec', 'scaleTargetRef', 'name'], value: meant }], `name ${kind} ${meant}, which is spelled nearly so`)],
      proof: [{ type: 'hazard-absent', hazard: ID, subject: subjectOf(scaler) }],
      risk: 'reversible',
      expectedEffect: 'the autoscaler finds its target; no pod is touched by that alone',
      rationale: `${meant} is there and spelled nearly so, and no other is. That it is meant is an assumption for a person to confirm.${managerNote(scaler)}`,
      values: 'assumed',
    }),
  ]
}

export const hpaCannotScale: Hazard = {
  id: ID,
  title: 'An autoscaler cannot scale',
  severity: 3,
  family: 'control',
  appliesTo: ['autoscaling/HorizontalPodAutoscaler'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Give the target requests, the cluster a metrics source, or the autoscaler the right target and room; none of these values is recorded here.`,
  lookAlikes: ['an autoscaler that rests at its minimum or maximum', 'a target that is scaled to zero on purpose'],
  prevention: 'Require requests on whatever an autoscaler measures by utilisation.',
  sources: [{ title: 'Horizontal pod autoscaling', url: 'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/' }],
  reviewBy: '2027-06-30',
}
