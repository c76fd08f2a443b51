import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestDatabase, type TestDatabase } from '../../../test/contract/store-database.ts'
import { createPostgresLedgerStore } from '../../adapters/postgres/ledger-store.ts'
import { createLedger, type Ledger } from '../../audit/ledger.ts'
import type { Keeper } from '../../audit/keeping/keeper.ts'
import { verifyLedger } from '../../audit/verify/verify-ledger.ts'
import { systemClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { readConfig } from '../config.ts'
import { keepLedger } from '../keep-ledger.ts'
import { addKey, ensureKey, keyPlace, readSigners, retireKey } from '../ledger-keys.ts'
import { readSettings } from '../settings/settings.ts'
import type { Check } from './doctor.ts'
import { examineLedger } from './examine-ledger.ts'

/*
 * What the program does with the settings, and what the doctor says of it: keys, anchors and memory are files as they are.
 */

const folder = mkdtempSync(join(tmpdir(), 'boyd-ledger-'))
let server: TestDatabase
let home: string
let homes = 0
let ledger: Ledger
beforeAll(async () => {
  server = await startTestDatabase()
  await server.database.change('alter table boyd.ledger disable trigger all')
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  await server.database.change('truncate boyd.ledger')
  homes += 1
  home = join(folder, `home-${homes}`)
  mkdirSync(home)
  ledger = createLedger({ store: createPostgresLedgerStore(server.database), clock: systemClock() })
})

const settingsFile = (): string => join(home, 'boyd.yaml')
const anchorFile = (): string => join(folder, `volume-${homes}`, 'anchor')
const withAnchor = (): void => writeFileSync(settingsFile(), `ledger: { anchors: [{ type: file, path: ${anchorFile()} }] }\n`)
const settingsOf = () => readSettings(readConfig({ home }, {}).settingsFile).ledger

async function keep(): Promise<Keeper> {
  return keepLedger({ home, settings: settingsOf(), store: createPostgresLedgerStore(server.database), ledgers: { written: ledger, redacted: ledger }, actor: () => Promise.reject(new Error('no cluster is here')), pathOf: (path) => path, clock: systemClock(), log: silentLog() })
}

/** Keeps it for as long as one checkpoint takes. */
async function keptOnce(): Promise<string | undefined> {
  const keeper = await keep()
  const reason = await keeper.whyNoChange({ asked: true })
  await keeper.stop()
  return reason
}

async function examined(): Promise<Readonly<Record<string, Check>>> {
  const checks = await examineLedger({ config: readConfig({ home, databaseUrl: server.url }, {}), log: silentLog() })
  return Object.fromEntries(checks.map((check) => [check.name, check]))
}

describe('the doctor', () => {
  test('before the first start: nothing is wrong, and no anchor is a warning', async () => {
    expect(await examined()).toMatchObject({ 'ledger key': { status: 'ok', detail: 'it is made at the first start' }, ledger: { status: 'ok' }, 'ledger anchors': { status: 'warning', detail: expect.stringContaining('Set ledger.anchors') } })
  })

  test('when all is well, it says what is signed and where', async () => {
    withAnchor()
    expect(await keptOnce()).toBeUndefined()
    expect(await examined()).toMatchObject({
      'ledger key': { status: 'ok', detail: expect.stringMatching(/^[0-9a-f]{8}$/) },
      ledger: { status: 'ok', detail: '2 lines, 1 under the last checkpoint' },
      [`anchor file ${anchorFile()}`]: { status: 'ok', detail: 'it agrees with the first 1 lines' },
    })
  })

  test('an anchor that is away stops changes; the doctor says which and what follows', async () => {
    withAnchor()
    await keptOnce()
    rmSync(join(folder, `volume-${homes}`), { recursive: true })
    writeFileSync(join(folder, `volume-${homes}`), '')
    expect(await keptOnce()).toContain('the ledger is anchored in 0 of the 1 places that are needed')
    expect(await examined()).toMatchObject({ [`anchor file ${anchorFile()}`]: { status: 'failed', detail: expect.stringMatching(/cannot be read.*Is the volume mounted.*No change is sent/) } })
  })

  test('a ledger that was cut is not signed again, by the memory beside it and by the anchor', async () => {
    withAnchor()
    await keptOnce()
    await ledger.append({ type: 'turn-ended', key: 'k', incidentId: '', missionId: '', actor: 'boyd', data: {} })
    await keptOnce()
    await server.database.change('delete from boyd.ledger where seq > 2')
    for (const forget of [() => undefined, () => rmSync(join(home, 'ledger.checkpoint'))]) {
      forget()
      expect(await keptOnce()).toContain('the ledger was cut')
      expect(await examined()).toMatchObject({ [`anchor file ${anchorFile()}`]: { status: 'failed', detail: expect.stringContaining('the ledger was cut') } })
    }
  })

  test.each([
    { name: 'is gone', spoil: (file: string) => renameSync(file, `${file}.lost`), says: 'there is no such file' },
    { name: 'may be read by others', spoil: (file: string) => chmodSync(file, 0o644), says: 'others than its owner may read it' },
    { name: 'holds something else', spoil: (file: string) => appendFileSync(file, 'not a key\n'), says: 'does not hold one or two private keys' },
    { name: 'is another’s', spoil: otherKey, says: 'put it back' },
  ])('a key that $name stops changes and is not replaced', async ({ spoil, says }) => {
    await keptOnce()
    spoil(join(home, 'ledger.key'))
    expect((await keptOnce())?.toLowerCase()).toContain(says)
    expect((await examined())['ledger key']).toMatchObject({ status: 'failed' })
  })

  test('a clock that went back is a warning', async () => {
    await keptOnce()
    const ahead = createLedger({ store: createPostgresLedgerStore(server.database), clock: { now: () => systemClock().now() + 3_600_000 } })
    await ahead.append({ type: 'turn-ended', key: 'ahead', incidentId: '', missionId: '', actor: 'boyd', data: {} })
    expect(await examined()).toMatchObject({ clock: { status: 'warning', detail: expect.stringContaining('the clock went back') } })
  })
})

/** A key that was made elsewhere, for another ledger of the same name. */
function otherKey(file: string): void {
  const place = keyPlace({ home: join(folder, `other-${homes}`), pathOf: (path) => path }, { origin: 'boyd/ledger' })
  ensureKey(place)
  renameSync(place.file, file)
}

describe('the key file', () => {
  test('is the owner’s alone, and a rotation goes over two live keys', async () => {
    await keptOnce()
    const place = keyPlace({ home, pathOf: (path) => path }, settingsOf())
    const [first] = readSigners(place)
    const second = addKey(place)
    expect(readSigners(place).map(({ key }) => key.id)).toEqual([first.key.id, second.id])
    expect(() => addKey(place)).toThrow('two keys are live already')
    await keptOnce()
    retireKey(place, first.key.id)
    expect(() => retireKey(place, second.id)).toThrow('it is the only one')
    expect(() => retireKey(place, first.key.id)).toThrow('no live key has this id')
    expect(await keptOnce()).toBeUndefined()
    expect(readFileSync(place.file, 'utf8').split('\n')).toHaveLength(2)
    expect((await examined())['ledger key']).toMatchObject({ status: 'ok', detail: second.id })
  })

  test('one that the settings name is never made', async () => {
    writeFileSync(settingsFile(), `ledger: { keyFile: ${join(home, 'mounted.key')} }\n`)
    expect(await keptOnce()).toContain('there is no such file')
    expect((await examined())['ledger key']).toMatchObject({ status: 'failed', detail: expect.stringContaining('mounted.key') })
  })

  test('a lost key is replaced when the settings say that it is lost', async () => {
    await keptOnce()
    const place = keyPlace({ home, pathOf: (path) => path }, settingsOf())
    const [{ key: lost }] = readSigners(place)
    rmSync(place.file)
    expect(await keptOnce()).toContain('there is no such file')
    writeFileSync(settingsFile(), `ledger: { lostKeys: ["${lost.id}"] }\n`)
    expect(await keptOnce()).toBeUndefined()
    const [{ key: next }] = readSigners(place)
    const text = (await createPostgresLedgerStore(server.database).read(1, 100)).map((line) => `${line}\n`).join('')
    // Who knew the old key is told; who is given both can follow.
    expect(verifyLedger(text, { keys: [lost] })).toMatchObject({ ok: false, reason: expect.stringContaining('not covered by a checkpoint') })
    expect(verifyLedger(text, { keys: [lost, next], openEnd: true })).toMatchObject({ ok: true, signed: 3 })
  })
})
