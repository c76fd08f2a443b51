/** The API server refuses a controller's pods by policy: pod security, an admission policy, a class or an account that is not there. */

import { eventEvidence, objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import type { Plan } from '../../model/plan.ts'
import { runsDifferently } from '../../model/topology/history.ts'
import { keyOf, workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { earliest, findingOf, workloadOfFinding } from '../shared/finding.ts'
import { refusedCreations, type RefusedCreation } from '../shared/refused-creations.ts'
import { waysBack } from '../shared/ways-back.ts'

const ID = 'admission-denied'
const DENIED = /violates PodSecurity|denied the request|denied by|serviceaccount "?\S+"? not found|no PriorityClass with name|is forbidden: (?!exceeded quota|failed quota)|is invalid/i
const OTHERS = /exceeded quota|failed quota|maximum (?:cpu|memory)|minimum (?:cpu|memory)|failed calling webhook/i

function detect(view: View): Finding[] {
  const refused = refusedCreations(view).filter((item) => DENIED.test(item.message) && !OTHERS.test(item.message))
  return [...Map.groupBy(refused, (item) => keyOf(workloadOf(view, item.controller))).values()].map((group) => findingFrom(view, group))
}

function findingFrom(view: View, group: readonly RefusedCreation[]): Finding {
  const first = group[0] as RefusedCreation
  const workload = workloadOf(view, first.controller)
  return findingOf({
    hazard: ID,
    subject: workload,
    symptoms: [subjectOf(workload)],
    summary: `${subjectText(subjectOf(workload))} cannot create pods: ${first.message.replace(/^Error creating: /, '').slice(0, 240)}`,
    evidence: [first.event === undefined ? objectEvidence(first.controller, 'status.conditions', first.message) : eventEvidence(first.event)],
    confidence: 0.93,
    sinceMs: earliest(group),
    explains: ['rollout-stuck', 'service-without-endpoints', 'dependency-unreachable'],
  })
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  return workload === undefined ? [] : waysBack({ hazard: ID, view, workload, differs: runsDifferently })
}

export const admissionDenied: Hazard = {
  id: ID,
  title: 'Policy refuses a workload\'s pods',
  severity: 2,
  family: 'control',
  appliesTo: ['apps/Deployment', 'apps/ReplicaSet', 'apps/StatefulSet', 'apps/DaemonSet', 'batch/Job'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Meet the policy, or have its owners change it; Boyd loosens none.`,
  lookAlikes: ['a warning of a policy in audit or warn mode', 'an old refusal of a controller that has all its pods'],
  prevention: 'Run admission policies against manifests in the pipeline.',
  sources: [{ title: 'Pod Security Admission', url: 'https://kubernetes.io/docs/concepts/security/pod-security-admission/' }],
  reviewBy: '2027-06-30',
}
