/**
 * The ledger on a real PostgreSQL, in the hands of somebody who owns it: triggers off, any SQL, the code of this program and, in
 * the last case, the private key. What the file and the public key show, what takes an anchor, and that the process that keeps
 * the ledger notices by itself.
 */

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createPostgresLedgerStore } from '../../src/adapters/postgres/ledger-store.ts'
import { leafDigest, leafHash, NO_PREVIOUS } from '../../src/audit/chain.ts'
import { parseCheckpoint, signCheckpoint } from '../../src/audit/notes/checkpoint.ts'
import { createMerkleTree } from '../../src/audit/proof/merkle-tree.ts'
import { readAnchors } from '../../src/audit/verify/anchored.ts'
import { keptLedger, writeMission, type Kept } from '../../src/audit/verify/signed-ledger.test-support.ts'
import { verifyLedger, type LedgerCheck } from '../../src/audit/verify/verify-ledger.ts'
import { canonicalJson } from '../../src/kernel/canonical-json.ts'
import type { LedgerEntry } from '../../src/model/ledger-entry.ts'
import { proves } from '../requirements.ts'
import { startTestDatabase, type TestDatabase } from './store-database.ts'

let server: TestDatabase
let kept: Kept
/** What an anchor got, in the middle of the story. */
let anchored: string
beforeAll(async () => {
  server = await startTestDatabase()
})
afterAll(() => server.stop())

beforeEach(async () => {
  await server.database.change('alter table boyd.ledger disable trigger all')
  await server.database.change('truncate boyd.ledger')
  kept = keptLedger({ store: createPostgresLedgerStore(server.database) })
  await writeMission(kept, 'a')
  anchored = await kept.keeper.checkpoint()
  await writeMission(kept, 'b')
  await kept.keeper.checkpoint()
})

async function stored(): Promise<readonly LedgerEntry[]> {
  return (await kept.store.read(1, 1_000)).map((line) => JSON.parse(line) as LedgerEntry)
}

/** Puts these entries in place of all that is there, numbered and chained anew; checkpoints are signed anew where a key is at hand. */
async function rewrite(entries: readonly LedgerEntry[], { resign = false } = {}): Promise<void> {
  await server.database.change('truncate boyd.ledger')
  const tree = createMerkleTree()
  let prev = NO_PREVIOUS
  for (const [index, entry] of entries.entries()) {
    const seq = index + 1
    const note = entry.type === 'checkpoint-signed' && resign ? { data: { note: signCheckpoint({ size: tree.size(), root: tree.rootAt(tree.size()) }, [kept.signer]) } } : {}
    const line = canonicalJson({ ...entry, ...note, seq, prev })
    await server.database.change('insert into boyd.ledger (seq, key, incident_id, hash, line) values ($1, $2, $3, $4, $5)', [seq, entry.key, entry.incidentId, leafHash(line), line])
    tree.append(leafDigest(line))
    prev = leafHash(line)
  }
}

async function verified(options: { readonly against?: string } = {}): Promise<LedgerCheck> {
  const read = options.against === undefined ? undefined : readAnchors([{ name: 'the vault', text: options.against }])
  const text = (await kept.store.read(1, 1_000)).map((line) => `${line}\n`).join('')
  return verifyLedger(text, { keys: [kept.signer.key], openEnd: true, ...(read?.ok === true ? { anchors: read.checkpoints } : {}) })
}

const NOTICED = /was cut|was rewritten|is not what was written/

async function expectKeeperNotices(): Promise<void> {
  expect(await kept.keeper.whyNoChange({ asked: true })).toMatch(NOTICED)
  await kept.keeper.stop()
  // A process that starts later, with the checkpoint that was remembered outside the database.
  const next = keptLedger({ store: kept.store, signers: () => [kept.signer], memory: { read: () => anchored, write: () => undefined } })
  expect(await next.keeper.whyNoChange({ asked: false })).toMatch(/\S/)
  await next.keeper.stop()
}

const blame = (entry: LedgerEntry): LedgerEntry => (entry.type === 'approval-voted' && entry.missionId === 'mis-a' ? { ...entry, data: { ...(entry.data as object), reason: 'never said' } } : entry)

test('untouched, it verifies, also against the anchor', async () => {
  expect(await verified({ against: anchored })).toMatchObject({ ok: true })
  expect(await kept.keeper.whyNoChange({ asked: true })).toBeUndefined()
  await kept.keeper.stop()
})

test('one line edited in place', async () => {
  proves('nothing-unrecorded.tampering-is-noticed')
  await server.database.change("update boyd.ledger set line = replace(line, '\"actor\":\"ada\"', '\"actor\":\"eve\"') where key = 'a/vote'")
  expect(await verified()).toMatchObject({ ok: false })
  await kept.keeper.stop()
  const next = keptLedger({ store: kept.store, signers: () => [kept.signer], memory: { read: () => anchored, write: () => undefined } })
  expect(await next.keeper.whyNoChange({ asked: false })).toMatch(NOTICED)
  await next.keeper.stop()
})

test('one line edited and the whole chain made anew: the signatures no longer fit', async () => {
  await rewrite((await stored()).map(blame))
  expect(await verified()).toMatchObject({ ok: false, reason: expect.stringContaining('another root') })
  await expectKeeperNotices()
})

test('the whole chain made anew without its checkpoints: nothing is signed any more', async () => {
  await rewrite((await stored()).filter(({ type }) => type !== 'checkpoint-signed').map(blame))
  expect(await verified()).toMatchObject({ ok: false, reason: expect.stringContaining('nothing in it is signed') })
  await expectKeeperNotices()
})

test('the end cut off, checkpoints and all: the anchor knows more lines', async () => {
  proves('nothing-unrecorded.cut-or-made-anew-shows')
  const before = parseCheckpoint(anchored)?.size ?? 0
  await server.database.change('delete from boyd.ledger where seq > $1', [before - 4])
  expect(await verified({ against: anchored })).toMatchObject({ ok: false, line: before - 3, reason: `the ledger was cut: the vault knows ${before} lines` })
  await expectKeeperNotices()
})

test('everything made anew and signed anew by who holds the key: the anchor knows it otherwise', async () => {
  await rewrite((await stored()).map(blame), { resign: true })
  expect(await verified()).toMatchObject({ ok: true })
  expect(await verified({ against: anchored })).toMatchObject({ ok: false, reason: expect.stringContaining('the ledger was rewritten: the vault') })
  await expectKeeperNotices()
})
