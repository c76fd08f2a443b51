/**
 * Programs that may evict pods or delete nodes: told by the rights of their accounts, whatever they are called and
 * wherever their image comes from. Only rights that are written out count; who may do anything tells nothing.
 */

import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import type { PolicyRule } from '../access/policy-rule.ts'
import { podMakers } from './pod-makers.ts'

interface Binding extends KubeObject {
  readonly roleRef?: { readonly kind?: string; readonly name?: string }
  readonly subjects?: readonly { readonly kind?: string; readonly name?: string; readonly namespace?: string }[]
}

/** Workloads whose account a cluster-wide binding lets disturb pods or nodes. */
export function disturbersIn(objects: readonly KubeObject[]): readonly KubeObject[] {
  const roles = new Set(objects.filter((object) => object.kind === 'ClusterRole' && rulesOf(object).some(disturbs)).map(({ metadata }) => metadata.name))
  if (roles.size === 0) return []
  const accounts = new Set(objects.filter(({ kind }) => kind === 'ClusterRoleBinding').flatMap((object) => accountsOf(object as Binding, roles)))
  return podMakers(objects).filter(({ object, spec }) => accounts.has(`${object.metadata.namespace ?? ''}/${spec.serviceAccountName ?? 'default'}`)).map(({ object }) => object)
}

function rulesOf(role: KubeObject): readonly PolicyRule[] {
  return (role['rules'] ?? []) as readonly PolicyRule[]
}

function disturbs({ verbs, apiGroups = [], resources = [] }: PolicyRule): boolean {
  if (!apiGroups.includes('')) return false
  return (resources.includes('pods/eviction') && verbs.includes('create')) || (resources.includes('nodes') && verbs.includes('delete'))
}

function accountsOf({ roleRef, subjects = [] }: Binding, roles: ReadonlySet<string | undefined>): string[] {
  if (!roles.has(roleRef?.name)) return []
  return subjects.flatMap(({ kind, name, namespace }) => (kind === 'ServiceAccount' ? [`${namespace ?? ''}/${name ?? ''}`] : []))
}

/** To leave out those that are told in other words already. */
export function except(objects: readonly KubeObject[], told: readonly KubeObject[]): readonly KubeObject[] {
  const names = new Set(told.map((object) => subjectText(subjectOf(object))))
  return objects.filter((object) => !names.has(subjectText(subjectOf(object))))
}
