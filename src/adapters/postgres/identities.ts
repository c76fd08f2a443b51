/** Tokens, people and keepsakes on PostgreSQL. A person's row is locked while it changes; a keepsake has one taker. */

import type { ApiToken } from '../../model/api-token.ts'
import { seen, type Person, type Sighting } from '../../model/person.ts'
import { normalSubject } from '../../model/principal.ts'
import type { Identities } from '../../ports/identities.ts'
import type { Database, Sql } from './pool.ts'

/** `database` must be migrated. */
export function createPostgresIdentities(database: Database): Identities {
  return { ...tokenStore(database), ...peopleStore(database), ...keepsakeStore(database) }
}

interface TokenRow {
  readonly data: ApiToken
  readonly last_used_at_ms: number | null
  readonly revoked_at_ms: number | null
}

const TOKEN_COLUMNS = 'data, last_used_at_ms, revoked_at_ms'

function tokenStore(database: Database): Pick<Identities, 'createToken' | 'tokens' | 'tokenByDigest' | 'revokeToken' | 'usedToken'> {
  return {
    async createToken(token, digest) {
      await database.change('insert into boyd.tokens (id, digest, data) values ($1, $2, $3)', [token.id, digest, JSON.stringify(token)])
    },
    tokens: async () => (await database.rows<TokenRow>(`select ${TOKEN_COLUMNS} from boyd.tokens order by seq desc`)).map(tokenOf),
    async tokenByDigest(digest) {
      const [row] = await database.rows<TokenRow>(`select ${TOKEN_COLUMNS} from boyd.tokens where digest = $1`, [digest])
      return row === undefined ? undefined : tokenOf(row)
    },
    revokeToken: async (id, nowMs) => (await database.change('update boyd.tokens set revoked_at_ms = $2 where id = $1 and revoked_at_ms is null', [id, nowMs])) === 1,
    async usedToken(id, nowMs) {
      await database.change('update boyd.tokens set last_used_at_ms = $2 where id = $1 and (last_used_at_ms is null or last_used_at_ms < $2)', [id, nowMs])
    },
  }
}

function tokenOf({ data, last_used_at_ms: lastUsedAtMs, revoked_at_ms: revokedAtMs }: TokenRow): ApiToken {
  return { ...data, ...(lastUsedAtMs === null ? {} : { lastUsedAtMs }), ...(revokedAtMs === null ? {} : { revokedAtMs }) }
}

function peopleStore(database: Database): Pick<Identities, 'sawPerson' | 'person' | 'people' | 'disablePerson'> {
  return {
    sawPerson: (sighting) => database.transaction((sql) => writeSighting(sql, sighting)),
    person: (subject) => findPerson(database, subject),
    people: async () => (await database.rows<{ data: Person }>('select data from boyd.people order by subject')).map(({ data }) => data),
    async disablePerson(subject, disabled) {
      return (await database.change("update boyd.people set data = jsonb_set(data, '{disabled}', $2::jsonb) where subject = $1", [normalSubject(subject), JSON.stringify(disabled)])) === 1
    },
  }
}

async function writeSighting(sql: Sql, sighting: Sighting): Promise<Person> {
  // Two first sightings at once have no row to lock yet.
  await sql.rows('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`boyd person ${normalSubject(sighting.subject)}`])
  const person = seen(await findPerson(sql, sighting.subject), sighting)
  await sql.change('insert into boyd.people (subject, data) values ($1, $2) on conflict (subject) do update set data = excluded.data', [person.subject, JSON.stringify(person)])
  return person
}

async function findPerson(sql: Sql, subject: string): Promise<Person | undefined> {
  return (await sql.rows<{ data: Person }>('select data from boyd.people where subject = $1', [normalSubject(subject)]))[0]?.data
}

function keepsakeStore(database: Database): Pick<Identities, 'keep' | 'kept' | 'take'> {
  return {
    keep: (key, value, expiresAtMs) => keep(database, { key, value, expiresAtMs }),
    kept: async <T>(key: string, nowMs: number) => (await database.rows<{ value: T }>('select value from boyd.keepsakes where key = $1 and expires_at_ms > $2', [key, nowMs]))[0]?.value,
    take: async <T>(key: string, nowMs: number) => {
      const [row] = await database.rows<{ value: T; expires_at_ms: number }>('delete from boyd.keepsakes where key = $1 returning value, expires_at_ms', [key])
      return row !== undefined && row.expires_at_ms > nowMs ? row.value : undefined
    },
  }
}

/** A day past its time a keepsake is swept: by then no clock of ours still counts it as alive, and no replay of its key is believed. */
const SWEEP_AFTER_MS = 86_400_000

async function keep(database: Database, kept: { readonly key: string; readonly value: unknown; readonly expiresAtMs: number }): Promise<boolean> {
  await database.change('delete from boyd.keepsakes where expires_at_ms < $1', [kept.expiresAtMs - SWEEP_AFTER_MS])
  return (await database.change('insert into boyd.keepsakes (key, value, expires_at_ms) values ($1, $2, $3) on conflict (key) do nothing', [kept.key, JSON.stringify(kept.value ?? null), kept.expiresAtMs])) === 1
}
