/** What a scan found, as data: every format is made from this, and the same set gives the same bytes. */

import type { FieldPath } from '../model/audit.ts'
import type { Subject } from '../model/kube-object.ts'
import type { Severity } from '../model/severity.ts'

export interface ScanFinding {
  readonly rule: string
  readonly severity: Severity
  readonly subject: Subject
  /** `spec.template.spec.containers[main].image`. */
  readonly field: string
  readonly summary: string
  readonly advice: string
  readonly cause: string
  /** Undefined for an object of a live cluster. */
  readonly place?: Place
  /** The same for the same fault, wherever its file and line go. */
  readonly fingerprint: string
  readonly state: FindingState
}

/** Lines and columns count from 1. A rendered object has no line of its own in the chart. */
export interface Place {
  readonly file: string
  readonly document: number
  readonly line?: number
  readonly column?: number
}

export type FindingState =
  | { readonly type: 'open' }
  | { readonly type: 'known' }
  | { readonly type: 'suppressed'; readonly reason: string; readonly until: string; readonly by: string }

/** Findings with one cause: one thing to think about, in many places. */
export interface FindingGroup {
  readonly rule: string
  readonly title: string
  readonly cause: string
  readonly severity: Severity
  readonly advice: string
  readonly findings: readonly ScanFinding[]
}

export interface Coverage {
  /** What was looked at, by kind of thing: `Kubernetes objects`: 12. */
  readonly read: Readonly<Record<string, number>>
  readonly files: number
  /** Read, and of a kind that no rule looks at. */
  readonly unrelated: number
  readonly notRead: readonly { readonly source: string; readonly why: string; readonly hint?: string }[]
  /** Rules that ran, and those that stumbled, with why. */
  readonly rules: number
  readonly failedRules: readonly { readonly rule: string; readonly why: string }[]
}

export interface ScanReport {
  readonly tool: { readonly name: 'boyd'; readonly version: string }
  readonly coverage: Coverage
  /** Worst first; open findings only. */
  readonly groups: readonly FindingGroup[]
  /** Open, known and suppressed, in the order of files. */
  readonly findings: readonly ScanFinding[]
}

export interface RawFinding {
  readonly rule: string
  readonly severity: Severity
  readonly of: object
  readonly subject: Subject
  readonly path: FieldPath
  readonly summary: string
  readonly advice: string
  readonly cause: string
}
