/** A person as Boyd last saw them: by a sign-in, or by the admin's word where there is no identity provider. */

import { normalSubject, type Role } from './principal.ts'

export interface Person {
  readonly subject: string
  readonly name: string
  readonly roles: readonly Role[]
  readonly teams: readonly string[]
  /** Since when a role that approves is held without a break; absent while none is. */
  readonly approverSinceMs?: number
  readonly seenAtMs: number
  /** Shut out by an admin, whatever the identity provider says. */
  readonly disabled: boolean
}

export type Sighting = Pick<Person, 'subject' | 'name' | 'roles' | 'teams'> & { readonly nowMs: number }

/** The person after a sighting: a role that was there before keeps its time, a new one begins now. */
export function seen(before: Person | undefined, sighting: Sighting): Person {
  const { name, roles, teams, nowMs } = sighting
  const since = approves(roles) ? { approverSinceMs: before?.approverSinceMs ?? nowMs } : {}
  return { subject: normalSubject(sighting.subject), name, roles, teams, seenAtMs: nowMs, disabled: before?.disabled ?? false, ...since }
}

export function approves(roles: readonly Role[]): boolean {
  return roles.includes('approver') || roles.includes('admin')
}
