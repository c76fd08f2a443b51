/** A container that may write into its own image: an intruder leaves tools there, and a log file nobody thought of fills the disk of the node. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditContainers, containerText, WORKLOAD_KINDS } from '../shared/templates.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditContainers(cluster, (item) => {
    const { container, template, path } = item
    const context = container.securityContext
    if (template.spec.os?.name === 'windows' || context?.readOnlyRootFilesystem === true || context?.privileged === true) return []
    return [{ path: [...path, ...(context === undefined ? [] : ['securityContext'])], summary: `${containerText(item)} may write to its root filesystem`, advice: 'readOnlyRootFilesystem: true, and an emptyDir with a sizeLimit for what it does write.' }]
  })
}

export const rootFilesystemWritable: AuditRule = {
  id: 'root-filesystem-writable',
  title: 'A root filesystem that may be written',
  severity: 5,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['a privileged container, which is told as that', 'a Windows pod, where this does not exist'],
  prevention: 'Read-only by default in templates, with an emptyDir at /tmp.',
  sources: [{ title: 'Configure a security context', url: 'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/' }],
  reviewBy: '2027-06-30',
}
