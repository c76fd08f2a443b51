/** A pod that gets a token for the API server and has no account of its own: it does not talk to the API, and an intruder may. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditTemplates, ownerText, WORKLOAD_KINDS } from '../shared/templates.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditTemplates(cluster, (template) => {
    const { spec, namespace, path } = template
    const name = spec.serviceAccountName ?? 'default'
    const account = cluster.get({ apiVersion: 'v1', kind: 'ServiceAccount', namespace, name }) as { automountServiceAccountToken?: boolean } | undefined
    const mounted = spec.automountServiceAccountToken ?? account?.automountServiceAccountToken ?? true
    if (name !== 'default' || !mounted) return []
    return [{ path: [...path, ...(spec.automountServiceAccountToken === undefined ? [] : ['automountServiceAccountToken'])], summary: `${ownerText(template)} uses the default account and mounts its token`, advice: 'automountServiceAccountToken: false; where it does call the API, an account of its own with the rights it needs.' }]
  })
}

export const serviceAccountTokenMounted: AuditRule = {
  id: 'service-account-token-mounted',
  title: 'A token for the API that nobody needs',
  severity: 4,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['an account of its own, which says that it calls the API', 'a default account that mounts none', 'a projected token for another audience'],
  prevention: 'automountServiceAccountToken: false on the default account of each namespace.',
  sources: [{ title: 'Opt out of API credential automounting', url: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting' }],
  reviewBy: '2027-06-30',
}
