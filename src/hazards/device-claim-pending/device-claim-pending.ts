/**
 * A pod waits for a device claim (dynamic resource allocation): the claim or its template is not there, names a class
 * that does not exist, or no device that a driver offers meets it.
 *
 * The API is `resource.k8s.io/v1` with ResourceClaim, ResourceClaimTemplate, DeviceClass and ResourceSlice; the
 * ResourceClass of its alpha is gone and is never looked for.
 */

import { parseTimeMs } from '../../kernel/clock.ts'
import { absenceEvidence, objectEvidence, type Evidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject, type Subject } from '../../model/kube-object.ts'
import { conditionOf, isPod, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import { uniqueSubjects } from '../../model/topology/find-object.ts'
import { workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'
import { isTooFresh } from '../shared/patience.ts'

const ID = 'device-claim-pending'
const GROUP = 'resource.k8s.io'
const PATIENCE_MS = 2 * 60_000

interface Need {
  readonly name: string
  readonly resourceClaimName?: string
  readonly resourceClaimTemplateName?: string
}

function detect(view: View): Finding[] {
  const waiting = view.list('', 'Pod').filter(isPod).filter((pod) => pod.status?.phase === 'Pending' && pod.spec?.nodeName === undefined && !isTerminating(pod) && needsOf(pod).length > 0)
  return waiting.flatMap((pod) => {
    const sinceMs = parseTimeMs(conditionOf(pod, 'PodScheduled')?.lastTransitionTime ?? pod.metadata.creationTimestamp)
    return isTooFresh(view, sinceMs, PATIENCE_MS) ? [] : needsOf(pod).flatMap((need) => why(view, pod, need)).slice(0, 1).map((reason) => findingFrom(view, { pod, reason, sinceMs }))
  })
}

function needsOf(pod: PodObject): readonly Need[] {
  return (pod.spec as { resourceClaims?: readonly Need[] } | undefined)?.resourceClaims ?? []
}

interface Reason {
  readonly subject: KubeObject | Subject
  readonly text: string
  readonly evidence: readonly Evidence[]
}

function why(view: View, pod: PodObject, need: Need): Reason[] {
  const namespace = pod.metadata.namespace ?? 'default'
  const made = (pod.status as { resourceClaimStatuses?: readonly { name: string; resourceClaimName?: string }[] } | undefined)?.resourceClaimStatuses?.find((item) => item.name === need.name)?.resourceClaimName
  const template = need.resourceClaimTemplateName === undefined ? undefined : find(view, 'ResourceClaimTemplate', need.resourceClaimTemplateName, namespace)
  if (need.resourceClaimTemplateName !== undefined && template === undefined && known(view, 'ResourceClaimTemplate')) return [absent({ kind: 'ResourceClaimTemplate', namespace, name: need.resourceClaimTemplateName }, pod)]
  const name = need.resourceClaimName ?? made
  const claim = name === undefined ? undefined : find(view, 'ResourceClaim', name, namespace)
  if (need.resourceClaimName !== undefined && claim === undefined && known(view, 'ResourceClaim')) return [absent({ kind: 'ResourceClaim', namespace, name: need.resourceClaimName }, pod)]
  const holder = claim ?? template
  if (holder === undefined || (claim?.['status'] as { allocation?: unknown } | undefined)?.allocation !== undefined) return []
  return unmet(view, holder)
}

function find(view: View, kind: string, name: string, namespace?: string): KubeObject | undefined {
  return view.list(GROUP, kind, namespace).find((object) => object.metadata.name === name)
}

function known(view: View, kind: string): boolean {
  return view.list(GROUP, kind).length > 0 || view.list(GROUP, 'DeviceClass').length > 0
}

/** The pod names what is not there, so the pod's owner is at fault. */
function absent(subject: Subject, pod: PodObject): Reason {
  return { subject: pod, text: `${subjectText(subject)} does not exist`, evidence: [absenceEvidence(subject)] }
}

/** What a claim asks, in the shapes of v1 and v1beta2 (`exactly`) and of v1beta1. */
interface Request {
  readonly name: string
  readonly deviceClassName?: string
  readonly exactly?: { readonly deviceClassName?: string; readonly count?: number }
}

function unmet(view: View, holder: KubeObject): Reason[] {
  const spec = holder['spec'] as { devices?: { requests?: readonly Request[] }; spec?: { devices?: { requests?: readonly Request[] } } } | undefined
  const classes = view.list(GROUP, 'DeviceClass')
  const slices = view.list(GROUP, 'ResourceSlice')
  const devices = slices.reduce((sum, slice) => sum + ((slice['spec'] as { devices?: readonly unknown[] } | undefined)?.devices?.length ?? 0), 0)
  for (const request of (spec?.devices ?? spec?.spec?.devices)?.requests ?? []) {
    const name = request.exactly?.deviceClassName ?? request.deviceClassName
    if (name !== undefined && classes.length > 0 && !classes.some((item) => item.metadata.name === name)) return [{ subject: holder, text: `it asks for DeviceClass ${name}, which does not exist (there are ${classes.map((item) => item.metadata.name).join(', ')})`, evidence: [absenceEvidence({ kind: 'DeviceClass', name })] }]
  }
  return [{ subject: holder, text: devices === 0 ? 'no driver offers a device (there is no ResourceSlice with one)' : `none of the ${devices} devices that drivers offer meets it, or all are taken`, evidence: slices.slice(0, 3).map((slice) => objectEvidence(slice, 'spec.devices', `${subjectText(subjectOf(slice))} offers ${((slice['spec'] as { devices?: readonly unknown[] } | undefined)?.devices ?? []).length} devices`)) }]
}

function findingFrom(view: View, { pod, reason, sinceMs }: { readonly pod: PodObject; readonly reason: Reason; readonly sinceMs: number | undefined }): Finding {
  const workload = workloadOf(view, pod)
  const subject = reason.subject === pod ? workload : reason.subject
  return findingOf({
    hazard: ID,
    subject,
    symptoms: uniqueSubjects([subjectOf(pod), subjectOf(workload)]),
    summary: `${subjectText(subjectOf(pod))} waits for a device: ${reason.text}`,
    evidence: [objectEvidence(pod, 'spec.resourceClaims', `it claims ${needsOf(pod).map((need) => need.resourceClaimName ?? need.resourceClaimTemplateName ?? need.name).join(', ')}`), ...reason.evidence],
    confidence: 0.92,
    sinceMs,
    explains: ['unschedulable', 'rollout-stuck', 'service-without-endpoints', 'dependency-unreachable'],
  })
}

export const deviceClaimPending: Hazard = {
  id: ID,
  title: 'A pod waits for a device that nobody gives',
  severity: 3,
  family: 'placement',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes: () => [],
  handOver: (finding) => `${finding.summary}. Name a class that exists, or provide the device; which one is right is not recorded.`,
  lookAlikes: ['a claim that is allocated, of a pod that waits for something else', 'an extended resource such as nvidia.com/gpu, which is requested and not claimed', 'a pod that has waited for a moment'],
  prevention: 'Check the classes that a claim names against those of the cluster.',
  sources: [{ title: 'Dynamic resource allocation', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/' }],
  reviewBy: '2027-03-31',
}
