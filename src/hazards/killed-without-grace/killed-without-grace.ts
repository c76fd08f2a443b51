/** A pod that is killed in the same moment in which it is told to stop: what was in flight is lost, and a database repairs itself at the next start. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditTemplates, ownerText, WORKLOAD_KINDS } from '../shared/templates.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditTemplates(cluster, (template) => {
    const { spec, path, owner } = template
    if (spec.terminationGracePeriodSeconds !== 0) return []
    return [{ path: [...path, 'terminationGracePeriodSeconds'], summary: `${ownerText(template)} is given no time to stop`, advice: 'Leave it out (30 seconds), or give what stopping takes.', severity: owner.kind === 'StatefulSet' ? (2 as const) : (4 as const) }]
  })
}

export const killedWithoutGrace: AuditRule = {
  id: 'killed-without-grace',
  title: 'A pod that is killed without grace',
  severity: 4,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['a short time, which is a choice', 'nothing said, which is 30 seconds'],
  prevention: 'A program that ends on SIGTERM, and the time that takes.',
  sources: [{ title: 'Pod lifecycle: termination', url: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination' }],
  reviewBy: '2027-06-30',
}
