/** Ledger lines in memory: for rehearsals of the ledger itself, tests and the offline commands. Gone with the process. */

import { isRecord } from '../kernel/json.ts'
import type { LedgerStore, LedgerTip } from '../ports/ledger-store.ts'

export function createMemoryLedgerStore(): LedgerStore {
  const lines: string[] = []
  const byKey = new Map<string, string>()
  let tip: LedgerTip | undefined
  return {
    async append(key, build) {
      const stored = byKey.get(key)
      if (stored !== undefined) return { line: stored, repeated: true }
      const { line, hash } = build(tip)
      tip = { seq: (tip?.seq ?? 0) + 1, hash, line }
      lines.push(line)
      byKey.set(key, line)
      return { line, repeated: false }
    },
    async read(fromSeq, limit) {
      const start = Math.max(0, fromSeq - 1)
      return lines.slice(start, start + limit)
    },
    ofIncident: async (incidentId) => lines.filter((line) => incidentOf(line) === incidentId),
  }
}

function incidentOf(line: string): unknown {
  const entry: unknown = JSON.parse(line)
  return isRecord(entry) ? entry['incidentId'] : undefined
}
