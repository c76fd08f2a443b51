/**
 * DBOS talks on the console unless it is given a logger. Ours keeps its news for debugging and its retries for
 * warnings: what operators need to hear, the engine and the missions say themselves. Once the engine is stopping,
 * it warns of the missions that wait, which is as it should be.
 */

import type { DLogger } from '@dbos-inc/dbos-sdk'
import type { Log } from '../../kernel/log.ts'

export function dbosLogger(log: Log, isStopping: () => boolean): DLogger {
  return {
    debug: (entry) => log.debug(`dbos: ${textOf(entry)}`),
    info: (entry) => log.debug(`dbos: ${textOf(entry)}`),
    warn: (entry) => log[isStopping() ? 'debug' : 'warn'](`dbos: ${textOf(entry)}`),
    error: (entry, metadata) => log.error(`dbos: ${textOf(entry)}`, metadata?.stack === undefined ? {} : { stack: metadata.stack }),
  }
}

function textOf(entry: unknown): string {
  if (entry instanceof Error) return entry.message
  return typeof entry === 'string' ? entry : (JSON.stringify(entry) ?? String(entry))
}
