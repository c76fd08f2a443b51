/**
 * The ledger against the audit log of the cluster: what Boyd's identities did that the ledger does not know, and what the ledger
 * says was done that the cluster never saw.
 *
 * A request is known when it fits a step that was under way: its verb and object are the step's own, and it came between the
 * entry that says the step starts and the one that says how it ended.
 */

import type { LedgerEntry } from '../../model/ledger-entry.ts'
import type { AuditLogRead, ClusterAct } from './cluster-act.ts'
import { mayTouch, mayUndo } from './may-touch.ts'
import { recordedIn, type Recorded, type RecordedStep } from './recorded-steps.ts'

export interface Reconciled {
  /** Changing requests of the accounts, in the log. */
  readonly acts: number
  /** Not in the ledger: somebody else used the account, or the ledger was not written. */
  readonly unknown: readonly ClusterAct[]
  /** In the ledger as done, and not in the log. */
  readonly unseen: readonly RecordedStep[]
  /** Steps outside the time that the log covers: nothing can be said of them. */
  readonly notCovered: number
  /** More requests fit a step than its effect tells: a process that died in it, or somebody else at the same moment. */
  readonly surplus: readonly { readonly step: RecordedStep; readonly acts: number }[]
}

export interface ReconcileOptions {
  readonly entries: readonly LedgerEntry[]
  readonly log: AuditLogRead
  /** User names that are Boyd's. */
  readonly accounts: readonly string[]
  /** How far the clocks of Boyd and of the API server may differ. */
  readonly skewMs: number
}

export function reconcile({ entries, log, accounts, skewMs }: ReconcileOptions): Reconciled {
  const recorded = recordedIn(entries)
  const ours = log.acts.filter((act) => act.users.some((user) => accounts.includes(user)))
  const matches = new Map<RecordedStep, number>()
  const unknown = ours.filter((act) => {
    const step = recorded.steps.find((candidate) => fits(candidate, act, skewMs))
    if (step !== undefined) matches.set(step, (matches.get(step) ?? 0) + 1)
    return step === undefined && !isAnchor(recorded, act)
  })
  const covered = recorded.steps.filter((step) => isCovered(step, log, skewMs))
  return {
    acts: ours.length,
    unknown,
    unseen: covered.filter((step) => step.changed && !matches.has(step)),
    notCovered: recorded.steps.filter(({ changed }) => changed).length - covered.filter(({ changed }) => changed).length,
    surplus: [...matches].filter(([{ requests }, acts]) => requests !== undefined && acts > requests).map(([step, acts]) => ({ step, acts })),
  }
}

/** Who asked under Boyd's field manager: its accounts, where nobody names them. */
export function accountsIn(log: AuditLogRead, fieldManager: string): readonly string[] {
  return [...new Set(log.acts.filter((act) => act.fieldManager === fieldManager).flatMap(({ users }) => users.slice(0, 1)))].sort()
}

function fits(step: RecordedStep, act: ClusterAct, skewMs: number): boolean {
  if (step.action === undefined || act.atMs < step.fromMs - skewMs || act.atMs > step.toMs + skewMs) return false
  return step.undoes ? mayTouch(step.action, act) || mayUndo(step.action, act) : mayTouch(step.action, act)
}

function isAnchor({ anchors }: Recorded, act: ClusterAct): boolean {
  if (act.group !== '' || act.resource !== 'configmaps' || (act.verb !== 'create' && act.verb !== 'patch')) return false
  // The name of an object that is created stands in the body, which most logs do not keep.
  return anchors.some(({ namespace, name }) => namespace === act.namespace && (name === act.name || (act.verb === 'create' && act.name === '')))
}

function isCovered(step: RecordedStep, { period }: AuditLogRead, skewMs: number): boolean {
  return period !== undefined && step.fromMs >= period.fromMs - skewMs && step.fromMs <= period.toMs + skewMs
}
