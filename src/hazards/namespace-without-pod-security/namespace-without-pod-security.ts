/** A namespace in which nothing asks pods to be harmless: whoever may create a pod there may be root on a node. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'

const LABEL = 'pod-security.kubernetes.io/enforce'
const SYSTEM = /^kube-(system|public|node-lease)$/

function audit({ cluster }: AuditView): AuditFinding[] {
  // Admission of one's own does the same for all namespaces.
  if (['ClusterPolicy', 'ValidatingPolicy'].some((kind) => cluster.list('kyverno.io', kind).length + cluster.list('policies.kyverno.io', kind).length > 0) || cluster.snapshot.objects.some(({ apiVersion }) => apiVersion.startsWith('constraints.gatekeeper.sh/'))) return []
  return cluster.list('', 'Namespace').flatMap((namespace): AuditFinding[] => {
    const level = namespace.metadata.labels?.[LABEL]
    const name = namespace.metadata.name ?? ''
    if (SYSTEM.test(name) || (level !== undefined && level !== 'privileged')) return []
    return [{ of: namespace, path: level === undefined ? ['metadata'] : ['metadata', 'labels', LABEL], summary: `namespace ${name} ${level === undefined ? 'enforces no level of pod security' : 'lets pods do everything'}`, advice: `${LABEL}: baseline, or restricted where workloads allow it.` }]
  })
}

export const namespaceWithoutPodSecurity: AuditRule = {
  id: 'namespace-without-pod-security',
  title: 'A namespace that asks nothing of its pods',
  severity: 5,
  appliesTo: ['/Namespace'],
  audit,
  lookAlikes: ['the namespaces of Kubernetes itself', 'a cluster whose own admission policies ask for it (Kyverno, Gatekeeper)'],
  prevention: 'The label in the template of each namespace.',
  sources: [{ title: 'Enforce pod security standards with namespace labels', url: 'https://kubernetes.io/docs/tasks/configure-pod-container/enforce-standards-namespace-labels/' }],
  reviewBy: '2027-06-30',
}
