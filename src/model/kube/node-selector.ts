/**
 * Which nodes a pod's `nodeSelector` and required node affinity allow
 * (k8s.io/component-helpers/scheduling/corev1/nodeaffinity). Terms are alternatives, the expressions of a term
 * must all hold, and a term without any matches nothing.
 */

import type { NodeSelector, NodeSelectorTerm, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { matchesRequirement, type Labels, type Requirement } from './selector.ts'

export interface NamedNode {
  readonly name: string
  readonly labels: Labels
}

export function matchesNodeSelector(selector: NodeSelector, node: NamedNode): boolean {
  return selector.nodeSelectorTerms.some((term) => matchesNodeTerm(term, node))
}

export function matchesNodeTerm(term: NodeSelectorTerm, node: NamedNode): boolean {
  const expressions = term.matchExpressions ?? []
  const fields = term.matchFields ?? []
  if (expressions.length === 0 && fields.length === 0) return false
  return (
    expressions.every((expression) => matchesRequirement(toRequirement(expression), node.labels)) &&
    fields.every((field) => matchesRequirement(toRequirement(field), { 'metadata.name': node.name }))
  )
}

/** Does the pod's own choice of nodes allow this one? */
export function podAllowsNode(spec: PodSpec, node: NamedNode): boolean {
  const wanted = Object.entries(spec.nodeSelector ?? {})
  if (!wanted.every(([key, value]) => node.labels[key] === value)) return false
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return required === undefined || matchesNodeSelector(required, node)
}

/** True when the pod leaves the choice of node open. */
export function allowsAnyNode(spec: PodSpec): boolean {
  return Object.keys(spec.nodeSelector ?? {}).length === 0 && spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution === undefined
}

/**
 * Node names that the required terms narrow the choice to; undefined when at least one term leaves it open.
 * A term that names two different nodes in two fields allows none.
 */
export function namedNodes(spec: PodSpec): ReadonlySet<string> | undefined {
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  if (terms === undefined) return undefined
  const names = new Set<string>()
  for (const term of terms) {
    const named = namesOfTerm(term)
    if (named === undefined) return undefined
    for (const name of named) names.add(name)
  }
  return names
}

function namesOfTerm(term: NodeSelectorTerm): ReadonlySet<string> | undefined {
  let names: Set<string> | undefined
  for (const field of term.matchFields ?? []) {
    if (field.key !== 'metadata.name' || field.operator !== 'In') continue
    const listed = new Set(field.values ?? [])
    names = names === undefined ? listed : names.intersection(listed)
  }
  return names
}

function toRequirement(expression: { key: string; operator: string; values?: string[] }): Requirement {
  return { key: expression.key, operator: expression.operator as Requirement['operator'], values: expression.values ?? [] }
}
