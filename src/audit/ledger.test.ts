import { describe, expect, test } from 'vitest'
import { proves } from '../../test/requirements.ts'
import { canonicalJson } from '../kernel/canonical-json.ts'
import type { LedgerEntryInit } from '../model/ledger-entry.ts'
import { leafHash } from './chain.ts'
import { createLedger } from './ledger.ts'
import { createMemoryLedgerStore } from './memory-ledger-store.ts'
import { verifyLedger, type LedgerCheck } from './verify-ledger.ts'

const init = (key: string, data: unknown = { text: 'a "word", ünï', n: 1.5 }): LedgerEntryInit => ({ type: 'effect-applied', key, incidentId: 'inc-1', missionId: 'mis-1', actor: 'boyd', data })

async function ledgerOf(count: number): Promise<string[]> {
  const store = createMemoryLedgerStore()
  let nowMs = 0
  const ledger = createLedger({ store, clock: { now: () => (nowMs += 1_500) } })
  for (let index = 0; index < count; index += 1) await ledger.append(init(`k${index}`))
  return [...(await store.read(1, 1_000))]
}

const lines = await ledgerOf(4)
const text = `${lines.join('\n')}\n`
const head = leafHash(lines[3] ?? '')
const anchor = { entries: 4, head }

function lineOf(check: LedgerCheck): number {
  return check.ok ? 0 : check.line
}

describe('writing', () => {
  test('a line is canonical, numbered, timed and chained', () => {
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

  test('the leaf is that of RFC 6962: SHA-256 of a zero byte and the line', () => {
    // The leaf hash of the empty entry, from the test vectors of Certificate Transparency.
    expect(leafHash('')).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d')
  })
})

describe('verifying', () => {
  test('an intact ledger, as text and as lines; an empty one', () => {
    expect(verifyLedger(text)).toEqual({ ok: true, entries: 4, head })
    expect(verifyLedger(lines, anchor)).toEqual({ ok: true, entries: 4, head })
    expect(verifyLedger('')).toMatchObject({ ok: true, entries: 0 })
  })

  test('every change of one byte is noticed; in the last line it takes an anchor', () => {
    const bytes = Buffer.from(text)
    const lastLineAt = Buffer.byteLength(lines.slice(0, 3).join('\n')) + 1
    const unnoticed: number[] = []
    for (let index = 0; index < bytes.length; index += 1) {
      for (const flip of [1, 2, 32]) {
        const changed = Buffer.from(bytes)
        changed[index] = (changed[index] ?? 0) ^ flip
        const check = verifyLedger(changed.toString('utf8'), index < lastLineAt ? undefined : anchor)
        if (check.ok) unnoticed.push(index)
      }
    }
    expect(unnoticed).toEqual([])
  })

  const [a = '', b = '', c = '', d = ''] = lines
  const edited = (line: string, change: object): string => canonicalJson({ ...(JSON.parse(line) as object), ...change })
  test.each([
    { name: 'a line edited, in canonical form', lines: [a, edited(b, { actor: 'eve' }), c, d], line: 3 },
    { name: 'a line edited and its successor chained to it', lines: [a, edited(b, { actor: 'eve' }), edited(c, { prev: leafHash(edited(b, { actor: 'eve' })) }), d], line: 4 },
    { name: 'the first line removed', lines: [b, c, d], line: 1 },
    { name: 'a line removed', lines: [a, c, d], line: 2 },
    { name: 'a line removed, the rest renumbered', lines: [a, edited(c, { seq: 2 }), edited(d, { seq: 3 })], line: 2 },
    { name: 'a line inserted', lines: [a, b, b, c, d], line: 3 },
    { name: 'an empty line inserted', lines: [a, '', b, c, d], line: 2 },
    { name: 'two lines swapped', lines: [a, c, b, d], line: 2 },
    { name: 'a line printed prettily', lines: [a, JSON.stringify(JSON.parse(b), null, 1).replaceAll('\n', ''), c, d], line: 2 },
    { name: 'a key given twice', lines: [a, b.replace('{', '{"actor":"eve",'), c, d], line: 2 },
    { name: 'a field added', lines: [a, edited(b, { more: 1 }), c, d], line: 2 },
    { name: 'the last line cut short', lines: [a, b, c, d.slice(0, -10)], line: 4 },
  ])('$name: line $line', ({ lines: changed, line }) => {
    proves('nothing-unrecorded.tampering-is-noticed')
    expect(lineOf(verifyLedger(changed))).toBe(line)
  })

  test('lines cut off at the end show against an anchor only', () => {
    proves('nothing-unrecorded.tampering-is-noticed')
    expect(verifyLedger([a, b, c])).toMatchObject({ ok: true, entries: 3 })
    expect(verifyLedger([a, b, c], anchor)).toMatchObject({ ok: false, line: 4 })
    expect(verifyLedger(text.slice(0, -1))).toMatchObject({ ok: false, line: 4 })
  })

  test('a chain made anew shows against an anchor only', () => {
    const forged = [a, b, c, edited(d, { actor: 'eve' })]
    expect(verifyLedger(forged).ok).toBe(true)
    expect(verifyLedger(forged, anchor)).toMatchObject({ ok: false, line: 4 })
  })

  test('a ledger that has grown since the anchor is intact', () => {
    expect(verifyLedger(lines, { entries: 2, head: leafHash(b) }).ok).toBe(true)
    expect(verifyLedger(lines, { entries: 2, head: 'f'.repeat(64) })).toMatchObject({ ok: false, line: 2 })
  })
})
