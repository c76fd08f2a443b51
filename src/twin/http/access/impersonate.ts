/** Acting as somebody else, by header, as far as one may (`staging/src/k8s.io/apiserver/pkg/endpoints/filters/impersonation`). */

import { demandAccess } from '../../access/authorize.ts'
import type { ResourceAccess } from '../../access/policy-rule.ts'
import type { Requester } from '../../api/api.ts'
import { statusError } from '../../api/status-error.ts'
import type { StoreReader } from '../../store.ts'
import type { Incoming } from '../exchange.ts'
import { accountGroups } from './token-issuer.ts'

const EXTRA = 'impersonate-extra-'
const ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/

/** Who the request is judged as. Throws 403 for who may not, and 500 for headers that name nobody, as upstream does. */
export function impersonated(store: StoreReader, requester: Requester, { headers }: Pick<Incoming, 'headers'>): Requester {
  const [user] = headers['impersonate-user'] ?? []
  const groups = headers['impersonate-group'] ?? []
  const [uid] = headers['impersonate-uid'] ?? []
  const extra = Object.entries(headers).flatMap(([name, values = []]) => (name.startsWith(EXTRA) ? [[decodeURIComponent(name.slice(EXTRA.length)), values] as const] : []))
  if (user === undefined) {
    if (groups.length > 0 || uid !== undefined || extra.length > 0) throw statusError('InternalError', 'requested impersonation without impersonating a user')
    return requester
  }
  const demand = (access: Partial<ResourceAccess>): void => demandAccess(store, requester, { verb: 'impersonate', group: '', resource: 'users', subresource: '', name: '', namespace: '', ...access })
  const [, namespace, account] = ACCOUNT.exec(user) ?? []
  demand(namespace === undefined ? { name: user } : { resource: 'serviceaccounts', name: account ?? '', namespace })
  for (const group of groups) demand({ resource: 'groups', name: group })
  for (const [key, values] of extra) for (const value of values) demand({ group: 'authentication.k8s.io', resource: 'userextras', subresource: key, name: value })
  if (uid !== undefined) demand({ group: 'authentication.k8s.io', resource: 'uids', name: uid })
  const own = groups.length > 0 || namespace === undefined ? groups : accountGroups(namespace)
  return { user, groups: withState(user, own), ...(uid === undefined ? {} : { uid }), ...(extra.length === 0 ? {} : { extra: Object.fromEntries(extra) }) }
}

function withState(user: string, groups: readonly string[]): readonly string[] {
  const [known, unknown] = ['system:authenticated', 'system:unauthenticated']
  if (user === 'system:anonymous') return groups.includes(unknown) ? groups : [...groups, unknown]
  return groups.includes(known) || groups.includes(unknown) ? groups : [...groups, known]
}
