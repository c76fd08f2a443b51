/** A variable that is set twice: the last one counts, the other is what somebody believes, and the next server-side apply fails. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditContainers, containerText, WORKLOAD_KINDS } from '../shared/templates.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditContainers(cluster, (item) => {
    const names = (item.container.env ?? []).map(({ name }) => name)
    return names.flatMap((name, index) => (names.indexOf(name) === index ? [] : [{ path: [...item.path, 'env', index], summary: `${name} is set twice in ${containerText(item)}; the last one counts`, advice: 'Keep one.' }]))
  })
}

export const envDefinedTwice: AuditRule = {
  id: 'env-defined-twice',
  title: 'A variable that is set twice',
  severity: 3,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['one name in two containers', 'a name that envFrom brings as well, where env is meant to win'],
  prevention: 'Render the environment from one list.',
  sources: [{ title: 'Define environment variables for a container', url: 'https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/' }],
  reviewBy: '2027-06-30',
}
