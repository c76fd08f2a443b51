/** What a finding is about, in the words of the report: `Deployment shop/web`, `Dockerfile images/web/Dockerfile`. */

import type { AuditFinding } from '../model/audit.ts'
import { subjectOf, type KubeObject, type Subject } from '../model/kube-object.ts'

export function auditSubject(of: AuditFinding['of']): Subject {
  if ('metadata' in of) return subjectOf(of as KubeObject)
  const other = of as Exclude<AuditFinding['of'], KubeObject>
  switch (other.type) {
    case 'dockerfile':
      return { kind: 'Dockerfile', name: other.file }
    case 'terraform':
      return { kind: other.block, name: other.labels.join('.') || other.file }
    case 'tool-server':
      return { kind: 'MCP server', name: other.name }
    case 'pipeline':
      return { kind: 'Pipeline', name: other.file }
    case 'agent-settings':
      return { kind: 'Agent settings', name: other.file }
    case 'chart-values':
      return { kind: 'Chart', name: other.file }
    case 'parts-list':
      return { kind: 'Parts list', name: other.about || other.file }
    default:
      return { kind: 'File', name: '' }
  }
}
