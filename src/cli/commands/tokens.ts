/** `boyd token`, `boyd people`, `boyd whoami`: who may come in. */

import { Argument, InvalidArgumentError, Option, type Command } from 'commander'
import type { PersonWire, PrincipalWire, TokenWire } from '../../http/contract.ts'
import { ROLES, SCOPES } from '../../model/principal.ts'
import { createClient, type Client, type ClientFlags } from '../client.ts'
import { OUTLINE } from '../outline.ts'
import { withServerFlags } from '../server-flags.ts'
import { colours, note, print, printJson } from '../terminal.ts'

type Flags = ClientFlags & { readonly json?: true }

interface CreateFlags extends Flags {
  readonly label: string
  readonly service?: string
  readonly person?: string
  readonly name?: string
  readonly team?: readonly string[]
  readonly role?: readonly string[]
  readonly scope?: readonly string[]
  readonly days?: number
}

export function addTokenCommands(program: Command): void {
  const token = program.command('token').description(OUTLINE.token.does)
  withServerFlags(token.command('create'))
    .description('make a token; its secret is shown this once')
    .requiredOption('--label <text>', 'what it is for')
    .option('--service <name>', 'for a service: it may read and report, never vote')
    .option('--person <subject>', 'for a person, where there is no identity provider: their name elsewhere, such as an e-mail address')
    .option('--name <name>', 'what people call the person')
    .option('--team <team...>', 'teams of the person')
    .addOption(new Option('--role <role...>', 'what they may do').choices(ROLES))
    .addOption(new Option('--scope <scope...>', 'what the token may be used for').choices(SCOPES))
    .option('--days <n>', 'how long it lives', positive)
    .action(create)
  withServerFlags(token.command('list')).description('list tokens, newest first; an admin sees all').action(list)
  withServerFlags(token.command('revoke')).description('revoke a token, at once').argument('<id>', 'id of the token').action(async (id: string, flags: Flags) => {
    await client(flags).delete(`/api/v1/tokens/${encodeURIComponent(id)}`)
    if (flags.json === true) return printJson({ id, revoked: true })
    print(`${id} is revoked.`)
  })
}

export function addPeopleCommands(program: Command): void {
  withServerFlags(program.command('whoami'))
    .description(OUTLINE.whoami.does)
    .action(async (flags: Flags) => {
      const { principal } = await client(flags).get<{ principal: PrincipalWire }>('/api/v1/me')
      if (flags.json === true) return printJson(principal)
      print(`${colours.bold(principal.name)} (${principal.subject}), a ${principal.kind}\nroles   ${listed(principal.roles)}\nteams   ${listed(principal.teams)}\nscopes  ${listed(principal.scopes)}`)
    })
  withServerFlags(program.command('people'))
    .description(OUTLINE.people.does)
    .addArgument(new Argument('[what]', 'what to do').choices(['list', 'disable', 'enable']).default('list'))
    .argument('[subject]', 'the person')
    .action(people)
}

function client(flags: Flags): Client {
  return createClient(flags, process.env)
}

async function create(flags: CreateFlags): Promise<void> {
  const { label, service, person, name, team: teams, role: roles, scope: scopes, days: expiresInDays } = flags
  const made = await client(flags).post<{ token: TokenWire; secret: string }>('/api/v1/tokens', { label, service, person, name, teams, roles, scopes, expiresInDays })
  if (flags.json === true) return printJson(made)
  note(`${made.token.id} for ${made.token.name}, until ${made.token.expiresAt}. This is shown once:`)
  print(made.secret)
}

async function list(flags: Flags): Promise<void> {
  const { tokens } = await client(flags).get<{ tokens: TokenWire[] }>('/api/v1/tokens')
  if (flags.json === true) return printJson({ tokens })
  if (tokens.length === 0) return print('No tokens.')
  for (const token of tokens) print(`${token.id}  ${stateOf(token)}  ${colours.bold(token.label)}\n  ${token.name} (${token.subject}): ${listed(token.roles)}; for ${listed(token.scopes)}; last used ${token.lastUsedAt?.slice(0, 16) ?? 'never'}`)
}

function stateOf(token: TokenWire): string {
  if (token.revokedAt !== undefined) return colours.red('revoked')
  return `until ${token.expiresAt.slice(0, 10)}`
}

async function people(what: 'list' | 'disable' | 'enable', subject: string | undefined, flags: Flags): Promise<void> {
  if (what === 'list') return listPeople(flags)
  if (subject === undefined) throw new InvalidArgumentError(`whom? boyd people ${what} SUBJECT.`)
  await client(flags).put(`/api/v1/people/${encodeURIComponent(subject)}/disabled`, { disabled: what === 'disable' })
  if (flags.json === true) return printJson({ subject, disabled: what === 'disable' })
  print(what === 'disable' ? `${subject} is shut out.` : `${subject} may come in again.`)
}

async function listPeople(flags: Flags): Promise<void> {
  const { people: known } = await client(flags).get<{ people: PersonWire[] }>('/api/v1/people')
  if (flags.json === true) return printJson({ people: known })
  if (known.length === 0) return print('Nobody has been here yet.')
  for (const person of known) print(`${person.disabled ? colours.red('shut out') : colours.green('may come')}  ${colours.bold(person.name)} (${person.subject}): ${listed(person.roles)}; teams ${listed(person.teams)}; seen ${person.seenAt.slice(0, 16)}`)
}

function listed(words: readonly string[]): string {
  return words.length === 0 ? 'none' : words.join(', ')
}

function positive(text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new InvalidArgumentError('it must be a number above zero.')
}
