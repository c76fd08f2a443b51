import { describe, expect, test } from 'vitest'
import { proves } from '../../../test/requirements.ts'
import { canonicalJson } from '../../kernel/canonical-json.ts'
import { leafDigest, leafHash } from '../chain.ts'
import { createMemoryLedgerStore } from '../memory-ledger-store.ts'
import { createLedger } from '../ledger.ts'
import { signCheckpoint } from '../notes/checkpoint.ts'
import { generateNoteSigner } from '../notes/note-key.ts'
import { createMerkleTree } from '../proof/merkle-tree.ts'
import { readAnchors } from './anchored.ts'
import { exported, keptLedger, MISSION, writeMission } from './signed-ledger.test-support.ts'
import { verifyLedger, type LedgerCheck, type VerifyOptions } from './verify-ledger.ts'

const kept = keptLedger()
await writeMission(kept, 'a')
const early = await kept.keeper.checkpoint()
await writeMission(kept, 'b')
const text = await exported(kept)
const late = JSON.parse(text.split('\n').at(-2) ?? '') as { checkpoint: string }
await kept.keeper.stop()
const keys = [kept.signer.key]
const lines = text.split('\n').slice(0, -2)
const seal = text.split('\n').at(-2) ?? ''
/** One mission, sealed: small enough to change it everywhere. */
const small = `${lines.slice(0, Number(early.split('\n')[1])).join('\n')}\n${JSON.stringify({ checkpoint: early })}\n`
const asText = (parts: readonly string[]): string => parts.map((line) => `${line}\n`).join('')

function anchors(...checkpoints: readonly string[]): VerifyOptions {
  const read = readAnchors(checkpoints.map((checkpoint, index) => ({ name: `anchor-${index}`, text: checkpoint })))
  return read.ok ? { keys, anchors: read.checkpoints } : {}
}

const lineOf = (check: LedgerCheck): number => (check.ok ? 0 : check.line)

describe('an intact ledger', () => {
  test('with the key, without it, against its anchors', () => {
    expect(verifyLedger(text, { keys })).toMatchObject({ ok: true, entries: lines.length, signed: lines.length, head: leafHash(lines.at(-1) ?? ''), remarks: [] })
    expect(verifyLedger(text)).toMatchObject({ ok: true, signed: 0 })
    expect(verifyLedger(text, anchors(early, late.checkpoint))).toMatchObject({ ok: true, anchors: 2 })
    expect(verifyLedger('')).toMatchObject({ ok: true, entries: 0 })
  })

  test('a file that is still being written ends behind its last checkpoint', () => {
    const open = asText(lines.slice(0, -3))
    expect(verifyLedger(open, { keys })).toMatchObject({ ok: false, reason: expect.stringContaining('are not covered by a checkpoint') })
    expect(verifyLedger(open, { keys, openEnd: true })).toMatchObject({ ok: true })
  })

  test('another key did not sign it', () => {
    expect(verifyLedger(text, { keys: [generateNoteSigner('boyd/test').signer.key] })).toMatchObject({ ok: false, reason: expect.stringContaining('nothing in it is signed with the key') })
  })
})

