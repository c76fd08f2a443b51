import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPostgresIdentities } from '../../src/adapters/postgres/identities.ts'
import type { ApiToken } from '../../src/model/api-token.ts'
import type { Identities } from '../../src/ports/identities.ts'
import { startTestDatabase, type TestDatabase } from './store-database.ts'

let server: TestDatabase
let identities: Identities
beforeAll(async () => {
  server = await startTestDatabase()
  identities = createPostgresIdentities(server.database)
})
afterAll(() => server.stop())

const times = <T>(count: number, work: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => work(index))

function tokenOf(id: string): ApiToken {
  return { id, label: 'for tests', kind: 'service', subject: `service:${id}`, name: id, roles: ['viewer'], teams: [], scopes: ['read'], createdBy: 'ada', createdAtMs: 1, expiresAtMs: 1_000 }
}

describe('tokens', () => {
  test('are found by the digest of their secret, newest first in the list', async () => {
    await identities.createToken(tokenOf('tok-1'), 'sha256:1')
    await identities.createToken(tokenOf('tok-2'), 'sha256:2')
    expect(await identities.tokenByDigest('sha256:1')).toEqual(tokenOf('tok-1'))
    expect(await identities.tokenByDigest('sha256:3')).toBeUndefined()
    expect((await identities.tokens()).map(({ id }) => id)).toEqual(['tok-2', 'tok-1'])
  })

  test('are revoked once, and say when they were used last', async () => {
    await identities.createToken(tokenOf('tok-3'), 'sha256:3')
    await identities.usedToken('tok-3', 20)
    await identities.usedToken('tok-3', 10)
    expect([await identities.revokeToken('tok-3', 30), await identities.revokeToken('tok-3', 40), await identities.revokeToken('tok-none', 40)]).toEqual([true, false, false])
    expect(await identities.tokenByDigest('sha256:3')).toMatchObject({ lastUsedAtMs: 20, revokedAtMs: 30 })
  })
})

describe('people', () => {
  const ann = { subject: 'Ann@Example.com', name: 'Ann', teams: ['shop'] }

  test('are one however their subject is written; the approver role has a beginning, and a break begins it anew', async () => {
    expect(await identities.sawPerson({ ...ann, roles: ['viewer'], nowMs: 10 })).toEqual({ subject: 'ann@example.com', name: 'Ann', teams: ['shop'], roles: ['viewer'], seenAtMs: 10, disabled: false })
    expect(await identities.sawPerson({ ...ann, roles: ['approver'], nowMs: 20 })).toMatchObject({ approverSinceMs: 20 })
    expect(await identities.sawPerson({ ...ann, subject: 'ann@example.com ', roles: ['admin'], nowMs: 30 })).toMatchObject({ approverSinceMs: 20, seenAtMs: 30 })
    expect((await identities.sawPerson({ ...ann, roles: [], nowMs: 40 })).approverSinceMs).toBeUndefined()
    expect(await identities.sawPerson({ ...ann, roles: ['approver'], nowMs: 50 })).toMatchObject({ approverSinceMs: 50 })
    expect(await identities.people()).toHaveLength(1)
  })

  test('who is shut out stays so, whatever is said at the next sign-in', async () => {
    expect(await identities.disablePerson('nobody', true)).toBe(false)
    expect(await identities.disablePerson(' ANN@example.com', true)).toBe(true)
    expect(await identities.sawPerson({ ...ann, roles: ['approver'], nowMs: 60 })).toMatchObject({ disabled: true })
    await identities.disablePerson('ann@example.com', false)
    expect(await identities.person('Ann@Example.com')).toMatchObject({ disabled: false })
  })

  test('many first sightings at once are one person', async () => {
    await Promise.all(times(20, (index) => identities.sawPerson({ subject: 'bob', name: 'Bob', roles: ['approver'], teams: [], nowMs: 100 + index })))
    expect((await identities.people()).filter(({ subject }) => subject === 'bob')).toHaveLength(1)
  })
})

describe('what is kept for a while', () => {
  test('a key is taken by the first, and free again after its taker', async () => {
    expect(await Promise.all(times(50, (index) => identities.keep('once', index, 1_000)))).toEqual(expect.arrayContaining([true]))
    expect((await Promise.all(times(50, (index) => identities.keep('once', index, 1_000)))).every((kept) => !kept)).toBe(true)
    const taken = await Promise.all(times(100, () => identities.take('once', 10)))
    expect(taken.filter((value) => value !== undefined)).toHaveLength(1)
    expect(await identities.kept('once', 10)).toBeUndefined()
    expect(await identities.keep('once', 'again', 1_000)).toBe(true)
  })

  test('is gone once its time is up', async () => {
    await identities.keep('short', { a: 1 }, 1_000)
    expect([await identities.kept('short', 999), await identities.kept('short', 1_000), await identities.take('short', 1_000)]).toEqual([{ a: 1 }, undefined, undefined])
  })
})
