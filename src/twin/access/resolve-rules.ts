/** The rules that hold for somebody in a namespace: those of all bindings that name them (`pkg/registry/rbac/validation/rule.go`). */

import type { KubeObject } from '../../model/kube-object.ts'
import type { Requester } from '../api/api.ts'
import type { StoreReader } from '../store.ts'
import type { PolicyRule } from './policy-rule.ts'

const RBAC = 'rbac.authorization.k8s.io'

interface Subject {
  readonly kind?: string
  readonly name?: string
  readonly namespace?: string
}

export interface RoleReference {
  readonly kind?: string
  readonly name?: string
}

type Binding = KubeObject & { readonly roleRef?: RoleReference; readonly subjects?: readonly Subject[] }

export type Resolved =
  | { readonly type: 'rule'; readonly rule: PolicyRule; readonly source: string }
  /** A binding that leads nowhere: what it would have given is not known. */
  | { readonly type: 'error'; readonly message: string }

/** Cluster-wide bindings first, then those of the namespace (`''`: none). */
export function* resolveRules(store: StoreReader, requester: Requester, namespace: string): Generator<Resolved> {
  for (const binding of sorted(store.list(`${RBAC}/ClusterRoleBinding`))) yield* ofBinding(store, requester, binding, '')
  if (namespace === '') return
  for (const binding of sorted(store.list(`${RBAC}/RoleBinding`, namespace))) yield* ofBinding(store, requester, binding, namespace)
}

/** The rules of the role that a binding names. */
export function rulesOfRole(store: StoreReader, reference: RoleReference, namespace: string): readonly PolicyRule[] | { readonly missing: string } {
  const { kind = '', name = '' } = reference
  if (kind !== 'Role' && kind !== 'ClusterRole') return { missing: `unsupported role reference kind: "${kind}"` }
  const role = store.get({ apiVersion: `${RBAC}/v1`, kind, name, ...(kind === 'Role' ? { namespace } : {}) })
  if (role === undefined) return { missing: `${kind.toLowerCase()}.${RBAC} "${name}" not found` }
  return (role['rules'] ?? []) as readonly PolicyRule[]
}

function* ofBinding(store: StoreReader, requester: Requester, object: KubeObject, namespace: string): Generator<Resolved> {
  const binding = object as Binding
  const subject = (binding.subjects ?? []).find((candidate) => appliesTo(requester, candidate, namespace))
  if (subject === undefined) return
  const reference = binding.roleRef ?? {}
  const rules = rulesOfRole(store, reference, namespace)
  if ('missing' in rules) return yield { type: 'error', message: rules.missing }
  const name = namespace === '' ? binding.metadata.name : `${binding.metadata.name}/${namespace}`
  const source = `${object.kind} "${name}" of ${reference.kind} "${reference.name}" to ${subjectText(subject, namespace)}`
  for (const rule of rules) yield { type: 'rule', rule, source }
}

function appliesTo({ user, groups = [] }: Requester, subject: Subject, namespace: string): boolean {
  if (subject.kind === 'User') return subject.name === user
  if (subject.kind === 'Group') return groups.includes(subject.name ?? '')
  const home = subject.namespace ?? namespace
  return subject.kind === 'ServiceAccount' && home !== '' && user === `system:serviceaccount:${home}:${subject.name}`
}

/** The account's name first, as upstream says it. */
function subjectText({ kind, name, namespace }: Subject, home: string): string {
  return kind === 'ServiceAccount' ? `${kind} "${name}/${namespace ?? home}"` : `${kind} "${name}"`
}

function sorted(bindings: Iterable<KubeObject>): KubeObject[] {
  return [...bindings].sort((left, right) => ((left.metadata.name ?? '') < (right.metadata.name ?? '') ? -1 : 1))
}
