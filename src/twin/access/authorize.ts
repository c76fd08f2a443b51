/**
 * May they? RBAC as the real server evaluates it: what no rule allows is refused. The group `system:masters` may do everything, and so
 * may who has no groups at all: the control plane's own parts, and whoever holds the twin in hand (every rehearsal).
 */

import type { Requester } from '../api/api.ts'
import { statusError, resourceText, type ApiFault } from '../api/status-error.ts'
import type { StoreReader } from '../store.ts'
import { isPathAccess, ruleAllows, type Access } from './policy-rule.ts'
import { resolveRules } from './resolve-rules.ts'

export interface Permission {
  readonly allowed: boolean
  /** Which binding allows it, or what could not be found on the way; empty where there is nothing to say. */
  readonly reason: string
}

export function isMaster({ groups }: Requester): boolean {
  return groups === undefined || groups.includes('system:masters')
}

export function authorize(store: StoreReader, requester: Requester, access: Access): Permission {
  if (isMaster(requester)) return { allowed: true, reason: '' }
  const errors: string[] = []
  for (const resolved of resolveRules(store, requester, isPathAccess(access) ? '' : access.namespace)) {
    if (resolved.type === 'error') errors.push(resolved.message)
    else if (ruleAllows(resolved.rule, access)) return { allowed: true, reason: `RBAC: allowed by ${resolved.source}` }
  }
  return { allowed: false, reason: errors.length === 0 ? '' : `RBAC: ${aggregate(errors)}` }
}

/** Throws the 403 that a client gets, in the words of `endpoints/handlers/responsewriters/errors.go`. */
export function demandAccess(store: StoreReader, requester: Requester, access: Access): void {
  const { allowed, reason } = authorize(store, requester, access)
  if (!allowed) throw refusal(requester, access, reason)
}

function refusal({ user }: Requester, access: Access, reason: string): ApiFault {
  const tail = reason === '' ? '' : `: ${reason}`
  if (isPathAccess(access)) return statusError('Forbidden', `forbidden: User "${user}" cannot ${access.verb} path "${access.path}"${tail}`, {})
  const { verb, group, resource, subresource, name, namespace } = access
  const target = resourceText({ group, plural: resource }) + (name === '' ? '' : ` "${name}"`)
  const what = subresource === '' ? resource : `${resource}/${subresource}`
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`
  const details = { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), kind: resource }
  return statusError('Forbidden', `${target} is forbidden: User "${user}" cannot ${verb} resource "${what}" in API group "${group}" ${where}${tail}`, details)
}

/** As Go joins several errors into one, each once. */
function aggregate(errors: readonly string[]): string {
  const once = [...new Set(errors)]
  return once.length === 1 ? (once[0] ?? '') : `[${once.join(', ')}]`
}
