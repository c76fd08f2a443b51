/**
 * Who comes in: by a token that the server was started with, or by one of a service account. There are no anonymous requests, but
 * for the health of the server. The token may stand in the path (see `serve-twin.ts`).
 */

import { timingSafeEqual } from 'node:crypto'
import type { Requester } from '../../api/api.ts'
import { statusError } from '../../api/status-error.ts'
import type { Incoming } from '../exchange.ts'
import type { TokenIssuer } from './token-issuer.ts'

/** Somebody whose token the server was started with. */
export interface StaticAccount extends Required<Pick<Requester, 'user' | 'groups'>> {
  readonly token: string
}

const OPEN_PATHS = /^\/(healthz|livez|readyz|version)(\/|$)/
const ANONYMOUS: Requester = { user: 'system:anonymous', groups: ['system:unauthenticated'] }
const TOKEN_PATH = /^\/token\/([^/]+)(\/.*)?$/

/** The request under the path that was meant, and who makes it. Throws 401. */
export function authenticate(incoming: Incoming, known: { readonly accounts: readonly StaticAccount[]; readonly issuer: TokenIssuer }): { readonly incoming: Incoming; readonly requester: Requester } {
  const [, inPath, path = '/'] = TOKEN_PATH.exec(incoming.path) ?? []
  const meant = inPath === undefined ? incoming : { ...incoming, path }
  const [, inHeader] = /^Bearer (.+)$/i.exec(incoming.headers['authorization']?.[0] ?? '') ?? []
  const token = inPath ?? inHeader
  const requester = token === undefined ? undefined : (byStatic(known.accounts, token) ?? known.issuer.verify(token)?.requester)
  if (requester !== undefined) return { incoming: meant, requester }
  if (OPEN_PATHS.test(meant.path)) return { incoming: meant, requester: ANONYMOUS }
  throw statusError('Unauthorized', 'Unauthorized')
}

function byStatic(accounts: readonly StaticAccount[], token: string): Requester | undefined {
  const found = accounts.filter((account) => isSame(token, account.token))[0]
  return found === undefined ? undefined : { user: found.user, groups: found.groups }
}

/** Takes as long for a wrong guess as for a right one. */
function isSame(given: string, wanted: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(wanted)]
  return left.length === right.length && timingSafeEqual(left, right)
}
