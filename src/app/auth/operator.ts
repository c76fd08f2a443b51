/**
 * The owner of this machine's Boyd: whoever can read the home folder has its token and is its admin, on this machine
 * only. Its subject is the account that runs the process, or whom the settings name, so that it is never what a client says.
 */

import { userInfo } from 'node:os'
import type { Principal, Scope } from '../../model/principal.ts'
import type { AuthSettings } from '../settings/auth.ts'

/** A file proves an account and no person: where people can sign in, it approves nothing until the settings say whose it is. */
const WITHOUT_APPROVAL: readonly Scope[] = ['read', 'alerts', 'respond', 'admin']

export function operatorPrincipal(settings: AuthSettings, nowMs: number): Principal {
  const account = accountName()
  const { subject, teams } = settings.operator
  return {
    subject: operatorSubject(settings),
    name: account,
    kind: 'person',
    roles: ['admin'],
    teams,
    authentication: { method: 'operator-token', atMs: nowMs },
    ...(settings.oidc !== undefined && subject === undefined ? { scopes: WITHOUT_APPROVAL } : {}),
  }
}

/** Whom the operator's token speaks for. */
export function operatorSubject({ operator }: AuthSettings): string {
  return operator.subject ?? `local:${accountName()}`
}

/** Containers run under numbers that no account has. */
function accountName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`
  }
}