describe('tampering', () => {
  test('every change of one byte is noticed, wherever it is', () => {
    proves('nothing-unrecorded.tampering-is-noticed')
    const bytes = Buffer.from(small)
    const unnoticed: number[] = []
    for (let index = 0; index < bytes.length; index += 1) {
      // Each bit in turn, and every position: neighbours are changed in different ways.
      const changed = Buffer.from(bytes)
      changed[index] = (changed[index] ?? 0) ^ (1 << (index % 8))
      if (verifyLedger(changed, { keys }).ok) unnoticed.push(index)
    }
    expect(unnoticed).toEqual([])
  })

  test('every byte that is removed or doubled is noticed', () => {
    const bytes = Buffer.from(small)
    const unnoticed: number[] = []
    for (let index = 0; index < bytes.length; index += 7) {
      const without = Buffer.concat([bytes.subarray(0, index), bytes.subarray(index + 1)])
      const doubled = Buffer.concat([bytes.subarray(0, index + 1), bytes.subarray(index)])
      if (verifyLedger(without, { keys }).ok || verifyLedger(doubled, { keys }).ok) unnoticed.push(index)
    }
    expect(unnoticed).toEqual([])
  })

  test('every line that is removed, doubled, or swapped with any other is noticed', () => {
    const all = small.split('\n').slice(0, -1)
    const unnoticed: string[] = []
    const look = (name: string, changed: readonly string[]): void => {
      if (verifyLedger(asText(changed), { keys }).ok) unnoticed.push(name)
    }
    for (const [index, line] of all.entries()) {
      look(`without ${index}`, all.toSpliced(index, 1))
      look(`twice ${index}`, all.toSpliced(index, 0, line))
      for (let other = index + 1; other < all.length; other += 1) look(`${index} for ${other}`, all.with(index, all[other] ?? '').with(other, line))
    }
    expect(unnoticed).toEqual([])
  })

  test('text that only decodes to the same, or looks the same, is noticed', () => {
    const swap = (from: string, to: Uint8Array): Buffer => {
      const bytes = Buffer.from(text)
      const at = bytes.indexOf(from)
      return Buffer.concat([bytes.subarray(0, at), to, bytes.subarray(at + Buffer.byteLength(from))])
    }
    const changes = [swap('ü', Buffer.from([0xf0, 0xbf, 0xbd])), swap('ü', Buffer.from('u\u0308')), swap('ü', Buffer.from(String.raw`\u00fc`)), swap('{', Buffer.from([0xef, 0xbb, 0xbf, 0x7b])), Buffer.from(text.replaceAll('\n', '\r\n')), Buffer.from(text.replace('}\n', '} \n')), Buffer.from(`${text}\n`)]
    expect(changes.map((changed) => verifyLedger(changed, { keys }).ok)).toEqual(changes.map(() => false))
  })

  const [a = '', b = '', c = '', d = ''] = lines
  const edited = (line: string, change: object): string => canonicalJson({ ...(JSON.parse(line) as object), ...change })
  test.each([
    { name: 'a line edited, in canonical form', lines: [a, edited(b, { actor: 'eve' }), c, d], line: 3 },
    { name: 'a line edited and its successor chained to it', lines: [a, edited(b, { actor: 'eve' }), edited(c, { prev: leafHash(edited(b, { actor: 'eve' })) }), d], line: 4 },
    { name: 'the first line removed', lines: [b, c, d], line: 1 },
    { name: 'a line removed, the rest renumbered', lines: [a, edited(c, { seq: 2 }), edited(d, { seq: 3 })], line: 2 },
    { name: 'an empty line inserted', lines: [a, '', b, c, d], line: 2 },
    { name: 'a line printed prettily', lines: [a, JSON.stringify(JSON.parse(b), null, 1).replaceAll('\n', ''), c, d], line: 2 },
    { name: 'a key given twice', lines: [a, b.replace('{', '{"actor":"eve",'), c, d], line: 2 },
    { name: 'a field added', lines: [a, edited(b, { more: 1 }), c, d], line: 2 },
    { name: 'a time that is none', lines: [a, edited(b, { at: 'yesterday' }), c, d], line: 2 },
  ])('$name: line $line is named', ({ lines: changed, line }) => {
    expect(lineOf(verifyLedger(asText(changed)))).toBe(line)
  })
})

/** What somebody can do who owns the database and, in the last cases, the private key as well. */
async function madeAnew(signer = kept.signer): Promise<string> {
  const store = createMemoryLedgerStore()
  const forgery = { ...keptLedger({ store, signers: () => [signer] }) }
  await forgery.keeper.checkpoint()
  await writeMission({ ledger: createLedger({ store, clock: { now: () => 1_000 } }) }, 'forged')
  await writeMission(forgery, 'b')
  await forgery.keeper.checkpoint()
  await writeMission(forgery, 'c')
  const forged = await exported(forgery)
  await forgery.keeper.stop()
  return forged
}

describe('against an anchor', () => {
  const first = Number(early.split('\n')[1])
  /** The tail and the checkpoints in it, gone. What is left is an older export. */
  const cut = asText([...lines.slice(0, first), JSON.stringify({ checkpoint: early })])

  test('a tail that is cut off together with its checkpoints shows, and only so', () => {
    proves('nothing-unrecorded.tampering-is-noticed')
    expect(verifyLedger(cut, { keys }).ok).toBe(true)
    expect(verifyLedger(cut, anchors(late.checkpoint))).toEqual({ ok: false, line: first + 2, reason: `the ledger was cut: anchor-0 knows ${lines.length} lines` })
  })

  test('a tail that is cut off while its checkpoint stays shows by itself', () => {
    expect(verifyLedger(asText([...lines.slice(0, -4), seal]), { keys })).toMatchObject({ ok: false, line: lines.length - 3 })
  })

  test('a ledger made anew with another key shows by the key', async () => {
    expect(verifyLedger(await madeAnew(generateNoteSigner('boyd/test').signer), { keys })).toMatchObject({ ok: false })
  })

  test('a ledger made anew by who holds the key shows, and only so', async () => {
    const forged = await madeAnew()
    expect(verifyLedger(forged, { keys })).toMatchObject({ ok: true })
    expect(verifyLedger(forged, anchors(early))).toEqual({ ok: false, line: first, reason: `the ledger was rewritten: anchor-0 knows its first ${first} lines otherwise` })
  })

  test('an anchor that this ledger never signed is told, not believed', () => {
    const { signer } = generateNoteSigner('boyd/test')
    const tree = createMerkleTree()
    for (const line of lines.slice(0, 5)) tree.append(leafDigest(line))
    const stranger = signCheckpoint({ size: 5, root: tree.rootAt(5) }, [signer])
    expect(verifyLedger(text, anchors(stranger))).toMatchObject({ ok: false, reason: expect.stringContaining('not signed by a key of this ledger') })
  })

  test.each(['', 'nothing of the kind\n', `${early}and more\n`])('a file that is no anchor is refused: %j', (content) => {
    expect(readAnchors([{ name: 'x', text: content }])).toMatchObject({ ok: false })
  })
})

