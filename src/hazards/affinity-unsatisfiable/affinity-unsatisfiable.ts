/** A rule of placement that no node can meet: pods that must be apart on fewer nodes than there are pods, or beside a pod that does not exist. */

import type { PodAffinityTerm } from 'kubernetes-types/core/v1.d.ts'
import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import type { View } from '../../model/view.ts'
import { matchesNodeSelector } from '../shared/node-match.ts'
import { templatesIn } from '../shared/static-match.ts'
import { auditTemplates, ownerText, WORKLOAD_KINDS, type PodTemplate } from '../shared/templates.ts'

function audit({ cluster, complete }: AuditView): AuditFinding[] {
  return auditTemplates(cluster, (template) => [...besideNobody(cluster, template, complete), ...apartOnTooFew(cluster, template)])
}

type Fault = Omit<AuditFinding, 'of'>

function required(terms: readonly PodAffinityTerm[] | undefined): readonly PodAffinityTerm[] {
  return terms ?? []
}

/** A term that the pod itself matches is met by the first of them: the scheduler lets it pass. */
function besideNobody(view: View, template: PodTemplate, complete: boolean): Fault[] {
  const { spec, namespace, labels, path } = template
  return required(spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution).flatMap((term, index): Fault[] => {
    const elsewhere = (term.namespaces ?? []).length > 0 || term.namespaceSelector !== undefined
    const others = templatesIn(view, namespace).filter((other) => other !== template)
    if (elsewhere || matchesSelector(term.labelSelector, labels) || (!complete && others.length === 0)) return []
    if (others.some((other) => matchesSelector(term.labelSelector, other.labels))) return []
    return [{ path: [...path, 'affinity', 'podAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', index], summary: `${ownerText(template)} must be beside pods that nothing in its namespace makes`, advice: 'Correct the selector, or prefer in place of require.', cause: 'beside a pod that does not exist' }]
  })
}

function apartOnTooFew(view: View, template: PodTemplate): Fault[] {
  const { spec, labels, path } = template
  const nodes = view.list('', 'Node')
  if (nodes.length === 0) return []
  return required(spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution).flatMap((term, index): Fault[] => {
    if (!matchesSelector(term.labelSelector, labels)) return []
    const places = new Set(nodes.filter((node) => matchesNodeSelector(spec, node.metadata.labels)).map((node) => node.metadata.labels?.[term.topologyKey] ?? (term.topologyKey === 'kubernetes.io/hostname' ? node.metadata.name : undefined)).filter((value) => value !== undefined))
    const most = Math.max(template.replicas ?? 0, mostReplicas(view, template))
    if (most <= places.size) return []
    return [{ path: [...path, 'affinity', 'podAntiAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', index], summary: `${ownerText(template)} may have ${most} pods that must be apart by ${term.topologyKey}, of which there are ${places.size}`, advice: 'Prefer in place of require, or spread with whenUnsatisfiable: ScheduleAnyway.', cause: 'apart on too few places' }]
  })
}

function mostReplicas(view: View, { owner }: PodTemplate): number {
  const specs = view.list('autoscaling', 'HorizontalPodAutoscaler', owner.metadata.namespace).map((hpa) => hpa['spec'] as { maxReplicas?: number; scaleTargetRef?: { kind?: string; name?: string } } | undefined)
  return specs.find((spec) => spec?.scaleTargetRef?.kind === owner.kind && spec.scaleTargetRef.name === owner.metadata.name)?.maxReplicas ?? 0
}

export const affinityUnsatisfiable: AuditRule = {
  id: 'affinity-unsatisfiable',
  title: 'A rule of placement that cannot be met',
  severity: 2,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['a preference, which is never in the way', 'pods that must be beside their own kind: the first is let through', 'a selector over other namespaces', 'manifests without nodes, of which nothing can be counted'],
  prevention: 'Require only what the smallest cluster can give.',
  sources: [{ title: 'Assigning pods to nodes: inter-pod affinity', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity' }],
  reviewBy: '2027-06-30',
}
