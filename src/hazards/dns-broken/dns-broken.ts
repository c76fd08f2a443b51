/**
 * Names of Services that exist do not resolve: the pod does not ask the cluster's DNS, or nothing serves it.
 *
 * The log names a host, the Service of that name is there, so the name is right and the asking is wrong.
 */

import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import { podTemplateOf } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { dnsServiceOf } from '../../model/topology/cluster-services.ts'
import { isServed } from '../../model/topology/services.ts'
import type { View } from '../../model/view.ts'
import { earliest, findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { lineEvidence } from '../shared/logs.ts'
import { canChangeTemplate, patchWorkloadPlan } from '../shared/plan-parts.ts'
import { waysBack } from '../shared/ways-back.ts'
import { failuresOf, speakingWorkloads, type Suffering } from '../shared/suffering.ts'

const ID = 'dns-broken'

function detect(view: View): Finding[] {
  const dns = dnsServiceOf(view)
  return speakingWorkloads(view).flatMap((suffering) => {
    const failures = failuresOf(view, suffering).filter((failure) => failure.how === 'unresolved' && namesService(view, suffering, failure.host))
    const [first] = failures
    if (first === undefined) return []
    const policy = podTemplateOf(suffering.workload)?.spec?.dnsPolicy
    const dead = dns !== undefined && !isServed(view, dns)
    const outside = policy === 'Default' || policy === 'None' || (podTemplateOf(suffering.workload)?.spec?.hostNetwork === true && policy !== 'ClusterFirstWithHostNet')
    if (!dead && !outside) return []
    return [
      findingOf({
        hazard: ID,
        subject: dead ? dns : suffering.workload,
        symptoms: [...podSymptoms(suffering.rows), subjectOf(suffering.workload)],
        summary: `${subjectText(subjectOf(suffering.workload))} cannot resolve ${first.host ?? 'names'}, although that Service exists: ${dead ? `nothing behind ${subjectText(subjectOf(dns))} is ready` : `its dnsPolicy ${policy ?? 'ClusterFirst'} does not ask the cluster's DNS`}`,
        evidence: [lineEvidence(first.line), dead ? objectEvidence(dns, 'spec', 'no pod behind the DNS Service is ready') : objectEvidence(suffering.workload, 'spec.template.spec.dnsPolicy', `dnsPolicy is ${policy ?? 'ClusterFirst'}`)],
        confidence: 0.94,
        sinceMs: earliest(suffering.rows),
        explains: ['dependency-unreachable', 'container-exits', 'application-unhealthy', 'rollout-stuck', 'service-without-endpoints', 'failed-job'],
        facts: { dead, dependent: dead },
      }),
    ]
  })
}

function namesService(view: View, suffering: Suffering, host: string | undefined): boolean {
  const [name = '', namespace = suffering.workload.metadata.namespace ?? 'default'] = (host ?? '').split('.')
  return view.get({ apiVersion: 'v1', kind: 'Service', namespace, name }) !== undefined
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  if (workload === undefined || finding.facts['dead'] === true || !canChangeTemplate(workload)) return []
  const spec = podTemplateOf(workload)?.spec
  const back = waysBack({ hazard: ID, view, workload, differs: (earlier) => earlier.spec?.dnsPolicy !== spec?.dnsPolicy || earlier.spec?.hostNetwork !== spec?.hostNetwork, what: (earlier) => `changed the DNS policy from ${earlier.spec?.dnsPolicy ?? 'ClusterFirst'} to ${spec?.dnsPolicy ?? 'ClusterFirst'}` })
  const right = spec?.hostNetwork === true ? 'ClusterFirstWithHostNet' : 'ClusterFirst'
  const mended = patchWorkloadPlan({
    hazard: ID, view, workload,
    approach: 'ask-cluster-dns',
    goal: `${subjectText(subjectOf(workload))} resolves Services`,
    changes: [{ path: ['spec', 'template', 'spec', 'dnsPolicy'], value: right }],
    reason: `set dnsPolicy to ${right}`,
    rationale: `${right} is what Kubernetes documents for pods that call Services; whether the other value was meant is not recorded.`,
    values: 'assumed',
  })
  return [...back, mended]
}

export const dnsBroken: Hazard = {
  id: ID,
  title: 'Names of Services do not resolve',
  severity: 1,
  family: 'traffic',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Bring the cluster's DNS back first; everything else follows.`,
  lookAlikes: ['a name that no Service has: the name is wrong', 'a network policy that keeps the pod from port 53'],
  prevention: 'Run DNS with more than one replica, spread, and leave dnsPolicy alone.',
  sources: [{ title: 'DNS for Services and pods: pod DNS policy', url: 'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy' }],
  reviewBy: '2027-06-30',
}
