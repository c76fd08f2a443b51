/** The doctor's look at the ledger: its key, its lines against what is remembered of them, its anchors, the clock. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectKubernetes } from '../../adapters/kubernetes/cluster.ts'
import { openDatabase } from '../../adapters/postgres/open-database.ts'
import { followLedger, type FollowedLedger } from '../../audit/keeping/followed-ledger.ts'
import { whyNotOurs } from '../../audit/keeping/whose-ledger.ts'
import { parseCheckpoint } from '../../audit/notes/checkpoint.ts'
import { systemClock, toIso } from '../../kernel/clock.ts'
import { faultLine, isFault } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { LedgerEntry } from '../../model/ledger-entry.ts'
import type { Anchor } from '../../ports/anchor.ts'
import type { LedgerStore } from '../../ports/ledger-store.ts'
import type { Config } from '../config.ts'
import { checkpointFile, openAnchors } from '../keep-ledger.ts'
import { keyPlace, readSigners, type Signers } from '../ledger-keys.ts'
import { settingsPath } from '../settings/settings-path.ts'
import { readSettings } from '../settings/settings.ts'
import type { LedgerSettings } from '../settings/ledger.ts'
import type { Check } from './doctor.ts'

interface Examined {
  readonly config: Config
  readonly log: Log
}

export async function examineLedger(options: Examined): Promise<readonly Check[]> {
  try {
    const settings = readSettings(options.config.settingsFile).ledger
    return await withLedger(options, (store) => checksOf(options, settings, store))
  } catch (error) {
    return [failed('ledger', error)]
  }
}

async function withLedger<T>({ config, log }: Examined, look: (store: LedgerStore) => Promise<T>): Promise<T> {
  const database = await openDatabase({ home: join(config.home, 'postgres'), log, clock: systemClock(), visiting: true, ...(config.databaseUrl === undefined ? {} : { url: config.databaseUrl }) })
  try {
    return await look(database.ledgerStore)
  } finally {
    await database.close()
  }
}

async function checksOf({ config, log }: Examined, settings: LedgerSettings, store: LedgerStore): Promise<readonly Check[]> {
  const ledger = followLedger(store)
  const broken = await ledger.catchUp()
  const signers = signersOf(config, settings, ledger)
  if ('name' in signers) return [signers]
  const clock = systemClock()
  const anchors = openAnchors({ home: config.home, settings, clock, log, pathOf: pathsOf(config), cluster: () => connectKubernetes({ clock, log, ...(config.kubeconfigFile === undefined ? {} : { kubeconfigFile: config.kubeconfigFile }), ...(config.context === undefined ? {} : { context: config.context }) }) })
  return [
    { name: 'ledger key', status: 'ok', detail: signers.length === 0 ? 'it is made at the first start' : signers.map(({ key }) => key.id).join(' and ') },
    ledgerCheck({ ledger, signers, broken, home: config.home }),
    ...(await clockCheck(store, ledger.tree.size())),
    ...(anchors.length === 0 ? [unanchored] : await Promise.all(anchors.map((anchor) => anchorCheck(anchor, { ledger, signers, settings })))),
  ]
}

/** A key that is missing is a finding once there is something that it signed. */
function signersOf(config: Config, settings: LedgerSettings, ledger: FollowedLedger): Signers | readonly [] | Check {
  const place = keyPlace({ home: config.home, pathOf: pathsOf(config) }, settings)
  if (!existsSync(place.file) && ledger.tree.size() === 0 && settings.keyFile === undefined) return []
  try {
    const signers = readSigners(place)
    const live = ledger.announced()?.keys ?? []
    if (live.length === 0 || signers.some(({ key }) => live.includes(key.text)) || live.some((key) => settings.lostKeys.some((id) => key.includes(`+${id}+`)))) return signers
    return { name: 'ledger key', status: 'failed', detail: `the ledger is signed with ${live.join(' and ')}, and ${place.file} holds another key; no change is sent. Put that key back, or see docs/guides/ledger.md on a lost key.` }
  } catch (error) {
    return failed('ledger key', error)
  }
}

function ledgerCheck(look: { readonly ledger: FollowedLedger; readonly signers: Signers | readonly []; readonly broken: string | undefined; readonly home: string }): Check {
  const { ledger, signers, broken, home } = look
  const file = checkpointFile(home)
  const remembered = existsSync(file) ? [{ name: file, checkpoint: readFileSync(file, 'utf8') }] : []
  const reason = broken ?? whyNotOurs(ledger, remembered, signers)
  if (reason !== undefined) return { name: 'ledger', status: 'failed', detail: `${reason}; it is not signed any more, and no change is sent. docs/guides/ledger.md says what to look at.` }
  const signed = parseCheckpoint(ledger.checkpoint() ?? '')?.size ?? 0
  return { name: 'ledger', status: 'ok', detail: `${ledger.tree.size()} lines, ${signed} under the last checkpoint` }
}

/** Entries keep their order whatever the clock does; approvals and rehearsals are told by it. */
async function clockCheck(store: LedgerStore, size: number): Promise<readonly Check[]> {
  const [line] = size === 0 ? [] : await store.read(size, 1)
  const at = line === undefined ? undefined : (JSON.parse(line) as LedgerEntry).at
  if (at === undefined || Date.parse(at) <= systemClock().now() + 60_000) return []
  return [{ name: 'clock', status: 'warning', detail: `the last entry of the ledger is of ${at}, and it is ${toIso(systemClock().now())} here: the clock went back. Is the time of this machine kept (NTP)?` }]
}

const unanchored: Check = {
  name: 'ledger anchors',
  status: 'warning',
  detail: 'none is configured: whoever owns the database could cut the ledger, or with its key write it anew, and it would not show. Set ledger.anchors in the settings file (docs/configuration.md).',
}

async function anchorCheck(anchor: Anchor, look: { readonly ledger: FollowedLedger; readonly signers: Signers | readonly []; readonly settings: LedgerSettings }): Promise<Check> {
  const name = `anchor ${anchor.name}`
  const consequence = look.settings.whenUnanchored === 'stop' ? `No change is sent while fewer than ${look.settings.anchorsNeeded} take checkpoints.` : 'Changes go on (ledger.whenUnanchored).'
  try {
    const checkpoint = await anchor.read()
    if (checkpoint === undefined) return { name, status: 'ok', detail: 'it can be reached, and holds no checkpoint yet' }
    const reason = whyNotOurs(look.ledger, [{ name: anchor.name, checkpoint }], look.signers)
    if (reason !== undefined) return { name, status: 'failed', detail: `${reason}. ${consequence}` }
    return { name, status: 'ok', detail: `it agrees with the first ${parseCheckpoint(checkpoint)?.size ?? 0} lines` }
  } catch (error) {
    return { name, status: 'failed', detail: `${textOf(error)} ${consequence}` }
  }
}

function failed(name: string, error: unknown): Check {
  return { name, status: 'failed', detail: textOf(error) }
}

function textOf(error: unknown): string {
  return isFault(error) ? faultLine(error) : error instanceof Error ? error.message : String(error)
}

function pathsOf(config: Config): (path: string) => string {
  return (path) => settingsPath(config, path)
}
