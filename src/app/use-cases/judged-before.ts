/** What the ledger holds of earlier judgements: the requests that policy was asked, and what policies on trial would have changed. */

import type { WrittenRequest } from '../../gate/compare-bundles.ts'
import { fault } from '../../kernel/fault.ts'
import { isRecord } from '../../kernel/json.ts'
import type { LedgerEntry } from '../../model/ledger-entry.ts'
import type { Verdict } from '../../model/verdict.ts'

export interface JudgedBefore {
  readonly incidentId: string
  readonly at: string
  readonly goal: string
  readonly planId: string
  readonly verdict: Verdict
}

/** Every verdict of a ledger, in order. Fault `invalid` when a line is no entry. */
export function verdictsIn(ledger: string): JudgedBefore[] {
  return ledger.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : verdictOf(entryIn(line, index + 1))))
}

function entryIn(line: string, number: number): LedgerEntry {
  try {
    const entry: unknown = JSON.parse(line)
    if (isRecord(entry) && typeof entry['type'] === 'string') return entry as unknown as LedgerEntry
  } catch {
    // Falls through to the one complaint.
  }
  throw fault({ code: 'invalid', operation: 'read ledger', subject: `line ${number}`, message: 'it is no entry of a ledger', hint: 'Fetch one with "boyd ledger export > ledger.jsonl".' })
}

function verdictOf({ type, incidentId, at, data }: LedgerEntry): JudgedBefore[] {
  if (type !== 'verdict-issued' || !isRecord(data)) return []
  const { goal, planId } = data as { readonly goal?: string; readonly planId?: string }
  return [{ incidentId, at, goal: goal ?? '', planId: planId ?? '', verdict: data as unknown as Verdict }]
}

/** The requests of those verdicts that a newer Boyd wrote down. */
export function requestsOf(judged: readonly JudgedBefore[]): WrittenRequest[] {
  return judged.flatMap(({ incidentId, planId, verdict }) =>
    (verdict.requests ?? []).map(({ stepId, request }) => ({ source: `${incidentId} ${planId}${stepId === undefined ? '' : ` step ${stepId}`}`, given: request })),
  )
}

export interface ShadowReport {
  readonly policy: string
  readonly changes: number
  readonly byChange: readonly { readonly from: string; readonly to: string; readonly count: number }[]
  readonly examples: readonly { readonly incidentId: string; readonly at: string; readonly goal: string; readonly from: string; readonly to: string }[]
}

/** As many as a person reads; the counts are of all. */
const EXAMPLES_SHOWN = 5

/** By policy on trial: how often it would have changed a verdict, and which. */
export function shadowReport(judged: readonly JudgedBefore[]): ShadowReport[] {
  const changes = judged.flatMap(({ verdict, ...rest }) => (verdict.shadow ?? []).map((change) => ({ ...rest, ...change })))
  return [...new Set(changes.map(({ policy }) => policy))].sort().map((policy) => {
    const own = changes.filter((change) => change.policy === policy)
    const kinds = [...new Set(own.map(({ from, to }) => `${from}\n${to}`))].sort()
    return {
      policy,
      changes: own.length,
      byChange: kinds.map((kind) => {
        const [from = '', to = ''] = kind.split('\n')
        return { from, to, count: own.filter((change) => change.from === from && change.to === to).length }
      }),
      examples: own.slice(0, EXAMPLES_SHOWN).map(({ incidentId, at, goal, from, to }) => ({ incidentId, at, goal, from, to })),
    }
  })
}
