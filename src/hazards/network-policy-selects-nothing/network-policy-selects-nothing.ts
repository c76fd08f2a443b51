/** A NetworkPolicy whose selector finds no pod: somebody believes that something is guarded. */

import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import { templatesIn, templatesMatching } from '../shared/static-match.ts'

function audit({ cluster, complete }: AuditView): AuditFinding[] {
  return cluster.list('networking.k8s.io', 'NetworkPolicy').flatMap((policy) => {
    const namespace = policy.metadata.namespace ?? 'default'
    const selector = (policy['spec'] as { podSelector?: LabelSelector } | undefined)?.podSelector ?? {}
    const empty = Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0
    const known = templatesIn(cluster, namespace).length > 0 || complete
    if (empty || !known || templatesMatching(cluster, namespace, selector).length > 0) return []
    return [{ of: policy, path: ['spec', 'podSelector'], summary: `${subjectText(subjectOf(policy))} selects no workload of its namespace${complete ? '' : ' in what was scanned'}`, advice: 'Use the labels of the pod templates, not those of the Deployments.' }]
  })
}

export const networkPolicySelectsNothing: AuditRule = {
  id: 'network-policy-selects-nothing',
  title: 'A NetworkPolicy that guards nothing',
  severity: 3,
  appliesTo: ['networking.k8s.io/NetworkPolicy'],
  audit,
  lookAlikes: ['an empty selector, which means all pods', 'a policy scanned without the workloads of its namespace', 'a policy for the pods of a job'],
  prevention: 'One set of labels for Deployment, Service and policy.',
  sources: [{ title: 'Network policies', url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/' }],
  reviewBy: '2027-06-30',
}
