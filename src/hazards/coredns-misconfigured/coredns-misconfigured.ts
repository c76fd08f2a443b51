/**
 * The cluster's DNS runs and answers wrongly, because its configuration says so: no `kubernetes` block for the cluster
 * domain, a `template`, `rewrite` or `hosts` block that catches cluster names, or a forward to itself.
 *
 * Callers say that names do not resolve although their Services exist; the Corefile says why.
 */

import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { objectOf, uniqueSubjects } from '../../model/topology/find-object.ts'
import type { View } from '../../model/view.ts'
import { changesToApplied } from '../shared/applied.ts'
import { troubledContainers } from '../shared/container-trouble.ts'
import { findingOf, podSymptoms } from '../shared/finding.ts'
import { lineEvidence } from '../shared/logs.ts'
import { managerNote } from '../shared/management.ts'
import { createPlan, patchStep } from '../shared/plan-parts.ts'
import { restoreApplied } from '../shared/ways-back.ts'
import { failuresOf, speakingWorkloads } from '../shared/suffering.ts'
import { faultsIn, without, type Fault } from './corefile.ts'

const ID = 'coredns-misconfigured'

function detect(view: View): Finding[] {
  return view.list('', 'ConfigMap', 'kube-system').flatMap((config) => {
    const text = (config['data'] as { Corefile?: string } | undefined)?.Corefile
    const [fault] = text === undefined ? [] : faultsIn(text)
    return fault === undefined ? [] : [findingFrom(view, config, fault)]
  })
}

function findingFrom(view: View, config: KubeObject, fault: Fault): Finding {
  const told = speakingWorkloads(view).flatMap((item) => failuresOf(view, item).filter(({ how }) => how === 'unresolved').slice(-1).map((failure) => ({ workload: item.workload, failure })))
  const crashed = troubledContainers(view).filter(({ pod }) => pod.metadata.namespace === config.metadata.namespace && reads(pod, config))
  const isFelt = told.length + crashed.length > 0
  return findingOf({
    hazard: ID,
    subject: config,
    symptoms: uniqueSubjects([...(isFelt ? [subjectOf(config)] : []), ...podSymptoms(crashed), ...told.map((item) => subjectOf(item.workload))]),
    summary: `${subjectText(subjectOf(config))} makes the cluster's DNS answer wrongly: ${fault.text}${told.length === 0 ? '' : `; ${told.length} workloads cannot resolve names`}`,
    evidence: [objectEvidence(config, 'data.Corefile', `line ${fault.line}: ${fault.words}`), ...told.slice(0, 3).map((item) => lineEvidence(item.failure.line))],
    confidence: isFelt ? 0.97 : 0.6,
    explains: ['dns-broken', 'dependency-unreachable', 'container-exits', 'application-unhealthy', 'rollout-stuck', 'service-without-endpoints', 'failed-job', 'network-policy-blocks', 'init-container-hangs', 'bad-probe'],
    facts: { what: fault.what, from: fault.line, to: fault.endLine },
  })
}

function reads(pod: PodObject, config: KubeObject): boolean {
  return pod.spec?.volumes?.some((volume) => volume.configMap?.name === config.metadata.name) === true
}

function fixes(finding: Finding, view: View): Plan[] {
  const config = objectOf(view, finding.subject)
  if (config === undefined) return []
  const restored = changesToApplied(config, ['data', 'Corefile']).length === 0 ? [] : restoreApplied({ hazard: ID, object: config, paths: [['data', 'Corefile']], expectedEffect: 'CoreDNS reads the Corefile again and resolves cluster names' })
  const { what, from, to } = finding.facts as { what: Fault['what']; from: number; to: number }
  const text = (config['data'] as { Corefile?: string } | undefined)?.Corefile ?? ''
  return what === 'catches' ? [...restored, removeBlock(config, without(text, from, to))] : restored
}

function removeBlock(config: KubeObject, text: string): Plan {
  const subject = subjectOf(config)
  return createPlan({
    hazard: ID,
    subject,
    approach: 'remove-block',
    goal: 'cluster names resolve again',
    steps: [patchStep(config, [{ path: ['data', 'Corefile'], value: text }], 'take out the block that answers for cluster names before the kubernetes plugin does')],
    proof: [{ type: 'hazard-absent', hazard: ID, subject }],
    risk: 'reversible',
    expectedEffect: 'CoreDNS reloads its Corefile within two minutes where it uses the reload plugin',
    rationale: `The rest of the Corefile stays as it is. That nobody relies on the block is an assumption.${managerNote(config)}`,
    values: 'assumed',
  })
}

export const corednsMisconfigured: Hazard = {
  id: ID,
  title: 'The cluster\'s DNS is configured to answer wrongly',
  severity: 1,
  family: 'traffic',
  appliesTo: ['/ConfigMap'],
  faces: ['live', 'static'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Every workload depends on this file; its owners must mend it.`,
  lookAlikes: ['a rewrite or hosts block for names outside the cluster', 'a server block for another zone beside the cluster\'s', 'DNS that is down'],
  prevention: 'Keep the Corefile under review, and test it before it is applied.',
  sources: [
    { title: 'Customizing DNS service', url: 'https://kubernetes.io/docs/tasks/administer-cluster/dns-custom-nameservers/' },
    { title: 'CoreDNS: kubernetes plugin', url: 'https://coredns.io/plugins/kubernetes/' },
  ],
  reviewBy: '2027-06-30',
}
