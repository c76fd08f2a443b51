/** A namespace whose pods anything may reach. Said once a namespace and never once a pod. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import type { View } from '../../model/view.ts'
import { isLasting, podTemplates, WORKLOAD_KINDS, type PodTemplate } from '../shared/templates.ts'

/** Where other makers' policies select pods. Their selectors are not read, so a namespace with one is left alone. */
const OTHERS = [['cilium.io', 'CiliumNetworkPolicy'], ['crd.projectcalico.org', 'NetworkPolicy'], ['projectcalico.org', 'NetworkPolicy']] as const
const CLUSTER_WIDE = [['cilium.io', 'CiliumClusterwideNetworkPolicy'], ['crd.projectcalico.org', 'GlobalNetworkPolicy'], ['projectcalico.org', 'GlobalNetworkPolicy'], ['policy.networking.k8s.io', 'AdminNetworkPolicy'], ['policy.networking.k8s.io', 'ClusterNetworkPolicy']] as const

function audit({ cluster }: AuditView): AuditFinding[] {
  if (CLUSTER_WIDE.some(([group, kind]) => cluster.list(group, kind).length > 0)) return []
  const byNamespace = Map.groupBy(podTemplates(cluster).filter((template) => isLasting(template) && template.spec.hostNetwork !== true), ({ namespace }) => namespace)
  return [...byNamespace].flatMap(([namespace, templates]) => {
    if (OTHERS.some(([group, kind]) => cluster.list(group, kind, namespace).length > 0)) return []
    const open = templates.filter((template) => !isGuarded(cluster, template))
    const [first] = open
    if (first === undefined) return []
    const all = open.length === templates.length
    return [{ of: first.owner, path: [...first.path.slice(0, -1), 'metadata', 'labels'], summary: all ? `no NetworkPolicy guards namespace ${namespace} (${open.length} workloads)` : `no NetworkPolicy selects ${open.length} of ${templates.length} workloads of namespace ${namespace}: ${open.map(({ owner }) => owner.metadata.name ?? '').slice(0, 5).join(', ')}${open.length > 5 ? '…' : ''}`, advice: 'A policy with an empty podSelector that denies ingress, and one for each path that is needed.' }]
  })
}

function isGuarded(view: View, { namespace, labels }: PodTemplate): boolean {
  return view.list('networking.k8s.io', 'NetworkPolicy', namespace).some((policy) => matchesSelector((policy['spec'] as { podSelector?: object } | undefined)?.podSelector ?? {}, labels))
}

export const networkPolicyMissing: AuditRule = {
  id: 'network-policy-missing',
  title: 'Pods that anything may reach',
  severity: 4,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['a default policy that selects every pod', 'policies of Cilium or Calico', 'a namespace of jobs only', 'pods on the network of their host, which policies do not reach'],
  prevention: 'Deny by default in the template of each namespace.',
  sources: [{ title: 'Network policies: default policies', url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies' }],
  reviewBy: '2027-06-30',
}
