/**
 * Exactly the accounts and roles that the enabled verbs need, as objects to apply.
 *
 * Three accounts: the *issuer* is whom Boyd's process runs as, and may ask for short-lived tokens of the other two and for
 * nothing else; the *reader* looks and cannot change a thing; the *actor* has what the verbs send. No rule has a `*`.
 */

import type { KubeObject } from '../../model/kube-object.ts'
import { ACTING_VERBS, actingRights, mergedRights, READING, type ActingVerb, type Right } from '../../model/access.ts'
import { backstop } from './backstop.ts'
import { NAMESPACES_ANNOTATION, VERBS_ANNOTATION } from './granted.ts'

export interface RbacOptions {
  readonly verbs?: readonly ActingVerb[]
  /** Where Boyd may act on what lies in namespaces; empty: everywhere but in protected ones. It looks everywhere. */
  readonly namespaces?: readonly string[]
  /** The namespace of Boyd's own accounts. */
  readonly home?: string
  readonly protectedNamespaces: readonly string[]
}

export const DEFAULT_HOME = 'boyd-system'
export const ACCOUNTS = { issuer: 'boyd', reader: 'boyd-reader', actor: 'boyd-actor' } as const

/** In the order in which they can be applied. */
export function rbacManifests(options: RbacOptions): readonly KubeObject[] {
  const { verbs = ACTING_VERBS, namespaces = [], home = DEFAULT_HOME, protectedNamespaces } = options
  const acting = actingRights(verbs)
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: home } },
    ...Object.values(ACCOUNTS).map((name) => account(name, home)),
    ...issuing(home),
    ...granted({ name: ACCOUNTS.reader, rights: mergedRights(READING), namespaces: [], home }),
    ...granted({ name: ACCOUNTS.actor, rights: acting, namespaces, home, says: { [VERBS_ANNOTATION]: verbs.join(','), ...(namespaces.length === 0 ? {} : { [NAMESPACES_ANNOTATION]: namespaces.join(',') }) } }),
    ...backstop({ home, accounts: ACCOUNTS, rights: acting, protectedNamespaces }),
  ]
}

function account(name: string, namespace: string): KubeObject {
  // Only whoever runs Boyd has a token lying around; the others are asked for.
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace }, automountServiceAccountToken: name === ACCOUNTS.issuer }
}

function issuing(home: string): KubeObject[] {
  const name = `${ACCOUNTS.issuer}-tokens`
  const rules = [{ apiGroups: [''], resources: ['serviceaccounts/token'], resourceNames: [ACCOUNTS.reader, ACCOUNTS.actor], verbs: ['create'] }]
  return [
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name, namespace: home }, rules },
    bindingOf({ kind: 'RoleBinding', role: { kind: 'Role', name }, account: ACCOUNTS.issuer, home, namespace: home }),
  ]
}

interface Grant {
  readonly name: string
  readonly rights: readonly Right[]
  readonly namespaces: readonly string[]
  readonly home: string
  /** Annotations of its roles: what the doctor compares with. */
  readonly says?: Readonly<Record<string, string>>
}

/** One ClusterRole for everything; or one for what cannot be limited, and one that is bound in each namespace. */
function granted({ name, rights, namespaces, home, says = {} }: Grant): KubeObject[] {
  const everywhere = namespaces.length === 0 ? rights : rights.filter((right) => !right.namespaced)
  const limited = namespaces.length === 0 ? [] : rights.filter((right) => right.namespaced)
  const limitedName = `${name}-in-namespaces`
  return [
    ...(everywhere.length === 0 ? [] : [clusterRole(name, everywhere, says), bindingOf({ kind: 'ClusterRoleBinding', role: { kind: 'ClusterRole', name }, account: name, home })]),
    ...(limited.length === 0 ? [] : [clusterRole(limitedName, limited, says)]),
    ...(limited.length === 0 ? [] : namespaces.map((namespace) => bindingOf({ kind: 'RoleBinding', role: { kind: 'ClusterRole', name: limitedName }, account: name, home, namespace }))),
  ]
}

function clusterRole(name: string, rights: readonly Right[], says: Readonly<Record<string, string>>): KubeObject {
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name, ...(Object.keys(says).length === 0 ? {} : { annotations: says }) }, rules: rulesOf(rights) }
}

/** Resources of one group with the same verbs share a rule. */
function rulesOf(rights: readonly Right[]): object[] {
  const rules = new Map<string, { readonly group: string; readonly verbs: readonly string[]; readonly resources: Set<string> }>()
  for (const { group, resource, verbs } of mergedRights(rights.map((right) => ({ ...right, namespaced: false })))) {
    const key = `${group} ${verbs.join(',')}`
    const rule = rules.get(key) ?? { group, verbs, resources: new Set() }
    rule.resources.add(resource)
    rules.set(key, rule)
  }
  return [...rules.values()].map(({ group, verbs, resources }) => ({ apiGroups: [group], resources: [...resources].sort(), verbs }))
}

interface BindingDraft {
  readonly kind: 'RoleBinding' | 'ClusterRoleBinding'
  readonly role: { readonly kind: 'Role' | 'ClusterRole'; readonly name: string }
  readonly account: string
  readonly home: string
  readonly namespace?: string
}

function bindingOf({ kind, role, account: name, home, namespace }: BindingDraft): KubeObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind,
    metadata: { name: role.name, ...(namespace === undefined ? {} : { namespace }) },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', ...role },
    subjects: [{ kind: 'ServiceAccount', name, namespace: home }],
  }
}
