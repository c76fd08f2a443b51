/** A workload of several replicas that no disruption budget guards: a drain may take all of them at once. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditTemplates, ownerText } from '../shared/templates.ts'
import { budgetsOver } from '../shared/static-match.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditTemplates(cluster, (template) => {
    const { owner, replicas } = template
    const scales = ['Deployment', 'StatefulSet', 'Rollout'].includes(owner.kind)
    if (!scales || replicas === undefined || replicas < 2 || budgetsOver(cluster).has(template)) return []
    return [{ path: ['spec', 'replicas'], summary: `${ownerText(template)} runs ${replicas} replicas, and no disruption budget guards them`, advice: 'Add a PodDisruptionBudget with maxUnavailable: 1 for its labels.' }]
  })
}

export const pdbMissing: AuditRule = {
  id: 'pdb-missing',
  title: 'Replicas without a disruption budget',
  severity: 4,
  appliesTo: ['apps/Deployment', 'apps/StatefulSet', 'argoproj.io/Rollout'],
  audit,
  lookAlikes: ['a single replica, which a budget could only block', 'a DaemonSet, which drains leave alone', 'a budget with an empty selector, which guards the whole namespace'],
  prevention: 'A budget with maxUnavailable beside each workload of more than one replica.',
  sources: [{ title: 'Disruptions', url: 'https://kubernetes.io/docs/concepts/workloads/pods/disruptions/' }],
  reviewBy: '2027-06-30',
}
