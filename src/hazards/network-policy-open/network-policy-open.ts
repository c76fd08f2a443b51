/** A NetworkPolicy that lets in whatever comes: it looks like a guard in every list and is none. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import type { NetworkPolicy } from 'kubernetes-types/networking/v1.d.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  return cluster.list('networking.k8s.io', 'NetworkPolicy').flatMap((policy) =>
    ((policy as KubeObject & NetworkPolicy).spec?.ingress ?? []).flatMap(({ from = [], ports = [] }, index) => {
      const world = from.findIndex(({ ipBlock }) => ['0.0.0.0/0', '::/0'].includes(ipBlock?.cidr ?? '') && (ipBlock?.except ?? []).length === 0)
      if (from.length > 0 && world < 0) return []
      // One port for everybody is a front door; all of them are a missing wall.
      const wide = ports.length === 0
      return [{ of: policy, path: ['spec', 'ingress', index, ...(world < 0 ? [] : ['from', world])], summary: `${subjectText(subjectOf(policy))} lets everybody in${wide ? ', to every port' : ''}`, advice: 'Name who may come in: a podSelector, with a namespaceSelector where they live elsewhere.', cause: wide ? 'every port for everybody' : 'a port for everybody', severity: wide ? (3 as const) : (5 as const) }]
    }),
  )
}

export const networkPolicyOpen: AuditRule = {
  id: 'network-policy-open',
  title: 'A NetworkPolicy that lets everybody in',
  severity: 3,
  appliesTo: ['networking.k8s.io/NetworkPolicy'],
  audit,
  lookAlikes: ['no ingress rules at all, which lets nobody in', 'all pods of a namespace', 'a block of addresses that is not everybody'],
  prevention: 'Deny by default, and name each caller.',
  sources: [{ title: 'Network policies', url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/' }],
  reviewBy: '2027-06-30',
}
