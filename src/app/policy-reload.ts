/**
 * Takes up changed policies without a restart. The files are looked at every few seconds; when one has changed, the whole
 * bundle is loaded, with every check. One that loads takes the place of the one in force; one that does not changes
 * nothing, and is complained about once.
 */

import { statSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Gate } from '../gate/gate.ts'
import type { PolicyBundle } from '../gate/policy-bundle.ts'
import type { Cancel, Clock } from '../kernel/clock.ts'
import { faultLine, isFault } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import type { LedgerEntryInit } from '../model/ledger-entry.ts'

/** Between two looks, in wall-clock time. */
const LOOK_MS = 2_000

export interface PolicyReloadOptions {
  readonly gate: Pick<Gate, 'policyDigest' | 'replacePolicies'>
  /** Folders and files whose change means that policies changed. */
  readonly watched: readonly string[]
  /** Throws a fault when the bundle is not valid. */
  load(): PolicyBundle
  record(entry: LedgerEntryInit): Promise<unknown>
  readonly clock: Clock
  readonly log: Log
}

export interface PolicyReload {
  /** Looks now, whether or not a file seems to have changed. */
  reload(): Promise<void>
  stop(): void
}

export function watchPolicies(options: PolicyReloadOptions): PolicyReload {
  let seen = stampOf(options.watched)
  let stopped = false
  let cancel: Cancel = () => undefined
  const reload = async (): Promise<void> => takeUp(options)
  const look = (): void => {
    const stamp = stampOf(options.watched)
    const changed = stamp !== seen
    seen = stamp
    void (changed ? reload() : Promise.resolve()).finally(() => {
      if (!stopped) cancel = options.clock.after(LOOK_MS, look)
    })
  }
  cancel = options.clock.after(LOOK_MS, look)
  return {
    reload,
    stop: () => {
      stopped = true
      cancel()
    },
  }
}

async function takeUp({ gate, load, record, log }: PolicyReloadOptions): Promise<void> {
  const before = gate.policyDigest()
  try {
    const bundle = load()
    if (bundle.digest === before) return
    // The record comes first: policies that are in force and nowhere written down would be nobody's.
    await record(policiesLoaded(bundle, before))
    gate.replacePolicies(bundle)
    log.warn('the policies were replaced', { before, after: bundle.digest })
  } catch (error) {
    log.error('the changed policies are not used; those of before stay in force', { problem: isFault(error) ? faultLine(error) : String(error), digest: before })
  }
}

/** Entries of no incident: which policies judged from here on. */
export function policiesLoaded(bundle: PolicyBundle, before?: string): LedgerEntryInit {
  const layers = bundle.layers.map(({ name, digest }) => ({ name, digest }))
  const data = { digest: bundle.digest, ...(before === undefined ? {} : { before }), layers, policies: bundle.policies.map(({ id }) => id), shadow: bundle.shadow.map(({ id }) => id) }
  return { type: 'policy-loaded', key: `policies/${before ?? 'start'}/${bundle.digest}`, incidentId: '', missionId: '', actor: 'boyd', data }
}

/** Names, sizes and times of what is watched: cheap, and enough to know that a look is due. */
function stampOf(paths: readonly string[]): string {
  return paths.map((path) => stampOfPath(path)).join('|')
}

function stampOfPath(path: string): string {
  try {
    const stat = statSync(path)
    if (!stat.isDirectory()) return `${path}:${stat.size}:${stat.mtimeMs}`
    return readdirSync(path).sort().map((name) => stampOfPath(join(path, name))).join(',')
  } catch {
    return `${path}:none`
  }
}
