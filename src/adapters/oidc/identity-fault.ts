/** What `jose` and `openid-client` throw, as faults: a token that is not good, or a provider that does not answer. */

import { fault, isFault, type Fault } from '../../kernel/fault.ts'

/** Codes of a provider, or a key set, that could not be asked. */
const UNREACHABLE = new Set(['ERR_JWKS_TIMEOUT', 'OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON', 'ERR_JOSE_GENERIC', 'ERR_JWKS_INVALID'])

/** What is said of a token names the rule it broke and never the token. */
export function identityFault(error: unknown, issuer: string): Fault {
  if (isFault(error)) return error
  const { code = '', message = String(error), cause } = (error ?? {}) as { readonly code?: string; readonly message?: string; readonly cause?: unknown }
  if (UNREACHABLE.has(code) || error instanceof TypeError || code === '') {
    const why = cause instanceof Error ? `${message}: ${cause.message}` : message
    return fault({ code: 'unavailable', operation: 'identity provider', subject: issuer, message: why, hint: 'Check auth.oidc.issuer, and that the provider answers; tokens and sessions that exist go on working.', cause: error })
  }
  return fault({ code: 'unauthenticated', operation: 'identity provider', subject: issuer, message: `the proof of identity is not accepted: ${message}`, hint: 'Sign in again; "boyd doctor" shows what is expected of a token.', cause: error })
}
