/**
 * Short-lived tokens of a service account, asked for from the API server (TokenRequest).
 *
 * A source asks when a token is first needed and again before it ends, so that whoever waits long (a drain) is not cut
 * off, and whoever does not act holds nothing.
 */

import { parseTimeMs, type Clock } from '../../kernel/clock.ts'
import { fault } from '../../kernel/fault.ts'
import type { ApiClient } from './api-client.ts'

export interface AccountToken {
  readonly namespace: string
  readonly name: string
  readonly seconds: number
  readonly audiences: readonly string[]
}

interface TokenRequest {
  readonly status?: { readonly token?: string; readonly expirationTimestamp?: string }
}

/** A token with less time left than this is asked for anew. */
const RENEW_BEFORE_MS = 60_000

/** Throws the fault of the request; `forbidden` means that the account behind `api` may not mint this token. */
export function tokenSource(options: { readonly api: ApiClient; readonly account: AccountToken; readonly clock: Clock }): () => Promise<string> {
  const { api, account, clock } = options
  let held: { readonly token: string; readonly endsAtMs: number } | undefined
  return async () => {
    if (held === undefined || held.endsAtMs - clock.now() < RENEW_BEFORE_MS) held = await requestToken(api, account, clock)
    return held.token
  }
}

async function requestToken(api: ApiClient, account: AccountToken, clock: Clock): Promise<{ readonly token: string; readonly endsAtMs: number }> {
  const { namespace, name, seconds, audiences } = account
  const subject = `ServiceAccount ${namespace}/${name}`
  const answer = await api.json<TokenRequest>({
    method: 'POST',
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${encodeURIComponent(name)}/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: seconds, ...(audiences.length === 0 ? {} : { audiences }) } },
    operation: 'kubernetes token request',
    subject,
  })
  const token = answer.status?.token
  if (token === undefined) throw fault({ code: 'unavailable', operation: 'kubernetes token request', subject, message: 'the cluster gives no tokens', hint: 'Name a kubeconfig for this identity instead of a service account.', recovery: 'ask-human' })
  return { token, endsAtMs: parseTimeMs(answer.status?.expirationTimestamp) ?? clock.now() + seconds * 1_000 }
}
