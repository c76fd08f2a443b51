/**
 * From an identity to a principal: what the identity provider said last, with the site's own word beside it, and an
 * admin's ban above both.
 */

import type { Clock } from '../../kernel/clock.ts'
import { fault } from '../../kernel/fault.ts'
import { approves, type Person } from '../../model/person.ts'
import { normalSubject, ROLES, type Authentication, type Principal, type Role } from '../../model/principal.ts'
import type { Identities } from '../../ports/identities.ts'
import type { AuthSettings } from '../settings/auth.ts'
import { operatorSubject } from './operator.ts'
import type { Identity } from './claims.ts'

export interface KnownPeople {
  /** Somebody proved who they are, just now. Fault `unauthenticated` for who is shut out. */
  arrived(identity: Identity, authentication: Authentication): Promise<Principal>
  /** Somebody who proved it before, or whom the site's settings name; undefined for who is not known. */
  returned(subject: string, authentication: Authentication): Promise<Principal | undefined>
  /** Why a vote of this person no longer counts; undefined while it does. */
  whyNoApprover(subject: string): Promise<string | undefined>
}

interface PeopleParts {
  readonly identities: Pick<Identities, 'person' | 'sawPerson'>
  readonly settings: AuthSettings
  /** The wall clock. */
  readonly clock: Pick<Clock, 'now'>
}

export function createKnownPeople(parts: PeopleParts): KnownPeople {
  const { identities, settings } = parts
  return {
    async arrived(identity, authentication) {
      const person = await writtenDown(parts, identity)
      return principalOf({ settings, subject: identity.subject, person, authentication })
    },
    async returned(subject, authentication) {
      const person = await identities.person(subject)
      if (person === undefined && siteWord(settings, subject) === undefined) return undefined
      return principalOf({ settings, subject, authentication, ...(person === undefined ? {} : { person }) })
    },
    async whyNoApprover(subject) {
      const person = await identities.person(subject)
      if (person?.disabled === true) return `${person.name} was shut out`
      // The owner of the machine is in no directory.
      if (normalSubject(subject) === normalSubject(operatorSubject(settings))) return undefined
      return approves(rolesOf(settings, subject, person)) ? undefined : `${person?.name ?? subject} is no approver any more`
    },
  }
}

/** A request each second is no news: the row is written when something changed, and once a while to say "still here". */
const STILL_HERE_MS = 60_000

async function writtenDown({ identities, clock }: PeopleParts, identity: Identity): Promise<Person> {
  const before = await identities.person(identity.subject)
  const same = before !== undefined && before.name === identity.name && sameList(before.roles, identity.roles) && sameList(before.teams, identity.teams)
  if (same && clock.now() - before.seenAtMs < STILL_HERE_MS) return before
  return identities.sawPerson({ ...identity, nowMs: clock.now() })
}

function sameList(left: readonly string[], right: readonly string[]): boolean {
  return left.join('\n') === right.join('\n')
}

interface Found {
  readonly settings: AuthSettings
  readonly subject: string
  readonly person?: Person
  readonly authentication: Authentication
}

function principalOf({ settings, subject, person, authentication }: Found): Principal {
  if (person?.disabled === true) throw fault({ code: 'unauthenticated', operation: 'sign in', subject, message: `${person.name} was shut out by an admin`, hint: 'An admin lets people in again with "boyd people enable".' })
  const site = siteWord(settings, subject)
  const bySite = approves(site?.roles ?? [])
  const since = person?.approverSinceMs
  return {
    subject: normalSubject(subject),
    name: site?.name ?? person?.name ?? subject,
    kind: 'person',
    roles: rolesOf(settings, subject, person),
    teams: [...new Set([...(person?.teams ?? []), ...(site?.teams ?? [])])],
    authentication,
    ...(bySite || since === undefined ? {} : { approverSinceMs: since }),
  }
}

function rolesOf(settings: AuthSettings, subject: string, person: Person | undefined): Role[] {
  const held = [...(person?.roles ?? []), ...(siteWord(settings, subject)?.roles ?? [])]
  return ROLES.filter((role) => held.includes(role))
}

function siteWord(settings: AuthSettings, subject: string): AuthSettings['people'][number] | undefined {
  return settings.people.find((person) => normalSubject(person.subject) === normalSubject(subject))
}
