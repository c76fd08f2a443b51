/** A ledger that was written, signed and sealed by the real parts, with one mission in it from alert to proof. */

import type { NoteSigner } from '../notes/note-key.ts'
import { generateNoteSigner } from '../notes/note-key.ts'
import { createLedger, type Ledger } from '../ledger.ts'
import { createMemoryLedgerStore } from '../memory-ledger-store.ts'
import { startKeeper, type Keeper, type KeeperOptions } from '../keeping/keeper.ts'
import type { LedgerStore } from '../../ports/ledger-store.ts'
import type { EntryType } from '../../model/ledger-entry.ts'
import { systemClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'

export const PLAN = 'sha256:plan'

/** Type, key, data: what a mission writes whose plan had to be approved. */
export const MISSION: readonly (readonly [EntryType, string, Record<string, unknown>])[] = [
  ['incident-opened', 'signal', { title: 'web is down; "quoted", ünï' }],
  ['mission-started', 'begin', {}],
  ['plan-proposed', 'plan', { id: 'p', hash: PLAN }],
  ['plan-rehearsed', 'rehearse', { planHash: PLAN, passed: true }],
  ['verdict-issued', 'judge', { planHash: PLAN, decision: 'ask', policyDigest: 'sha256:policies' }],
  ['approval-requested', 'ask', { approvalId: 'apr', planHash: PLAN }],
  ['approval-voted', 'vote', { approvalId: 'apr', planHash: PLAN, decision: 'approve', authentication: { method: 'operator-token', atMs: 1 } }],
  ['approval-ended', 'settle', { approvalId: 'apr', planHash: PLAN, state: 'consumed', votes: [{ by: 'ada', decision: 'approve' }] }],
  ['step-started', 'act/start', { stepId: '1', planHash: PLAN }],
  ['effect-applied', 'act', { stepId: '1', outcome: 'applied', requests: 1 }],
  ['verification-made', 'verify', { held: true }],
  ['mission-ended', 'end', { outcome: 'resolved' }],
]

export interface Kept {
  readonly store: LedgerStore
  readonly ledger: Ledger
  readonly keeper: Keeper
  readonly signer: NoteSigner
  /** The private key as the key file has it. */
  readonly privateText: string
}

export function keptLedger(change: Partial<KeeperOptions> = {}): Kept {
  const store = change.store === undefined ? createMemoryLedgerStore() : (change.store as LedgerStore)
  const clock = systemClock()
  const ledger = createLedger({ store, clock })
  const { signer, privateText } = generateNoteSigner('boyd/test')
  const memory: { text?: string } = {}
  const keeper = startKeeper({
    append: (entry) => ledger.append(entry),
    signers: () => [signer],
    lostKeys: [],
    anchors: [],
    anchorTargets: [],
    anchorsNeeded: 1,
    whenUnanchored: 'stop',
    memory: { read: () => memory.text, write: (text) => void (memory.text = text) },
    every: { entries: 256, seconds: 3_600 },
    clock,
    log: silentLog(),
    ...change,
    store,
  })
  return { store, ledger, keeper, signer, privateText }
}

export async function writeMission({ ledger }: Pick<Kept, 'ledger'>, id: string, entries: typeof MISSION = MISSION): Promise<void> {
  for (const [type, key, data] of entries) await ledger.append({ type, key: `${id}/${key}`, incidentId: `inc-${id}`, missionId: `mis-${id}`, actor: type === 'approval-voted' ? 'ada' : 'boyd', data })
}

/** As `boyd ledger export` writes it. */
export async function exported({ store, keeper }: Pick<Kept, 'store' | 'keeper'>): Promise<string> {
  const checkpoint = await keeper.checkpoint()
  const lines = await store.read(1, Number(checkpoint.split('\n')[1]))
  return [...lines, JSON.stringify({ checkpoint })].map((line) => `${line}\n`).join('')
}
