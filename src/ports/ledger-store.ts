/**
 * Where ledger lines are kept: append-only, in order, exactly once per key. Adapters: PostgreSQL, memory.
 * Contract: `test/contract/ledger-store-contract.ts`. The hash chain itself is made in `audit/ledger.ts`.
 */

export interface LedgerTip {
  readonly seq: number
  readonly hash: string
  /** The last line itself. */
  readonly line: string
}

export interface BuiltLine {
  readonly line: string
  readonly hash: string
  /** By which the line is found again. */
  readonly incidentId: string
}

export interface LedgerStore {
  /**
   * Appends one line under a lock: `build` gets the tip and returns the line that follows it. When `key` was
   * appended before, nothing is written and the stored line is returned. Durable when it resolves. Appends that are
   * made at once may be written together; what `build` throws fails its own append alone.
   */
  append(key: string, build: (tip: LedgerTip | undefined) => BuiltLine): Promise<{ readonly line: string; readonly repeated: boolean }>
  /** Lines from `fromSeq` on, in order. */
  read(fromSeq: number, limit: number): Promise<readonly string[]>
  /** Lines of one incident, in order. */
  ofIncident(incidentId: string): Promise<readonly string[]>
}
