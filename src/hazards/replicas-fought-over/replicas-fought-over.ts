/**
 * Two writers of one replica count: two autoscalers on one workload, or an autoscaler and somebody who keeps applying
 * a fixed number. Each puts its own value back, so pods come and go.
 */

import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { uniqueSubjects } from '../../model/topology/find-object.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'

const ID = 'replicas-fought-over'
const FLAPS_MIN = 4
const RECENT_MS = 60 * 60_000
/** Field managers that are the autoscaler itself or the API's own scale subresource. */
const SCALES = /kube-controller-manager|horizontal-pod-autoscaler|keda/i

function detect(view: View): Finding[] {
  const scalers = view.list('autoscaling', 'HorizontalPodAutoscaler')
  const byTarget = Map.groupBy(scalers, (scaler) => targetKey(scaler))
  return [...byTarget.values()].flatMap((group) => {
    const [first, second] = group
    const target = first === undefined ? undefined : targetOf(view, first)
    if (first === undefined || target === undefined) return []
    if (second !== undefined) return [findingFrom(view, { target, text: `${group.map((scaler) => subjectText(subjectOf(scaler))).join(' and ')} both scale it`, by: group })]
    const writer = otherWriter(target)
    return writer !== undefined && flaps(view, target) ? [findingFrom(view, { target, text: `${writer} keeps applying spec.replicas beside ${subjectText(subjectOf(first))}`, by: [first] })] : []
  })
}

interface Ref {
  readonly kind?: string
  readonly name?: string
  readonly apiVersion?: string
}

function refOfScaler(scaler: KubeObject): Ref {
  return (scaler['spec'] as { scaleTargetRef?: Ref } | undefined)?.scaleTargetRef ?? {}
}

function targetKey(scaler: KubeObject): string {
  const { kind, name } = refOfScaler(scaler)
  return `${scaler.metadata.namespace ?? ''}|${kind ?? ''}|${name ?? ''}`
}

function targetOf(view: View, scaler: KubeObject): KubeObject | undefined {
  const { kind = '', name = '', apiVersion = 'apps/v1' } = refOfScaler(scaler)
  return view.get({ apiVersion, kind, namespace: scaler.metadata.namespace ?? 'default', name })
}

/** A field manager that owns `spec.replicas` and is not the autoscaler. */
function otherWriter(target: KubeObject): string | undefined {
  const entry = (target.metadata.managedFields ?? []).find((item) => {
    const spec = (item.fieldsV1 as { 'f:spec'?: Record<string, unknown> } | undefined)?.['f:spec']
    return spec !== undefined && 'f:replicas' in spec && !SCALES.test(item.manager ?? '') && item.subresource !== 'scale'
  })
  return entry?.manager
}

function flaps(view: View, target: KubeObject): boolean {
  const scaled = view.eventsFor(target).filter((event) => event.reason === 'ScalingReplicaSet' && view.nowMs - (event.lastMs ?? 0) < RECENT_MS)
  return scaled.reduce((sum, event) => sum + event.count, 0) >= FLAPS_MIN
}

function findingFrom(view: View, { target, text, by }: { readonly target: KubeObject; readonly text: string; readonly by: readonly KubeObject[] }): Finding {
  const moving = flaps(view, target)
  return findingOf({
    hazard: ID,
    subject: by.length > 1 ? (by[1] as KubeObject) : target,
    symptoms: moving || by.length > 1 ? uniqueSubjects([subjectOf(target), ...by.map(subjectOf)]) : [],
    summary: `the replicas of ${subjectText(subjectOf(target))} are fought over: ${text}`,
    evidence: by.map((scaler) => objectEvidence(scaler, 'spec.scaleTargetRef', `${subjectText(subjectOf(scaler))} scales ${subjectText(subjectOf(target))}`)),
    confidence: by.length > 1 ? 0.85 : 0.8,
    explains: ['hpa-cannot-scale'],
  })
}

export const replicasFoughtOver: Hazard = {
  id: ID,
  title: 'Two writers of one replica count',
  severity: 3,
  family: 'control',
  appliesTo: ['autoscaling/HorizontalPodAutoscaler'],
  faces: ['live', 'static'],
  detect,
  fixes: () => [],
  handOver: (finding) => `${finding.summary}. One of them has to let go: leave replicas out of the manifest, or remove one autoscaler.`,
  lookAlikes: ['an autoscaler that follows its load', 'a manifest whose replica count was applied once, before the autoscaler'],
  prevention: 'Leave replicas out of manifests of what is scaled by an autoscaler.',
  sources: [{ title: 'Horizontal pod autoscaling: migrating workloads', url: 'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling' }],
  reviewBy: '2027-06-30',
}
