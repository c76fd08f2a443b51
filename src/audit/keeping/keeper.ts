/**
 * Keeps the ledger honest while it grows: signs checkpoints of it, takes them to the anchors, and says when no change may be
 * sent because that is not possible.
 *
 * The keeper signs no ledger but the one it knows. It holds every checkpoint that it or an anchor remembers against the
 * lines; a ledger that is shorter than one of them, or another, is never signed again, and nothing is changed while
 * that lasts. Reading goes on.
 */

import type { Clock } from '../../kernel/clock.ts'
import { faultLine, isFault, fault } from '../../kernel/fault.ts'
import { jsonEqual } from '../../kernel/json.ts'
import type { Log } from '../../kernel/log.ts'
import type { EntryType, LedgerEntryInit } from '../../model/ledger-entry.ts'
import type { Anchor } from '../../ports/anchor.ts'
import type { LedgerStore } from '../../ports/ledger-store.ts'
import { parseCheckpoint, signCheckpoint } from '../notes/checkpoint.ts'
import type { NoteSigner } from '../notes/note-key.ts'
import { createAnchorBoard, type AnchorBoard, type AnchorState } from './anchor-board.ts'
import { followLedger, type FollowedLedger } from './followed-ledger.ts'
import { whyNotOurs } from './whose-ledger.ts'

export interface KeeperOptions {
  readonly store: Pick<LedgerStore, 'read'>
  append(entry: LedgerEntryInit): Promise<unknown>
  /** The live keys, read anew at each checkpoint. Throws a fault where there is none. */
  signers(): readonly [NoteSigner, ...NoteSigner[]]
  /** Ids of keys that are lost: another takes over without their signature. */
  readonly lostKeys: readonly string[]
  readonly anchors: readonly Anchor[]
  /** What an auditor is told of the anchors. */
  readonly anchorTargets: readonly unknown[]
  /** How many anchors must have a checkpoint before changes may be sent. */
  readonly anchorsNeeded: number
  readonly whenUnanchored: 'stop' | 'go-on'
  /** The last checkpoint that was signed here, kept outside the database. */
  readonly memory: { read(): string | undefined; write(checkpoint: string): void }
  readonly every: { readonly entries: number; readonly seconds: number }
  /** The machine's. */
  readonly clock: Clock
  readonly log: Log
}

export interface Keeper {
  /** Told after each entry that others append. */
  grew(): void
  /** Why no change may be sent now; undefined when one may. `asked`: a person had to be asked, so a checkpoint is made first. */
  whyNoChange(options: { readonly asked: boolean }): Promise<string | undefined>
  /** A signed checkpoint of all that is written by now. Fault `unavailable` when none can be signed. */
  checkpoint(): Promise<string>
  /** Base64 inclusion proofs of lines (from 1) in the tree of `size` lines. */
  proofs(seqs: readonly number[], size: number): readonly (readonly string[])[]
  /** The public keys that the ledger announces in its first `size` lines. */
  keys(size: number): readonly string[]
  anchorStates(): readonly AnchorState[]
  stop(): Promise<void>
}

interface State {
  /** Why nothing is signed any more, or not now. */
  refusal: string | undefined
  known: boolean
  sinceCheckpoint: number
  /** One is asked for that has not begun. */
  asked: boolean
  busy: Promise<void>
}

export function startKeeper(options: KeeperOptions): Keeper {
  const ledger = followLedger(options.store)
  const board = createAnchorBoard(options.anchors, options.clock)
  const state: State = { refusal: undefined, known: false, sinceCheckpoint: 0, asked: false, busy: Promise.resolve() }
  /** One after the other: those who ask while a checkpoint is made share the next one, which covers what was written by then. */
  const make = (): Promise<void> => {
    if (state.asked) return state.busy
    state.asked = true
    return (state.busy = state.busy.then(() => {
      state.asked = false
      return makeCheckpoint({ options, ledger, board, state })
    }))
  }
  const stopTimer = everySeconds(options, () => (ledger.uncovered() > 0 || state.sinceCheckpoint > 0 || tooFew(options, board) !== undefined ? make() : Promise.resolve()))
  void make()

  return {
    grew() {
      state.sinceCheckpoint += 1
      if (state.sinceCheckpoint >= options.every.entries) void make()
    },
    async whyNoChange({ asked }) {
      await state.busy
      if (asked || state.refusal !== undefined || tooFew(options, board) !== undefined) await make()
      return state.refusal ?? (options.whenUnanchored === 'stop' ? tooFew(options, board) : undefined)
    },
    async checkpoint() {
      await make()
      const checkpoint = ledger.checkpoint()
      if (state.refusal === undefined && checkpoint !== undefined) return checkpoint
      throw fault({ code: 'unavailable', recovery: 'ask-human', operation: 'sign the ledger', message: state.refusal ?? 'there is nothing to sign', hint: 'See docs/guides/ledger.md.' })
    },
    proofs: (seqs, size) => seqs.map((seq) => ledger.tree.inclusionProof(seq - 1, size).map((hash) => hash.toString('base64'))),
    keys: (size) => ledger.announced(size)?.keys ?? [],
    anchorStates: () => board.states(),
    async stop() {
      stopTimer()
      // What lies at rest is covered to its last line.
      await (ledger.uncovered() > 0 || state.sinceCheckpoint > 0 ? make() : state.busy)
    },
  }
}

interface Work {
  readonly options: KeeperOptions
  readonly ledger: FollowedLedger
  readonly board: AnchorBoard
  readonly state: State
}

