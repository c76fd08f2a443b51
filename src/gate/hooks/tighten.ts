/** A verdict with the hooks' words added: it can only become stricter. */

import type { Reason, Verdict } from '../../model/verdict.ts'
import type { HooksResult } from './hooks.ts'

export interface StepWord {
  readonly stepId: string
  readonly result: Pick<HooksResult, 'decision' | 'reason'>
}

/** Deny, then ask, then what policy said. Asked by a hook alone: one person. */
export function tightened(verdict: Verdict, words: readonly StepWord[]): Verdict {
  const denied = words.filter(({ result }) => result.decision === 'deny')
  const asked = words.filter(({ result }) => result.decision === 'ask')
  const { kind, planHash, policyDigest, decidedAtMs, reasons, requests, shadow } = verdict
  const base = { kind, planHash, policyDigest, decidedAtMs, ...(requests === undefined ? {} : { requests }), ...(shadow === undefined ? {} : { shadow }) }
  if (verdict.decision === 'deny') return verdict
  if (denied.length > 0) return { ...base, decision: 'deny', reasons: reasonsOf(denied) }
  if (asked.length === 0) return verdict
  if (verdict.decision === 'ask') return { ...verdict, reasons: [...reasons, ...reasonsOf(asked)] }
  return { ...base, decision: 'ask', approvals: 1, distinctTeams: 1, breakGlass: false, reasons: reasonsOf(asked) }
}

function reasonsOf(words: readonly StepWord[]): Reason[] {
  return words.map(({ stepId, result }) => ({ policy: 'hook', text: result.reason, stepId }))
}
