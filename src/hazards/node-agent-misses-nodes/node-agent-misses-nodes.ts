/**
 * A node agent that does not get onto tainted nodes: no logs, no metrics, no network or storage driver there, and nobody notices until
 * something runs on them. Agents are told by what they mount of the node.
 */

import type { Node } from 'kubernetes-types/core/v1.d.ts'
import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { matchesNodeSelector, tolerates } from '../shared/node-match.ts'
import { auditTemplates, ownerText, type PodTemplate } from '../shared/templates.ts'

/** Added to every pod of a DaemonSet by its controller. */
const OWN = /^node\.kubernetes\.io\/(not-ready|unreachable|disk-pressure|memory-pressure|pid-pressure|unschedulable|network-unavailable)$/

function audit({ cluster }: AuditView): AuditFinding[] {
  const nodes = cluster.list('', 'Node') as readonly (Node & { metadata: { name?: string; labels?: Record<string, string> } })[]
  if (nodes.length === 0) return []
  return auditTemplates(cluster, (template) => {
    if (template.owner.kind !== 'DaemonSet' || !isAgent(template)) return []
    const missed = nodes.filter((node) => matchesNodeSelector(template.spec, node.metadata.labels) && untolerated(template, node) !== undefined)
    const [first] = missed
    const taint = first === undefined ? undefined : untolerated(template, first)
    if (first === undefined || taint === undefined) return []
    return [{ path: [...template.path, ...(template.spec.tolerations === undefined ? [] : ['tolerations'])], summary: `${ownerText(template)} is a node agent and misses ${missed.length} of ${nodes.length} nodes (${first.metadata.name ?? ''}: ${taint.key}${taint.value === undefined ? '' : `=${taint.value}`}:${taint.effect})`, advice: `tolerations: [{key: ${taint.key}, operator: Exists}], or {operator: Exists} for all.` }]
  })
}

function isAgent({ spec }: PodTemplate): boolean {
  return spec.hostNetwork === true || spec.hostPID === true || (spec.volumes ?? []).some(({ hostPath }) => hostPath !== undefined)
}

function untolerated({ spec }: PodTemplate, node: Node) {
  return (node.spec?.taints ?? []).find((taint) => taint.effect !== 'PreferNoSchedule' && !OWN.test(taint.key) && !tolerates(spec.tolerations, taint))
}

export const nodeAgentMissesNodes: AuditRule = {
  id: 'node-agent-misses-nodes',
  title: 'A node agent that is not on every node',
  severity: 3,
  appliesTo: ['apps/DaemonSet'],
  audit,
  lookAlikes: ['nodes that the agent selects away itself', 'taints that every DaemonSet tolerates', 'a preference not to schedule', 'a DaemonSet that is no agent', 'manifests without nodes'],
  prevention: 'Node agents tolerate everything: operator Exists without a key.',
  sources: [{ title: 'DaemonSet: taints and tolerations', url: 'https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#taints-and-tolerations' }],
  reviewBy: '2027-06-30',
}