/** Never throws: why it did not come about is kept as the refusal. */
async function makeCheckpoint(work: Work): Promise<void> {
  const { options, state } = work
  const before = state.refusal
  try {
    state.sinceCheckpoint = 0
    state.refusal = await attempt(work)
  } catch (error) {
    state.refusal = isFault(error) ? faultLine(error) : `the ledger cannot be signed: ${error instanceof Error ? error.message : String(error)}`
  }
  if (state.refusal !== undefined && state.refusal !== before) options.log.error('the ledger is not signed, and no change is sent while that lasts', { reason: state.refusal })
}

async function attempt({ options, ledger, board, state }: Work): Promise<string | undefined> {
  const signers = options.signers()
  const before = state.known ? [] : await remembered(options, board)
  const broken = (await ledger.catchUp()) ?? whyNotOurs(ledger, before, signers)
  if (broken !== undefined) return broken
  state.known = true
  const announced = await announce(options, ledger, signers)
  if (announced !== undefined) return announced
  if (ledger.uncovered() > 0) await sign(options, ledger, signers)
  await publish({ options, ledger, board, signers })
  return undefined
}

async function remembered(options: KeeperOptions, board: AnchorBoard): Promise<readonly { readonly name: string; readonly checkpoint: string }[]> {
  const own = options.memory.read()
  return [...(own === undefined ? [] : [{ name: 'the file of the last checkpoint', checkpoint: own }]), ...(await board.held())]
}

/** Which keys sign, and where checkpoints go, is in the ledger before the first of them is signed so. */
async function announce(options: KeeperOptions, ledger: FollowedLedger, signers: readonly NoteSigner[]): Promise<string | undefined> {
  const keeping = { keys: signers.map(({ key }) => key.text), anchors: options.anchorTargets }
  const isLost = (key: string): boolean => options.lostKeys.some((id) => key.includes(`+${id}+`))
  const before = ledger.announced()
  if (before !== undefined && jsonEqual(before.data, keeping)) return undefined
  const live = before?.keys ?? []
  if (live.length > 0 && !live.some((key) => keeping.keys.includes(key) || isLost(key))) {
    return `the ledger is signed with ${live.join(' and ')}, and that key is not here; put it back, or see docs/guides/ledger.md on a lost key`
  }
  await options.append(entryOf('keeping-changed', `keeping/${ledger.tree.size()}`, keeping))
  return ledger.catchUp()
}

async function sign(options: KeeperOptions, ledger: FollowedLedger, signers: readonly [NoteSigner, ...NoteSigner[]]): Promise<void> {
  const size = ledger.tree.size()
  const note = signCheckpoint({ size, root: ledger.tree.rootAt(size) }, signers)
  options.memory.write(note)
  await options.append(entryOf('checkpoint-signed', `checkpoint/${size}/${signers.map(({ key }) => key.id).join('-')}`, { note }))
  await ledger.catchUp()
}

async function publish({ options, ledger, board, signers }: Omit<Work, 'state'> & { readonly signers: readonly NoteSigner[] }): Promise<void> {
  const checkpoint = ledger.checkpoint()
  if (checkpoint === undefined || options.anchors.length === 0) return
  const before = new Map(board.states().map(({ name, failure }) => [name, failure]))
  const size = parseCheckpoint(checkpoint)?.size ?? 0
  await board.publish(checkpoint, async (held) => {
    const heldSize = parseCheckpoint(held.checkpoint)?.size ?? 0
    // Another process that keeps the same ledger may be ahead.
    const broken = (heldSize > ledger.tree.size() ? await ledger.catchUp() : undefined) ?? whyNotOurs(ledger, [held], signers)
    if (broken !== undefined) throw new Error(broken)
    return heldSize > size ? 'newer' : 'older'
  })
  for (const { name, failure } of board.states()) {
    if ((before.get(name) === undefined) === (failure === undefined)) continue
    if (failure === undefined) options.log.info('an anchor takes checkpoints again', { anchor: name })
    else options.log.error('an anchor does not take checkpoints', { anchor: name, reason: failure })
    await options.append(entryOf('anchor-changed', `anchor/${name}/${size}/${failure === undefined ? 'back' : 'lost'}`, { anchor: name, state: failure === undefined ? 'back' : 'lost', size, ...(failure === undefined ? {} : { reason: failure }) }))
  }
}

/** Why the anchors are not enough; undefined when they are. */
function tooFew({ anchors, anchorsNeeded }: KeeperOptions, board: AnchorBoard): string | undefined {
  if (anchors.length === 0) return undefined
  const states = board.states()
  const taken = states.filter(({ failure }) => failure === undefined).length
  if (states.length > 0 && taken >= Math.min(anchorsNeeded, anchors.length)) return undefined
  const failures = states.flatMap(({ name, failure }) => (failure === undefined ? [] : [`${name}: ${failure}`]))
  return `the ledger is anchored in ${taken} of the ${anchorsNeeded} places that are needed; ${failures.join('; ') || 'none was reached yet'}`
}


function entryOf(type: EntryType, key: string, data: unknown): LedgerEntryInit {
  return { type, key, incidentId: '', missionId: '', actor: 'boyd', data }
}

function everySeconds({ clock, every }: KeeperOptions, work: () => Promise<void>): () => void {
  const stopped = new AbortController()
  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await clock.sleep(every.seconds * 1_000, { signal: stopped.signal })
      await work()
    }
  }
  run().catch(() => undefined)
  return () => stopped.abort()
}
