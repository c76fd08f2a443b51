/**
 * A controller cannot create pods because a ResourceQuota or a LimitRange refuses them. The pods do not exist, so
 * nothing but the controller's condition and events tells.
 */

import type { PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { eventEvidence, objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject, type Subject } from '../../model/kube-object.ts'
import { containersOf, conditionOf } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { keyOf, workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { earliest, findingOf, workloadOfFinding } from '../shared/finding.ts'
import { refusedCreations, type RefusedCreation } from '../shared/refused-creations.ts'
import { waysBack } from '../shared/ways-back.ts'

const ID = 'quota-exceeded'
const QUOTA = /exceeded quota: ([^,\s]+)|failed quota: ([^:\s]+)|(?:maximum|minimum) (?:cpu|memory|ephemeral-storage) (?:usage|limit)|max(?:imum)? limit to request ratio/i

function detect(view: View): Finding[] {
  const refused = refusedCreations(view).filter((item) => QUOTA.test(item.message))
  return [...Map.groupBy(refused, (item) => keyOf(workloadOf(view, item.controller))).values()].map((group) => findingFrom(view, group))
}

function findingFrom(view: View, group: readonly RefusedCreation[]): Finding {
  const first = group[0] as RefusedCreation
  const workload = workloadOf(view, first.controller)
  const match = QUOTA.exec(first.message)
  const quota = match?.[1] ?? match?.[2]
  const namespace = workload.metadata.namespace ?? 'default'
  const quotaObject = quota === undefined ? undefined : view.get({ apiVersion: 'v1', kind: 'ResourceQuota', namespace, name: quota })
  const symptoms: Subject[] = [subjectOf(workload), ...(quotaObject === undefined ? [] : [subjectOf(quotaObject)])]
  return findingOf({
    hazard: ID,
    subject: workload,
    symptoms,
    summary: `${subjectText(subjectOf(workload))} cannot create pods: ${quota === undefined ? 'a LimitRange refuses them' : `ResourceQuota ${namespace}/${quota} refuses them`} (${shortened(first.message)})`,
    evidence: [
      first.event === undefined ? objectEvidence(first.controller, 'status.conditions', first.message) : eventEvidence(first.event),
      ...(quotaObject === undefined ? [] : [objectEvidence(quotaObject, 'status', `ResourceQuota ${quota ?? ''} has ${JSON.stringify((quotaObject['status'] as { used?: object } | undefined)?.used ?? {})} in use`)]),
    ],
    confidence: 0.95,
    sinceMs: earliest(group) ?? parseTimeMs(conditionOf(workload, 'ReplicaFailure')?.lastTransitionTime),
    explains: ['rollout-stuck', 'admission-denied', 'service-without-endpoints', 'dependency-unreachable', 'hpa-cannot-scale'],
    facts: { quota: quota ?? null },
  })
}

function shortened(message: string): string {
  return message.replace(/^.*?is forbidden: /, '').slice(0, 200)
}

function resourcesDiffer(earlier: PodTemplateSpec, current: PodTemplateSpec): boolean {
  const of = (template: PodTemplateSpec): unknown => containersOf(template).map((container) => [container.name, container.resources ?? {}])
  return !jsonEqual(of(earlier), of(current))
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload: KubeObject | undefined = workloadOfFinding(view, finding)
  return workload === undefined ? [] : waysBack({ hazard: ID, view, workload, differs: resourcesDiffer })
}

export const quotaExceeded: Hazard = {
  id: ID,
  title: 'A quota or limit range refuses pods',
  severity: 2,
  family: 'placement',
  appliesTo: ['apps/Deployment', 'apps/ReplicaSet', 'apps/StatefulSet', 'apps/DaemonSet', 'batch/Job'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Raising a quota is a decision of whoever set it; asking for less is one of the workload's owners.`,
  lookAlikes: ['a quota that is nearly full and refuses nobody', 'an old FailedCreate event of a controller that has all its pods now'],
  prevention: 'Compare what a rollout adds, with its surge, to what the quota leaves.',
  sources: [{ title: 'Resource quotas', url: 'https://kubernetes.io/docs/concepts/policy/resource-quotas/' }],
  reviewBy: '2027-06-30',
}
