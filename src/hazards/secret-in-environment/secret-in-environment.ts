/** A Secret that reaches a program through its environment: every child process, crash report and debug page has it, and a new value is seen only after a restart. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditContainers, containerText, WORKLOAD_KINDS } from '../shared/templates.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditContainers(cluster, (item) => {
    const { env = [], envFrom = [] } = item.container
    const first = env.findIndex(({ valueFrom }) => valueFrom?.secretKeyRef !== undefined)
    const whole = envFrom.findIndex(({ secretRef }) => secretRef !== undefined)
    if (first < 0 && whole < 0) return []
    const count = env.filter(({ valueFrom }) => valueFrom?.secretKeyRef !== undefined).length + envFrom.filter(({ secretRef }) => secretRef !== undefined).length
    return [{ path: [...item.path, ...(first < 0 ? ['envFrom', whole] : ['env', first])], summary: `${containerText(item)} gets ${count === 1 ? 'a Secret' : `${count} values or Secrets`} through its environment`, advice: 'Mount it as a file, where the program can read one.' }]
  })
}

export const secretInEnvironment: AuditRule = {
  id: 'secret-in-environment',
  title: 'A Secret in the environment of a program',
  severity: 5,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['a Secret that is mounted', 'a value from a ConfigMap', 'a secret that is written out, which is told as that'],
  prevention: 'Programs that read files, and a volume for each Secret.',
  sources: [{ title: 'Secrets good practices for developers', url: 'https://kubernetes.io/docs/concepts/security/secrets-good-practices/#developers' }],
  reviewBy: '2027-06-30',
}
