/**
 * The ledger: appends and verification, in memory and on PostgreSQL. Entries are as a mission writes them, about 500 bytes.
 * Usage: npm run bench:ledger
 *
 * In memory, an append is canonical JSON, the leaf hash, the chain and the Merkle tree. On PostgreSQL, entries that come
 * together are written together (one transaction, one wait for the disk), and each append resolves when its line is durable.
 * Verification reads the bytes of a file and does all that `boyd ledger verify` does: canonical form, chain, tree,
 * checkpoints and signatures, anchors, references, clock.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../src/adapters/postgres/embedded.ts'
import { createPostgresLedgerStore } from '../../src/adapters/postgres/ledger-store.ts'
import { migrate } from '../../src/adapters/postgres/migrate.ts'
import { connectDatabase } from '../../src/adapters/postgres/pool.ts'
import { leafDigest } from '../../src/audit/chain.ts'
import { createLedger } from '../../src/audit/ledger.ts'
import { createMemoryLedgerStore } from '../../src/audit/memory-ledger-store.ts'
import { signCheckpoint } from '../../src/audit/notes/checkpoint.ts'
import { generateNoteSigner } from '../../src/audit/notes/note-key.ts'
import { createMerkleTree } from '../../src/audit/proof/merkle-tree.ts'
import { readAnchors } from '../../src/audit/verify/anchored.ts'
import { verifyLedger } from '../../src/audit/verify/verify-ledger.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { silentLog } from '../../src/kernel/log.ts'
import type { LedgerEntryInit } from '../../src/model/ledger-entry.ts'
import type { LedgerStore } from '../../src/ports/ledger-store.ts'
import { median, report, type Figure } from './report.ts'

const ENTRIES = 50_000
const CHECKPOINT_EVERY = 256
/** Callers that append at the same moment: a fleet under an alert storm. */
const AT_ONCE = 1_000
const RUNS = 3

const { signer } = generateNoteSigner('boyd/bench')

function entryAt(index: number): LedgerEntryInit {
  const data = { digest: `sha256:${String(index).padStart(64, '0')}`, resourceVersion: String(100_000 + index), objects: 1_204, notes: ['logs of 3 containers were read'], text: 'Deployment shop/web does not progress' }
  return { type: 'snapshot-taken', key: `mis-01m7ymg1et9whf89z2/${index}-observe`, incidentId: `inc-${index % 50}`, missionId: `mis-${index % 50}`, actor: 'boyd', data }
}

interface Rate {
  readonly wall: number
  /** Per second of this process's own computing: what a machine that others use leaves of the figure. */
  readonly cpu: number
}

/** How many a second, once it has run. */
function stopwatch(): (count: number) => Rate {
  const [startedAtMs, used] = [performance.now(), process.cpuUsage()]
  return (count) => {
    const { user, system } = process.cpuUsage(used)
    return { wall: count / ((performance.now() - startedAtMs) / 1_000), cpu: count / ((user + system) / 1_000_000) }
  }
}

async function appendAll(store: LedgerStore): Promise<Rate> {
  const ledger = createLedger({ store, clock: systemClock() })
  const stop = stopwatch()
  for (let from = 0; from < ENTRIES; from += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => ledger.append(entryAt(from + index))))
  }
  return stop(ENTRIES)
}

/** As the keeper does, the tree is grown from the lines that were written. */
async function inMemory(): Promise<Rate> {
  const store = createMemoryLedgerStore()
  const tree = createMerkleTree()
  const stop = stopwatch()
  await appendAll(store)
  for (const line of await store.read(1, ENTRIES)) tree.append(leafDigest(line))
  tree.rootAt(ENTRIES)
  return stop(ENTRIES)
}

async function onPostgres(): Promise<Rate> {
  const folder = mkdtempSync(join(tmpdir(), 'boyd-bench-ledger-'))
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), log: silentLog(), clock: systemClock() })
  const database = connectDatabase({ url: server.url, log: silentLog() })
  await migrate(database)
  const rate = await appendAll(createPostgresLedgerStore(database))
  await database.close()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
  return rate
}

/** A file with its keys, a checkpoint every 256 lines and one at the end, and the checkpoints as an anchor has them. */
async function signedFile(): Promise<{ readonly bytes: Buffer; readonly lines: number; readonly anchors: string }> {
  const store = createMemoryLedgerStore()
  const ledger = createLedger({ store, clock: systemClock() })
  const tree = createMerkleTree()
  const notes: string[] = []
  const append = async (init: LedgerEntryInit): Promise<void> => {
    await ledger.append(init)
    const [line = ''] = await store.read(tree.size() + 1, 1)
    tree.append(leafDigest(line))
  }
  const own = (type: LedgerEntryInit['type'], key: string, data: unknown): LedgerEntryInit => ({ type, key, incidentId: '', missionId: '', actor: 'boyd', data })
  await append(own('keeping-changed', 'keeping', { keys: [signer.key.text], anchors: [] }))
  for (let index = 0; index < ENTRIES; index += 1) {
    await append(entryAt(index))
    if (index % CHECKPOINT_EVERY !== 0) continue
    notes.push(signCheckpoint({ size: tree.size(), root: tree.rootAt(tree.size()) }, [signer]))
    await append(own('checkpoint-signed', `checkpoint/${index}`, { note: notes.at(-1) }))
  }
  const seal = signCheckpoint({ size: tree.size(), root: tree.rootAt(tree.size()) }, [signer])
  const lines = [...(await store.read(1, tree.size())), JSON.stringify({ checkpoint: seal })]
  return { bytes: Buffer.from(`${lines.join('\n')}\n`), lines: tree.size(), anchors: notes.join('\n') }
}

async function main(): Promise<void> {
  const memory: Rate[] = []
  for (let run = 0; run < RUNS; run += 1) memory.push(await inMemory())
  const postgres = await onPostgres()
  const file = await signedFile()
  const anchors = readAnchors([{ name: 'anchor', text: file.anchors }])
  const verified: Rate[] = []
  for (let run = 0; run < RUNS; run += 1) {
    const stop = stopwatch()
    const check = verifyLedger(file.bytes, { keys: [signer.key], ...(anchors.ok ? { anchors: anchors.checkpoints } : {}) })
    if (!check.ok || check.anchors === 0) throw new Error('the file does not verify')
    verified.push(stop(file.lines))
  }
  const middle = (rates: readonly Rate[], of: keyof Rate): number => median(rates.map((rate) => rate[of]))
  const figure = (name: string, value: number, goal?: number): Figure => ({ name, value, unit: 'entries/s', moreIsBetter: true, ...(goal === undefined ? {} : { goal }) })
  report('ledger', [
    figure('appends in memory: canonical JSON, chain, tree', middle(memory, 'wall'), 20_000),
    figure('  a second of its own computing', middle(memory, 'cpu')),
    figure(`appends to PostgreSQL, ${AT_ONCE} at once, durable`, postgres.wall, 20_000),
    figure("  a second of Boyd's own computing", postgres.cpu),
    figure('verified: all that "boyd ledger verify" does', middle(verified, 'wall'), 50_000),
    figure('  a second of its own computing', middle(verified, 'cpu')),
    { name: 'bytes an entry', value: file.bytes.length / file.lines, unit: 'bytes' },
  ])
}

await main()
