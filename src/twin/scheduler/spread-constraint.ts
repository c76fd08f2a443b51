/**
 * Topology spread constraints of a pod, with upstream's defaults filled in and selectors parsed.
 */

import type { TopologySpreadConstraint } from 'kubernetes-types/core/v1.d.ts'
import { allowsAnyNode, podAllowsNode } from '../../model/kube/node-selector.ts'
import { matchesRequirement, requirementsOf, type Labels, type Requirement } from '../../model/kube/selector.ts'
import { firstUntolerated } from '../../model/kube/toleration.ts'
import type { NodeInfo } from './node-info.ts'
import type { PodQuery } from './pod-counts.ts'
import type { PodInfo } from './pod-info.ts'

export interface SpreadConstraint {
  readonly maxSkew: number
  readonly topologyKey: string
  /** Undefined: there was no selector, and no pod is meant. */
  readonly requirements: readonly Requirement[] | undefined
  readonly minDomains: number
  /** Count only domains that the pod's node selector and affinity allow. */
  readonly honorsAffinity: boolean
  /** Count only domains whose taints the pod tolerates; by default a tainted or cordoned node stays a domain. */
  readonly honorsTaints: boolean
}

export function spreadConstraintsOf(pod: PodInfo, action: 'DoNotSchedule' | 'ScheduleAnyway'): readonly SpreadConstraint[] {
  const constraints = pod.spec.topologySpreadConstraints ?? []
  return constraints.filter((constraint) => constraint.whenUnsatisfiable === action).map((constraint) => parseConstraint(constraint, pod.labels))
}

function parseConstraint(constraint: TopologySpreadConstraint, labels: Labels): SpreadConstraint {
  const { labelSelector, matchLabelKeys = [], nodeAffinityPolicy, nodeTaintsPolicy } = constraint
  const own = matchLabelKeys.flatMap((key): Requirement[] => (labels[key] === undefined ? [] : [{ key, operator: 'In', values: [labels[key]] }]))
  return {
    maxSkew: constraint.maxSkew,
    topologyKey: constraint.topologyKey,
    requirements: labelSelector === undefined ? undefined : [...requirementsOf(labelSelector), ...own],
    minDomains: constraint.minDomains ?? 1,
    honorsAffinity: (nodeAffinityPolicy ?? 'Honor') === 'Honor',
    honorsTaints: (nodeTaintsPolicy ?? 'Ignore') === 'Honor',
  }
}

export function hasAllKeys(node: NodeInfo, constraints: readonly SpreadConstraint[]): boolean {
  for (const { topologyKey } of constraints) if (node.labels[topologyKey] === undefined) return false
  return true
}

/** Is the node part of the domains that this constraint compares? */
export function includesNode(constraint: SpreadConstraint, pod: PodInfo, node: NodeInfo): boolean {
  if (constraint.honorsAffinity && !podAllowsNode(pod.spec, node)) return false
  return !constraint.honorsTaints || firstUntolerated(node.taints, pod.spec.tolerations) === undefined
}

/** True when neither policy leaves a node out for this pod. */
export function takesAllNodes(constraint: SpreadConstraint, pod: PodInfo): boolean {
  return !constraint.honorsTaints && (!constraint.honorsAffinity || allowsAnyNode(pod.spec))
}

export function selects(constraint: SpreadConstraint, labels: Labels): boolean {
  return constraint.requirements?.every((requirement) => matchesRequirement(requirement, labels)) ?? false
}

/**
 * Which existing pods count: those of the pod's namespace that are not on their way out. Undefined when none can:
 * an empty selector counts nobody although it matches the pod itself (countPodsMatchSelector).
 */
export function spreadQuery(namespace: string, requirements: readonly Requirement[] | undefined): PodQuery | undefined {
  if (requirements === undefined || requirements.length === 0) return undefined
  return {
    id: `spread ${namespace} ${JSON.stringify(requirements)}`,
    clauses: [{ namespaces: new Set([namespace]), requirements }],
    terminating: 'skipped',
  }
}
