/** Several replicas that the scheduler may put on one node, so that one lost node is an outage all the same. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import { auditTemplates, ownerText, type PodTemplate } from '../shared/templates.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditTemplates(cluster, (template) => {
    const scales = ['Deployment', 'StatefulSet', 'Rollout'].includes(template.owner.kind)
    if (!scales || (template.replicas ?? 0) < 2 || isSpread(template)) return []
    return [{ path: template.path, summary: `${ownerText(template)} runs ${template.replicas ?? 0} replicas, and nothing keeps them apart`, advice: 'Add topologySpreadConstraints over kubernetes.io/hostname (and zone) with a selector of its own labels.' }]
  })
}

function isSpread({ spec, labels }: PodTemplate): boolean {
  const anti = spec.affinity?.podAntiAffinity
  const terms = [...(anti?.requiredDuringSchedulingIgnoredDuringExecution ?? []), ...(anti?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm)]
  return [...(spec.topologySpreadConstraints ?? []), ...terms].some(({ labelSelector }) => matchesSelector(labelSelector, labels))
}

export const replicasNotSpread: AuditRule = {
  id: 'replicas-not-spread',
  title: 'Nothing keeps the replicas apart',
  severity: 4,
  appliesTo: ['apps/Deployment', 'apps/StatefulSet', 'argoproj.io/Rollout'],
  audit,
  lookAlikes: ['a preferred anti-affinity, which is enough', 'a single replica', 'a constraint that selects other pods, which spreads nothing of ours'],
  prevention: 'Spread over nodes and zones with whenUnsatisfiable: ScheduleAnyway.',
  sources: [{ title: 'Pod topology spread constraints', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/' }],
  reviewBy: '2027-06-30',
}
