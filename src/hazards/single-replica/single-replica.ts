/** One pod behind a Service, or an autoscaler that may go down to one: each rollout, drain and crash is an outage, however short. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { servicesOf } from '../../model/topology/services.ts'
import { autoscalerOf } from '../shared/management.ts'
import { templatesBehind } from '../shared/static-match.ts'
import { isLasting, ownerText, type PodTemplate } from '../shared/templates.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  const served = new Set<PodTemplate>(servicesOf(cluster).flatMap((service) => templatesBehind(cluster, service)))
  return [...served].flatMap((template): AuditFinding[] => {
    const { owner, replicas } = template
    const scaler = autoscalerOf(cluster, owner)
    const least = scaler === undefined ? replicas : ((scaler['spec'] as { minReplicas?: number } | undefined)?.minReplicas ?? 1)
    if (!isLasting(template) || owner.kind === 'Pod' || least !== 1) return []
    return [{ of: scaler ?? owner, path: ['spec', scaler === undefined ? 'replicas' : 'minReplicas'], summary: `${ownerText(template)} ${scaler === undefined ? 'runs' : 'may go down to'} one pod behind a Service`, advice: 'Two replicas or more, with a disruption budget; where it can only be one, say so in a suppression.' }]
  })
}

export const singleReplica: AuditRule = {
  id: 'single-replica',
  title: 'One pod behind a Service',
  severity: 5,
  appliesTo: ['/Service'],
  audit,
  lookAlikes: ['a worker that no Service leads to', 'a workload that is scaled to zero on purpose', 'a DaemonSet, which has one on each node'],
  prevention: 'Two replicas as the default of templates.',
  sources: [{ title: 'Disruptions: planning', url: 'https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#dealing-with-disruptions' }],
  reviewBy: '2027-06-30',
}
