import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../kernel/canonical-json.ts'
import type { LedgerEntryInit } from '../model/ledger-entry.ts'
import { leafHash } from './chain.ts'
import { createLedger } from './ledger.ts'
import { createMemoryLedgerStore } from './memory-ledger-store.ts'
import { verifyLedger } from './verify/verify-ledger.ts'

const init = (key: string, data: unknown = { text: 'a "word", ünï', n: 1.5 }): LedgerEntryInit => ({ type: 'snapshot-taken', key, incidentId: 'inc-1', missionId: 'mis-1', actor: 'boyd', data })

async function linesWith(times: readonly number[]): Promise<readonly string[]> {
  const store = createMemoryLedgerStore()
  const left = [...times]
  const ledger = createLedger({ store, clock: { now: () => left.shift() ?? 0 } })
  for (const index of times.keys()) await ledger.append(init(`k${index}`))
  return store.read(1, 1_000)
}

describe('writing', () => {
  test('a line is canonical, numbered, timed and chained', async () => {
    const lines = await linesWith([1_500, 3_000])
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ v: 1, seq: 2, at: '1970-01-01T00:00:03.000Z', prev: leafHash(lines[0] ?? '') })
    expect(lines.map((line) => canonicalJson(JSON.parse(line)))).toEqual(lines)
  })

  test('a key is written once; the second append returns the first entry', async () => {
    const store = createMemoryLedgerStore()
    const ledger = createLedger({ store, clock: { now: () => 1 } })
    const first = await ledger.append(init('k', 'first'))
    const again = await ledger.append(init('k', 'second'))
    expect(again).toEqual({ entry: first.entry, repeated: true })
    expect(await store.read(1, 10)).toHaveLength(1)
  })
})

describe('a clock that goes back', () => {
  test('entries keep their order, the jump is recorded behind the first of them, and verification tells it', async () => {
    const store = createMemoryLedgerStore()
    const times = [7_200_000, 3_600_000, 3_600_000, 3_601_000]
    const ledger = createLedger({ store, clock: { now: () => times.shift() ?? 0 } })
    for (const key of ['before', 'after', 'later']) await ledger.append(init(key))
    const lines = await store.read(1, 10)
    expect(lines.map((line) => (JSON.parse(line) as { key: string }).key)).toEqual(['before', 'after', 'clock/2', 'later'])
    expect(JSON.parse(lines[2] ?? '')).toMatchObject({ type: 'clock-jumped', data: { from: '1970-01-01T02:00:00.000Z', to: '1970-01-01T01:00:00.000Z', seq: 2 } })
    expect(verifyLedger(`${lines.join('\n')}\n`)).toMatchObject({ ok: true, entries: 4, remarks: [{ line: 2, text: 'the clock went back by 3600 s, to 1970-01-01T01:00:00.000Z' }] })
  })

  test('it is noticed after a restart, and the skew between two machines is not', async () => {
    const store = createMemoryLedgerStore()
    await createLedger({ store, clock: { now: () => 10_000 } }).append(init('one'))
    await createLedger({ store, clock: { now: () => 9_500 } }).append(init('two'))
    await createLedger({ store, clock: { now: () => 1_000 } }).append(init('three'))
    expect((await store.read(1, 10)).map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(['snapshot-taken', 'snapshot-taken', 'snapshot-taken', 'clock-jumped'])
  })
})
