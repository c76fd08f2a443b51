/** The API server refuses a controller's pods by policy: pod security, an admission policy, a class or an account that is not there. */

import { eventEvidence, objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import type { Plan } from '../../model/plan.ts'
import { runsDifferently } from '../../model/topology/history.ts'
import { keyOf, workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { earliest, findingOf, workloadOfFinding } from '../shared/finding.ts'
import { canChangeTemplate, patchWorkloadPlan } from '../shared/plan-parts.ts'
import { meantBy } from '../shared/spelling.ts'
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
    facts: { message: first.message.slice(0, 400) },
  })
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  if (workload === undefined) return []
  const back = waysBack({ hazard: ID, view, workload, differs: runsDifferently })
  return back.length > 0 ? back : respell(view, workload, String(finding.facts['message']))
}

const NAMED: readonly (readonly [RegExp, string, string, string])[] = [
  [/serviceaccount "?([a-z0-9.-]+)"? not found/i, '', 'ServiceAccount', 'serviceAccountName'],
  [/no PriorityClass with name ([a-z0-9.-]+) was found/i, 'scheduling.k8s.io', 'PriorityClass', 'priorityClassName'],
]

/** The pod names an account or a class that is a slip of one that is there. */
function respell(view: View, workload: KubeObject, message: string): Plan[] {
  return NAMED.flatMap(([pattern, group, kind, field]) => {
    const written = pattern.exec(message)?.[1]
    const known = view.list(group, kind, kind === 'ServiceAccount' ? workload.metadata.namespace : undefined)
    const meant = written === undefined ? undefined : meantBy(written, known.map((object) => object.metadata.name ?? ''))
    if (written === undefined || meant === undefined || !canChangeTemplate(workload)) return []
    return [
      patchWorkloadPlan({
        hazard: ID, view, workload,
        approach: `respell-${field}`,
        goal: `${subjectText(subjectOf(workload))} runs as ${kind} ${meant}`,
        changes: [{ path: ['spec', 'template', 'spec', field], value: meant }],
        reason: `name ${kind} ${meant} instead of ${written}`,
        rationale: `${kind} ${meant} is there and spelled nearly so, and no other is. That it is meant is an assumption for a person to confirm.`,
        values: 'assumed',
      }),
    ]
  })
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
