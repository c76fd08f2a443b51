/**
 * Why an account may not do something: nobody binds it, a binding names another account or a role that is not there,
 * or its role leaves the verb out. Read from rbac.authorization.k8s.io objects, as its authorizer reads them.
 */

import type { KubeObject } from '../../model/kube-object.ts'
import type { View } from '../../model/view.ts'

const GROUP = 'rbac.authorization.k8s.io'

export interface Wish {
  readonly account: { readonly namespace: string; readonly name: string }
  readonly verb: string
  readonly resource: string
  readonly group: string
  /** Undefined: at the scope of the cluster. */
  readonly namespace: string | undefined
}

export interface Lack {
  readonly why: 'unbound' | 'other-account' | 'no-role' | 'role-too-narrow' | 'unknown'
  /** What is at fault; undefined where nothing speaks for one object. */
  readonly object?: KubeObject
  readonly text: string
}

interface Rule {
  readonly verbs?: readonly string[]
  readonly resources?: readonly string[]
  readonly apiGroups?: readonly string[]
}

/** The surest explanation first. Without any collected RBAC object: `unknown`. */
export function lackOf(view: View, wish: Wish): Lack {
  const bindings = [...view.list(GROUP, 'RoleBinding'), ...view.list(GROUP, 'ClusterRoleBinding')].filter((binding) => binding.kind === 'ClusterRoleBinding' || binding.metadata.namespace === wish.namespace || wish.namespace === undefined)
  const roles = [...view.list(GROUP, 'Role'), ...view.list(GROUP, 'ClusterRole')]
  if (bindings.length + roles.length === 0) return { why: 'unknown', text: 'roles and bindings were not collected' }
  const own = bindings.filter((binding) => names(binding, wish.account))
  const dangling = own.find((binding) => roleOf(view, binding) === undefined && roles.length > 0)
  if (dangling !== undefined) return { why: 'no-role', object: dangling, text: `${dangling.kind} ${dangling.metadata.name ?? ''} binds it to ${refText(dangling)}, which does not exist` }
  const narrow = own.map((binding) => roleOf(view, binding)).find((role) => role !== undefined && speaksOf(role, wish))
  if (narrow !== undefined) return { why: 'role-too-narrow', object: narrow, text: `its ${narrow.kind} ${narrow.metadata.name ?? ''} lacks ${wish.verb} on ${wish.resource}` }
  const astray = bindings.find((binding) => !names(binding, wish.account) && roleAllows(view, binding, wish) && strayAccount(view, binding))
  if (astray !== undefined) return { why: 'other-account', object: astray, text: `${astray.kind} ${astray.metadata.name ?? ''} grants it to an account that does not exist` }
  if (own.length > 0) return { why: 'role-too-narrow', object: roleOf(view, own[0] as KubeObject) ?? (own[0] as KubeObject), text: `what it is bound to says nothing of ${wish.resource}` }
  return { why: 'unbound', text: 'no binding names it' }
}

interface SubjectRow {
  readonly kind?: string
  readonly name?: string
  readonly namespace?: string
}

function subjectsOf(binding: KubeObject): readonly SubjectRow[] {
  return (binding['subjects'] ?? []) as readonly SubjectRow[]
}

function names(binding: KubeObject, account: Wish['account']): boolean {
  return subjectsOf(binding).some((row) => (row.kind === 'ServiceAccount' && row.name === account.name && (row.namespace ?? binding.metadata.namespace) === account.namespace) || (row.kind === 'Group' && (row.name === 'system:serviceaccounts' || row.name === `system:serviceaccounts:${account.namespace}`)))
}

function roleOf(view: View, binding: KubeObject): KubeObject | undefined {
  const ref = binding['roleRef'] as { kind?: string; name?: string } | undefined
  return view.list(GROUP, ref?.kind ?? '', ref?.kind === 'Role' ? binding.metadata.namespace : undefined).find((role) => role.metadata.name === ref?.name)
}

function refText(binding: KubeObject): string {
  const ref = binding['roleRef'] as { kind?: string; name?: string } | undefined
  return `${ref?.kind ?? ''} ${ref?.name ?? ''}`
}

function rulesOf(role: KubeObject): readonly Rule[] {
  return (role['rules'] ?? []) as readonly Rule[]
}

function covers(list: readonly string[] | undefined, value: string): boolean {
  return (list ?? []).some((item) => item === '*' || item === value)
}

/** It grants something about the resource, or about its group. */
function speaksOf(role: KubeObject, wish: Wish): boolean {
  return rulesOf(role).some((rule) => covers(rule.resources, wish.resource) || covers(rule.apiGroups, wish.group))
}

function roleAllows(view: View, binding: KubeObject, wish: Wish): boolean {
  const role = roleOf(view, binding)
  return role !== undefined && role.metadata.name !== 'cluster-admin' && rulesOf(role).some((rule) => covers(rule.verbs, wish.verb) && covers(rule.resources, wish.resource) && covers(rule.apiGroups, wish.group))
}

/** It binds an account that is not there, in a namespace whose accounts were collected. */
function strayAccount(view: View, binding: KubeObject): boolean {
  return subjectsOf(binding).some((row) => {
    const namespace = row.namespace ?? binding.metadata.namespace ?? 'default'
    const accounts = view.list('', 'ServiceAccount', namespace)
    return row.kind === 'ServiceAccount' && accounts.length > 0 && !accounts.some((account) => account.metadata.name === row.name)
  })
}