describe('what entries say of each other', () => {
  const without = (index: number): typeof MISSION => MISSION.toSpliced(index, 1)
  const withData = (index: number, data: object): typeof MISSION => MISSION.map((entry, at) => (at === index ? [entry[0], entry[1], { ...entry[2], ...data }] : entry))
  test.each([
    { name: 'a mission that did not start', entries: without(1), says: 'did not start' },
    { name: 'a rehearsal of another plan', entries: withData(3, { planHash: 'sha256:other' }), says: 'not proposed' },
    { name: 'a rehearsal that failed', entries: withData(3, { passed: false }), says: 'rehearsal did not pass' },
    { name: 'no rehearsal', entries: without(3), says: 'rehearsal did not pass' },
    { name: 'no verdict', entries: without(4), says: 'no verdict asks' },
    { name: 'a verdict that denies', entries: withData(4, { decision: 'deny' }), says: 'no verdict asks' },
    { name: 'a verdict on another plan', entries: withData(4, { planHash: 'sha256:other' }), says: 'rehearsal did not pass' },
    { name: 'a vote that was not asked for', entries: without(5), says: 'request that was not made' },
    { name: 'a vote without evidence', entries: withData(6, { authentication: null }), says: 'how the voter proved' },
    { name: 'a vote that is counted and was not recorded', entries: without(6), says: 'the vote of ada counts' },
    { name: 'an approval that nobody gave', entries: withData(7, { votes: [] }), says: 'nobody voted' },
    { name: 'an approval used twice', entries: [...MISSION.slice(0, 8), ['approval-ended', 'again', MISSION[7]?.[2] ?? {}] as const], says: 'a second time' },
    { name: 'an approval that was not used', entries: withData(7, { state: 'expired' }), says: 'no approval of its plan was used' },
    { name: 'an approval of another plan', entries: withData(7, { planHash: 'sha256:other' }), says: 'not asked for this plan' },
    { name: 'a step of a plan that nobody judged', entries: withData(8, { planHash: 'sha256:other' }), says: 'no verdict allows' },
    { name: 'a change without a start', entries: without(8), says: 'without an entry that says it starts' },
    { name: 'a change that a process before had made, without a start', entries: [...MISSION.slice(0, 8), ['effect-applied', 'act', { stepId: '1', outcome: 'applied', requests: 0 }] as const], says: 'without an entry that says it starts' },
    { name: 'a change that was sent and failed, without a start', entries: [...MISSION.slice(0, 8), ['effect-applied', 'act', { stepId: '1', outcome: 'failed', requests: 1 }] as const], says: 'without an entry that says it starts' },
    { name: 'a change of another step', entries: withData(9, { stepId: '2' }), says: 'without an entry that says it starts' },
    { name: 'an undo without a start', entries: [...MISSION.slice(0, 10), ['effect-undone', 'undo', { stepId: '1' }] as const], says: 'taken back without' },
    { name: 'an undo of what was not done', entries: [...MISSION.slice(0, 8), ['undo-started', 'undo/start', { stepId: '1', planHash: 'sha256:plan' }] as const], says: 'did not start' },
    { name: 'resolved without a proof', entries: withData(10, { held: false }), says: 'no proof' },
  ])('$name', async ({ entries, says }) => {
    const store = createMemoryLedgerStore()
    await writeMission({ ledger: createLedger({ store, clock: { now: () => 1 } }) }, 'x', entries)
    expect(verifyLedger(asText(await store.read(1, 100)))).toMatchObject({ ok: false, reason: expect.stringContaining(says) })
  })

  test('a change that found its work done, or was refused before it was sent, needs no start', async () => {
    const store = createMemoryLedgerStore()
    await writeMission({ ledger: createLedger({ store, clock: { now: () => 1 } }) }, 'x', [...MISSION.slice(0, 8), ['effect-applied', 'act', { stepId: '1', outcome: 'refused', requests: 0 }]])
    expect(verifyLedger(asText(await store.read(1, 100)))).toMatchObject({ ok: true })
  })
})
