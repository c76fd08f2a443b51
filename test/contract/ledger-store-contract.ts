/** What every `LedgerStore` must do. Run over each adapter by its test file. */

import { beforeAll, describe, expect, test } from 'vitest'
import type { BuiltLine, LedgerStore, LedgerTip } from '../../src/ports/ledger-store.ts'

/** A line as the ledger makes it, as far as a store looks: seq, incident, and a hash over the one before. */
function builder(incidentId: string, text = ''): (tip: LedgerTip | undefined) => BuiltLine {
  return (tip) => {
    const seq = tip === undefined ? 1 : tip.seq + 1
    const prev = tip?.hash ?? 'none'
    return { line: JSON.stringify({ incidentId, prev, seq, text }), hash: `${seq}<${prev.slice(0, 20)}`, incidentId }
  }
}

interface Line {
  readonly seq: number
  readonly prev: string
  readonly incidentId: string
  readonly text: string
}

function parse(lines: readonly string[]): readonly Line[] {
  return lines.map((line) => JSON.parse(line) as Line)
}

/** `open` gives an empty store each time it is called. */
export function ledgerStoreContract(name: string, open: () => Promise<LedgerStore>): void {
  describe(`ledger store contract: ${name}`, () => {
    let store: LedgerStore
    beforeAll(async () => {
      store = await open()
    })

    test('the first line has no tip; each next one has the line before it as tip', async () => {
      const tips: (LedgerTip | undefined)[] = []
      for (const key of ['a', 'b', 'c']) {
        await store.append(key, (tip) => {
          tips.push(tip)
          return builder('inc-1')(tip)
        })
      }
      expect(tips).toEqual([undefined, expect.objectContaining({ seq: 1, hash: '1<none' }), expect.objectContaining({ seq: 2, hash: '2<1<none', line: expect.stringContaining('"seq":2') })])
    })

    test('a key that was appended returns the stored line and builds nothing', async () => {
      const first = await store.append('once', builder('inc-1', 'first'))
      const again = await store.append('once', () => {
        throw new Error('built a second time')
      })
      expect(first.repeated).toBe(false)
      expect(again).toEqual({ line: first.line, repeated: true })
    })

    test('what build throws is rethrown, and nothing is written', async () => {
      const before = await store.read(0, 1_000)
      await expect(
        store.append('broken', () => {
          throw new Error('cannot build')
        }),
      ).rejects.toThrow('cannot build')
      expect(await store.read(0, 1_000)).toEqual(before)
      expect((await store.append('broken', builder('inc-1'))).repeated).toBe(false)
    })

    test('100 appends at once make one unbroken chain', async () => {
      await Promise.all(Array.from({ length: 100 }, (_, index) => store.append(`many-${index}`, builder(`inc-${index % 3}`))))
      const lines = parse(await store.read(0, 1_000))
      expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1))
      const expected = lines.map((_, index) => (index === 0 ? 'none' : `${index}<${lines[index - 1]?.prev.slice(0, 20)}`))
      expect(lines.map(({ prev }) => prev)).toEqual(expected)
    })

    test('20 appends of one key at once write one line', async () => {
      const before = (await store.read(0, 1_000)).length
      const results = await Promise.all(Array.from({ length: 20 }, () => store.append('race', builder('inc-1'))))
      expect(results.filter(({ repeated }) => !repeated)).toHaveLength(1)
      expect(new Set(results.map(({ line }) => line)).size).toBe(1)
      expect(await store.read(0, 1_000)).toHaveLength(before + 1)
    })

    test('read takes a window, in order', async () => {
      const all = await store.read(0, 1_000)
      expect(await store.read(5, 3)).toEqual(all.slice(4, 7))
      expect(await store.read(all.length + 1, 10)).toEqual([])
    })

    test('the lines of an incident are its own, in order, byte for byte', async () => {
      const odd = 'tab\t nul\u0000 漢字 "\\u0000"'
      const { line } = await store.append('odd', builder('inc-odd', odd))
      await store.append('other', builder('inc-other'))
      const last = await store.append('odd-2', builder('inc-odd', 'second'))
      expect(await store.ofIncident('inc-odd')).toEqual([line, last.line])
      expect(parse([line])[0]?.text).toBe(odd)
      expect(await store.ofIncident('inc-nobody')).toEqual([])
    })
  })
}
