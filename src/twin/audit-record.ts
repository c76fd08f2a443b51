/** What the twin's doors remember of every request that wanted to change something: who, what, and how it ended. */

import { isFault } from '../kernel/fault.ts'
import type { ObjectRef } from '../model/kube-object.ts'

export interface AuditRecord {
  readonly user: string
  readonly verb: 'create' | 'update' | 'patch' | 'delete'
  readonly ref: ObjectRef
  readonly subresource?: string
  /** The request asked what would happen, and nothing did. */
  readonly dryRun?: true
  /** HTTP status: what the client saw. */
  readonly code: number
  readonly atMs: number
}

export interface AuditLog {
  readonly records: readonly AuditRecord[]
  /** Runs a request and records how it ended. Faults pass through. */
  request<T>(what: Omit<AuditRecord, 'code' | 'atMs'>, run: () => T): T
}

/** `onRecord` hears of each as it ends. */
export function createAuditLog(nowMs: () => number, onRecord?: (record: AuditRecord) => void): AuditLog {
  const records: AuditRecord[] = []
  const keep = (record: AuditRecord): void => {
    records.push(record)
    onRecord?.(record)
  }
  return {
    records,
    request(what, run) {
      try {
        const result = run()
        keep({ ...what, code: what.verb === 'create' ? 201 : 200, atMs: nowMs() })
        return result
      } catch (error) {
        keep({ ...what, code: isFault(error) ? (error.statusCode ?? 500) : 500, atMs: nowMs() })
        throw error
      }
    },
  }
}
