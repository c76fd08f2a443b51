/**
 * The owner of this machine's Boyd: whoever can read the home folder has its token and is its admin, on this machine
 * only. Its subject is the account that runs the process, so that a name is never what a client says.
 */

import { userInfo } from 'node:os'
import type { Principal } from '../../model/principal.ts'

export function operatorPrincipal(nowMs: number): Principal {
  const account = accountName()
  return { subject: `local:${account}`, name: account, kind: 'person', roles: ['admin'], teams: [], authentication: { method: 'operator-token', atMs: nowMs } }
}

/** Containers run under numbers that no account has. */
function accountName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`
  }
}
