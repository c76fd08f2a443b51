/**
 * What the operator's settings say of a target: its environment, its tier, the class of its data. The operator names
 * targets by namespace and by label; what the object says about itself in words of its own is not asked.
 *
 * A label counts on the target, on the workload that owns it, or on its namespace. Rules are tried in the order in
 * which the operator wrote them, and the first that states a word gives it; what no rule names is unknown.
 */

import type { KubeObject } from '../model/kube-object.ts'
import { isGitOps, managerOf } from '../model/kube/management.ts'
import type { View } from '../model/view.ts'
import type { TargetFacts } from './cedar-request.ts'
import type { Site } from './site.ts'

export interface TargetRule {
  /** Exact names, or a name that ends in `*`. Absent: every namespace, and what has none. */
  readonly namespaces?: readonly string[]
  /** All of these, on the object, on its owner or on its namespace. */
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly environment?: string
  readonly tier?: string
  readonly dataClass?: string
}

const UNKNOWN = 'unknown'

export function targetFacts(object: KubeObject, view: View, site: Site): TargetFacts {
  const rules = site.targets.filter((rule) => matchesTarget(rule, object, view))
  const word = (name: 'environment' | 'tier' | 'dataClass'): string | undefined => rules.find((rule) => rule[name] !== undefined)?.[name]
  const environment = word('environment') ?? site.environment
  const manager = managerOf(object) ?? managerOf(view.rootOf(object))
  return {
    environment,
    production: !site.nonProduction.includes(environment),
    tier: word('tier') ?? UNKNOWN,
    dataClass: word('dataClass') ?? UNKNOWN,
    managedBy: manager?.type ?? 'none',
    gitOps: isGitOps(manager),
  }
}

/** Is the object one of those that the rule names? */
export function matchesTarget(rule: Pick<TargetRule, 'namespaces' | 'matchLabels'>, object: KubeObject, view: View): boolean {
  const namespace = object.kind === 'Namespace' ? object.metadata.name : object.metadata.namespace
  if (rule.namespaces !== undefined && !rule.namespaces.some((pattern) => namespaceMatches(pattern, namespace))) return false
  const labelled = [object, view.rootOf(object), namespaceObject(namespace, view)]
  return Object.entries(rule.matchLabels ?? {}).every(([key, value]) => labelled.some((candidate) => candidate?.metadata.labels?.[key] === value))
}

function namespaceMatches(pattern: string, namespace: string | undefined): boolean {
  if (namespace === undefined) return false
  return pattern.endsWith('*') ? namespace.startsWith(pattern.slice(0, -1)) : namespace === pattern
}

function namespaceObject(name: string | undefined, view: View): KubeObject | undefined {
  return name === undefined ? undefined : view.get({ apiVersion: 'v1', kind: 'Namespace', name })
}
