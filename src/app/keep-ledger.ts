/** The keeper of the ledger with its real parts: keys, anchors and memory as the settings name them. */

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createConfigMapAnchor } from '../adapters/anchors/config-map-anchor.ts'
import { createFileAnchor } from '../adapters/anchors/file-anchor.ts'
import { createGitAnchor } from '../adapters/anchors/git-anchor.ts'
import { createHttpAnchor } from '../adapters/anchors/http-anchor.ts'
import { plainAddress } from '../adapters/anchors/plain-address.ts'
import { connectKubernetes } from '../adapters/kubernetes/cluster.ts'
import { startKeeper, type Keeper } from '../audit/keeping/keeper.ts'
import type { Ledger } from '../audit/ledger.ts'
import { digestOf } from '../kernel/canonical-json.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Anchor } from '../ports/anchor.ts'
import type { Cluster } from '../ports/cluster.ts'
import type { LedgerStore } from '../ports/ledger-store.ts'
import { ensureKey, keyPlace, readSigners } from './ledger-keys.ts'
import type { AnchorSettings, LedgerSettings } from './settings/ledger.ts'

export interface LedgerKeeping {
  readonly home: string
  readonly settings: LedgerSettings
  readonly store: LedgerStore
  /**
   * Keys and signatures are chance by nature: what looks for secrets must not find one in them, so they are written as they
   * are. What an anchor says when it fails may hold one.
   */
  readonly ledgers: { readonly written: Ledger; readonly redacted: Ledger }
  /** The cluster that Boyd works in, as whoever may change it. */
  actor(): Promise<Cluster>
  readonly clock: Clock
  readonly log: Log
  /** A path of the settings file, from where that lies. */
  pathOf(path: string): string
}

export async function keepLedger(options: LedgerKeeping): Promise<Keeper> {
  const { home, settings, store, ledgers, actor, clock, log, pathOf } = options
  const place = keyPlace({ home, pathOf }, settings)
  // A ledger that has lines was signed with a key that somebody lost or did not mount: a new one would hide that.
  if (settings.keyFile === undefined && (settings.lostKeys.length > 0 || (await store.read(1, 1)).length === 0)) ensureKey(place)
  return startKeeper({
    store,
    append: (entry) => (entry.type === 'anchor-changed' ? ledgers.redacted : ledgers.written).append(entry),
    signers: () => readSigners(place),
    lostKeys: settings.lostKeys,
    anchors: openAnchors({ home, settings, clock, log, cluster: actor, pathOf }),
    anchorTargets: settings.anchors.map(targetOf),
    anchorsNeeded: settings.anchorsNeeded,
    whenUnanchored: settings.whenUnanchored,
    memory: memoryIn(checkpointFile(home)),
    every: settings.checkpointEvery,
    clock,
    log,
  })
}

export function checkpointFile(home: string): string {
  return join(home, 'ledger.checkpoint')
}

export function openAnchors(parts: { readonly home: string; readonly settings: LedgerSettings; readonly clock: Clock; readonly log: Log; cluster(): Promise<Cluster>; pathOf(path: string): string }): readonly Anchor[] {
  const { home, clock, log, pathOf } = parts
  return parts.settings.anchors.map((anchor): Anchor => {
    if (anchor.type === 'file') return createFileAnchor({ file: pathOf(anchor.path) })
    if (anchor.type === 'http') return createHttpAnchor({ url: anchor.url, ...(anchor.tokenFile === undefined ? {} : { tokenFile: pathOf(anchor.tokenFile) }) })
    if (anchor.type === 'git') return createGitAnchor({ ...anchor, folder: join(home, 'anchors', `${digestOf(anchor.remote).slice(7, 19)}.git`) })
    const { kubeconfigFile, context } = anchor
    const connect = kubeconfigFile === undefined ? parts.cluster : () => connectKubernetes({ kubeconfigFile: pathOf(kubeconfigFile), clock, log, ...(context === undefined ? {} : { context }) })
    return createConfigMapAnchor({ ...anchor, connect })
  })
}

/** What the ledger says of an anchor: enough to find it, nothing that opens it. */
function targetOf(anchor: AnchorSettings): object {
  if (anchor.type === 'file') return { type: 'file', path: anchor.path }
  if (anchor.type === 'git') return { type: 'git', remote: plainAddress(anchor.remote), branch: anchor.branch }
  if (anchor.type === 'http') return { type: 'http', url: plainAddress(anchor.url) }
  return { type: 'config-map', namespace: anchor.namespace, name: anchor.name, ...(anchor.kubeconfigFile === undefined ? {} : { elsewhere: true }) }
}

/** Outside the database, so that who owns that does not own this as well. */
function memoryIn(file: string): { read(): string | undefined; write(checkpoint: string): void } {
  return {
    read: () => (existsSync(file) ? readFileSync(file, 'utf8') : undefined),
    write(checkpoint) {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(`${file}.new`, checkpoint)
      renameSync(`${file}.new`, file)
    },
  }
}
