/**
 * Tokens of the API. A person makes tokens of their own; an admin makes those of services, and, only where no identity
 * provider knows people, of persons. The secret is in the answer and nowhere else; the ledger says who made what for whom.
 */

import { fault } from '../../kernel/fault.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Ids } from '../../kernel/ids.ts'
import type { ApiToken } from '../../model/api-token.ts'
import type { LedgerEntryInit } from '../../model/ledger-entry.ts'
import { may } from '../../model/permission.ts'
import { normalSubject, SCOPES, type Principal, type Role, type Scope } from '../../model/principal.ts'
import type { Identities } from '../../ports/identities.ts'
import { isAgent } from '../../gate/approvals.ts'
import { newSecret, TOKEN_PREFIX } from '../auth/secret.ts'
import type { AuthSettings } from '../settings/auth.ts'
import { demand } from './demand.ts'

export interface TokenRequest {
  readonly label: string
  /** For a service of this name. */
  readonly service?: string
  /** For another person: their subject. Neither of the two: for oneself. */
  readonly person?: string
  readonly name?: string
  readonly teams?: readonly string[]
  /** Default: those of who asks; needed for others. */
  readonly roles?: readonly Role[]
  readonly scopes?: readonly Scope[]
  readonly expiresInDays?: number
}

export interface TokenParts {
  readonly identities: Identities
  readonly settings: AuthSettings
  readonly wallClock: Pick<Clock, 'now'>
  readonly ids: Pick<Ids, 'next'>
  record(entry: LedgerEntryInit): Promise<unknown>
}

const DAY_MS = 86_400_000
const DAYS_DEFAULT = 30

/** Where people sign in, a token of theirs is good for a day's work: roles taken away there reach it soon. */
const DAYS_OF_SIGNED_IN = 1

/** Fault `forbidden`, or `invalid` for a token that nobody may have. */
export async function createToken(parts: TokenParts, who: Principal, request: TokenRequest): Promise<{ readonly token: ApiToken; readonly secret: string }> {
  const { identities, ids, wallClock } = parts
  const holder = holderOf(parts, who, request)
  const nowMs = wallClock.now()
  const { secret, digest } = newSecret(TOKEN_PREFIX)
  const token: ApiToken = { id: ids.next('tok'), label: request.label, ...holder, createdBy: who.subject, createdAtMs: nowMs, expiresAtMs: nowMs + daysOf(parts, holder, request) * DAY_MS }
  if (holder.kind === 'person' && request.person !== undefined) await identities.sawPerson({ subject: holder.subject, name: holder.name, roles: holder.roles, teams: holder.teams, nowMs })
  await identities.createToken(token, digest)
  const { id, label, kind, subject, roles, teams, scopes, expiresAtMs } = token
  await note(parts, who, { type: 'token-created', key: id, data: { id, label, kind, subject, roles, teams, scopes, expiresAtMs } })
  return { token, secret }
}

type Holder = Pick<ApiToken, 'kind' | 'subject' | 'name' | 'roles' | 'teams' | 'scopes'>

function holderOf(parts: TokenParts, who: Principal, request: TokenRequest): Holder {
  if (who.authentication.method === 'api-token') throw invalid('a token makes no tokens', "Use the operator's token on Boyd's machine, or sign in.")
  if (request.service !== undefined) return serviceHolder(who, request, request.service)
  if (request.person !== undefined) return personHolder(parts, who, request, request.person)
  demand(who, 'own-tokens')
  const roles = request.roles ?? who.roles
  const missing = roles.filter((role) => !who.roles.includes(role) && !who.roles.includes('admin'))
  if (missing.length > 0) throw invalid(`you do not have the role ${missing.join(', ')}`, 'A token never gives more than its maker has.')
  if (who.authentication.method === 'operator-token') throw invalid('whose token shall it be?', 'Say --person SUBJECT or --service NAME: the operator of a machine has its token already.')
  const scopes = (request.scopes ?? SCOPES.filter((scope) => scope !== 'admin')).filter((scope) => who.scopes?.includes(scope) ?? true)
  return { kind: 'person', subject: who.subject, name: who.name, roles, teams: who.teams, scopes }
}

function serviceHolder(who: Principal, request: TokenRequest, service: string): Holder {
  demand(who, 'manage-tokens')
  const { roles = ['viewer'], scopes = ['read'], teams = [] } = request
  const wrong = scopes.filter((scope) => scope === 'approve' || scope === 'admin')
  if (wrong.length > 0) throw invalid(`a service cannot have the scope ${wrong.join(', ')}`, 'Only people approve, and only people give rights.')
  return { kind: 'service', subject: `service:${normalSubject(service)}`, name: service, roles, teams, scopes }
}

function personHolder({ settings }: TokenParts, who: Principal, request: TokenRequest, person: string): Holder {
  demand(who, 'manage-tokens')
  const subject = normalSubject(person)
  if (settings.oidc !== undefined) throw invalid('people have an identity provider here', 'They sign in and make tokens of their own; what is yours to make are tokens of services (--service).')
  if (subject === '' || isAgent(subject) || /^(local|service|link):/.test(subject)) throw invalid(`"${person}" cannot be a person's subject`, 'Take the name they have elsewhere, such as their e-mail address.')
  if (request.roles === undefined) throw invalid('a token of a person needs roles', 'Say --role viewer, responder, approver or admin.')
  const scopes = request.scopes ?? SCOPES.filter((scope) => scope !== 'admin' || request.roles?.includes('admin') === true)
  return { kind: 'person', subject, name: request.name ?? person, roles: request.roles, teams: request.teams ?? [], scopes }
}

function daysOf({ settings }: TokenParts, holder: Holder, request: TokenRequest): number {
  const max = settings.oidc !== undefined && holder.kind === 'person' ? DAYS_OF_SIGNED_IN : settings.tokenDaysMax
  const days = request.expiresInDays ?? Math.min(DAYS_DEFAULT, max)
  if (days > max) throw invalid(`a token of this kind lives ${max} days at most`, 'Ask for fewer days (auth.tokenDaysMax is the limit of the site).')
  return days
}

/** Everybody sees their own; an admin sees all. */
export async function listTokens(parts: TokenParts, who: Principal): Promise<readonly ApiToken[]> {
  demand(who, 'read')
  const tokens = await parts.identities.tokens()
  return may(who, 'manage-tokens') ? tokens : tokens.filter((token) => token.subject === who.subject)
}

/** One's own, or any as an admin. Fault `not-found` for a token that is not there, or not for this person to see. */
export async function revokeToken(parts: TokenParts, who: Principal, id: string): Promise<void> {
  const token = (await listTokens(parts, who)).find((one) => one.id === id)
  if (token === undefined) throw fault({ code: 'not-found', operation: 'revoke token', subject: id, message: 'there is no such token', hint: 'boyd token list shows them.' })
  if (await parts.identities.revokeToken(id, parts.wallClock.now())) await note(parts, who, { type: 'token-revoked', key: id, data: { id, label: token.label, subject: token.subject } })
}

async function note({ record }: TokenParts, who: Principal, entry: { readonly type: 'token-created' | 'token-revoked'; readonly key: string; readonly data: object }): Promise<void> {
  await record({ ...entry, key: `${entry.key}/${entry.type}`, incidentId: '', missionId: '', actor: who.subject })
}

function invalid(message: string, hint: string): Error {
  return fault({ code: 'invalid', operation: 'make a token', message, hint })
}
