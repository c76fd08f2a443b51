/** Ledger lines in memory: for rehearsals of the ledger itself, tests and the offline commands. Gone with the process. */

import type { BuiltLine, LedgerStore, LedgerTip } from '../ports/ledger-store.ts'

export function createMemoryLedgerStore(): LedgerStore {
  const built: BuiltLine[] = []
  const byKey = new Map<string, string>()
  let tip: LedgerTip | undefined
  return {
    async append(key, build) {
      const stored = byKey.get(key)
      if (stored !== undefined) return { line: stored, repeated: true }
      const next = build(tip)
      tip = { seq: (tip?.seq ?? 0) + 1, hash: next.hash, line: next.line }
      built.push(next)
      byKey.set(key, next.line)
      return { line: next.line, repeated: false }
    },
    async read(fromSeq, limit) {
      const start = Math.max(0, fromSeq - 1)
      return built.slice(start, start + limit).map(({ line }) => line)
    },
    ofIncident: async (incidentId) => built.filter((one) => one.incidentId === incidentId).map(({ line }) => line),
  }
}
