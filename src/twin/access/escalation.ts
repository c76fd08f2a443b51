/**
 * Nobody may give what they do not have: writing a role needs every right in it (or the verb `escalate`), binding one needs the rights
 * of the role (or the verb `bind`). Sources: `pkg/registry/rbac/{clusterrole,role,clusterrolebinding,rolebinding}/policybased` and
 * `component-helpers/auth/rbac/validation/policy_comparator.go`.
 */

import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { Requester } from '../api/api.ts'
import type { Resource } from '../api/resource.ts'
import { forbidden, statusError } from '../api/status-error.ts'
import type { StoreReader } from '../store.ts'
import { authorize, isMaster } from './authorize.ts'
import { urlCovers, type PolicyRule } from './policy-rule.ts'
import { resolveRules, rulesOfRole, type RoleReference } from './resolve-rules.ts'

const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
]

export interface RoleWrite {
  readonly store: StoreReader
  readonly requester: Requester
  readonly resource: Resource
  readonly next: KubeObject
  readonly before?: KubeObject
}

/** Throws 403 for a role or binding that would give more than its writer has. Other kinds pass. */
export function refuseEscalation(write: RoleWrite): void {
  const { requester, resource, next, before } = write
  if (resource.group !== 'rbac.authorization.k8s.io' || isMaster(requester)) return
  if (before !== undefined && isSameRights(before, next)) return
  if (resource.kind === 'Role' || resource.kind === 'ClusterRole') refuseRole(write)
  else refuseBinding(write)
}

function isSameRights(before: KubeObject, next: KubeObject): boolean {
  return ['rules', 'aggregationRule', 'roleRef', 'subjects'].every((field) => jsonEqual(before[field], next[field]))
}

function refuseRole(write: RoleWrite): void {
  const { store, requester, resource, next, before } = write
  const { name = '', namespace = '' } = next.metadata
  if (authorize(store, requester, { verb: 'escalate', group: resource.group, resource: resource.plural, subresource: '', name, namespace }).allowed) return
  confirm(write, (next['rules'] ?? []) as readonly PolicyRule[])
  const isAggregated = [next, before].some((role) => ((role?.['aggregationRule'] as { clusterRoleSelectors?: readonly object[] } | undefined)?.clusterRoleSelectors ?? []).length > 0)
  if (isAggregated && missingOf(write, EVERYTHING).length > 0) throw forbidden(resource, name, 'must have cluster-admin privileges to use the aggregationRule')
}

function refuseBinding(write: RoleWrite): void {
  const { store, requester, next } = write
  const { namespace = '' } = next.metadata
  const reference = (next['roleRef'] ?? {}) as RoleReference
  const { kind = '', name = '' } = reference
  const plural = kind === 'Role' ? 'roles' : 'clusterroles'
  if (authorize(store, requester, { verb: 'bind', group: write.resource.group, resource: plural, subresource: '', name, namespace }).allowed) return
  const rules = rulesOfRole(store, reference, namespace)
  if ('missing' in rules) throw statusError('NotFound', rules.missing, { name, group: write.resource.group, kind: kind.toLowerCase() })
  confirm(write, rules)
}

function confirm(write: RoleWrite, rules: readonly PolicyRule[]): void {
  const missing = missingOf(write, rules)
  if (missing.length === 0) return
  const { user, groups = [] } = write.requester
  const lines = [...new Set(compact(missing).map(ruleText))].sort()
  throw forbidden(write.resource, write.next.metadata.name ?? '', `user ${quoted(user)} (groups=${quotedList(groups)}) is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}`)
}

function missingOf({ store, requester, next }: RoleWrite, rules: readonly PolicyRule[]): readonly PolicyRule[] {
  const own = [...resolveRules(store, requester, next.metadata.namespace ?? '')].flatMap((resolved) => (resolved.type === 'rule' ? [resolved.rule] : []))
  return rules.flatMap(parts).filter((part) => !own.some((rule) => covers(rule, part)))
}

/** Each right by itself: one verb, one group, one resource, at most one name. */
function parts({ verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule): PolicyRule[] {
  const names = resourceNames.length === 0 ? [{}] : resourceNames.map((name) => ({ resourceNames: [name] }))
  const ofObjects = apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.flatMap((verb) => names.map((name) => ({ verbs: [verb], apiGroups: [group], resources: [resource], ...name })))))
  return [...ofObjects, ...nonResourceURLs.flatMap((url) => verbs.map((verb) => ({ verbs: [verb], nonResourceURLs: [url] })))]
}

function covers(owner: PolicyRule, part: PolicyRule): boolean {
  const has = (list: readonly string[] | undefined, wanted: string | undefined): boolean => wanted === undefined || list?.includes('*') === true || list?.includes(wanted) === true
  if (!has(owner.verbs, part.verbs[0])) return false
  const [url] = part.nonResourceURLs ?? []
  if (url !== undefined) return (owner.nonResourceURLs ?? []).some((own) => urlCovers(own, url))
  const [resource = ''] = part.resources ?? []
  const isResource = has(owner.resources, resource) || (resource.includes('/') && owner.resources?.includes(`*/${resource.slice(resource.indexOf('/') + 1)}`) === true)
  const isNamed = (owner.resourceNames ?? []).length === 0 || (part.resourceNames !== undefined && owner.resourceNames?.includes(part.resourceNames[0] ?? '') === true)
  return has(owner.apiGroups, part.apiGroups?.[0]) && isResource && isNamed
}

/** Rights on objects that differ in the verb only are told as one. */
function compact(rules: readonly PolicyRule[]): PolicyRule[] {
  const byTarget = new Map<string, PolicyRule>()
  for (const rule of rules) {
    const { verbs, ...target } = rule
    const key = JSON.stringify(rule.nonResourceURLs === undefined ? target : rule)
    byTarget.set(key, { ...rule, verbs: [...(byTarget.get(key)?.verbs ?? []), ...verbs] })
  }
  return [...byTarget.values()]
}

function ruleText({ apiGroups, resources, nonResourceURLs, resourceNames, verbs }: PolicyRule): string {
  const fields = { APIGroups: apiGroups, Resources: resources, NonResourceURLs: nonResourceURLs, ResourceNames: resourceNames, Verbs: verbs }
  return `{${Object.entries(fields).flatMap(([name, list]) => (list === undefined || list.length === 0 ? [] : [`${name}:${quotedList(list)}`])).join(', ')}}`
}

function quoted(text: string): string {
  return JSON.stringify(text)
}

/** As Go prints a list with `%q`. */
function quotedList(list: readonly string[]): string {
  return `[${list.map(quoted).join(' ')}]`
}
