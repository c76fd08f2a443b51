/** A workload in the namespace default, or in none that it names: nothing there has an owner, a quota or a policy, and where it lands depends on who applies it. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditTemplates, ownerText, WORKLOAD_KINDS } from '../shared/templates.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditTemplates(cluster, (template) => (template.owner.metadata.namespace === 'default' ? [{ path: ['metadata'], summary: `${ownerText(template)} names no namespace, or default`, advice: 'metadata.namespace: one that belongs to a team.' }] : []))
}

export const namespaceDefault: AuditRule = {
  id: 'namespace-default',
  title: 'A workload in the namespace default',
  severity: 5,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['a workload with a namespace', 'what is not namespaced'],
  prevention: 'A namespace for each application, from a template.',
  sources: [{ title: 'Namespaces', url: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#when-to-use-multiple-namespaces' }],
  reviewBy: '2027-06-30',
}
