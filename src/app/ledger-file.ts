/**
 * The ledger as a file beside the database: what a person copies, keeps and verifies. It is a copy, written behind
 * the store; at the start, what is missing in it is added, so a crash between the two leaves no gap.
 */

import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { canonicalJson } from '../kernel/canonical-json.ts'
import type { LedgerStore } from '../ports/ledger-store.ts'
import { follow } from './use-cases/follow.ts'

/** More is left to the next start, which adds what is missing. */
const LAST_LINES_MAX = 1_000

/** Follows the ledger into the file until stopped. */
export function keepLedgerFile(options: { readonly ledgerStore: LedgerStore; readonly clock: Clock; readonly file: string; readonly log: Log }): () => Promise<void> {
  const aborter = new AbortController()
  const done = write(options, aborter.signal)
  return async () => {
    aborter.abort()
    await done
  }
}

async function write(options: Parameters<typeof keepLedgerFile>[0], signal: AbortSignal): Promise<void> {
  const { file, log, ledgerStore } = options
  const append = (line: string): void => appendFileSync(file, `${line}\n`)
  try {
    for await (const entry of follow(options, { fromSeq: countLines(file) + 1, signal })) append(canonicalJson(entry))
    // What was written while this was asked to stop, the last checkpoint among it.
    for (const line of await ledgerStore.read(countLines(file) + 1, LAST_LINES_MAX)) append(line)
  } catch (error) {
    if (!signal.aborted) log.error('the ledger file is no longer written; the database still has every entry', { file, error: String(error) })
  }
}

/** A last line that a crash cut short is removed first; it is written again whole. */
function countLines(file: string): number {
  if (!existsSync(file)) return 0
  const content = readFileSync(file)
  const end = content.lastIndexOf(0x0a) + 1
  if (end < content.length) truncateSync(file, end)
  return content.subarray(0, end).toString('utf8').split('\n').length - 1
}
