/**
 * A signal: one observation that something may be wrong, normalised from any source.
 *
 * Free text in a signal (title, annotations) is data of the lowest trust. Nothing is decided from it: targets
 * come from structured fields, and are looked up in the cluster before anything believes them.
 */

import { digestOfJson } from '../kernel/canonical-json.ts'
import type { Subject } from './kube-object.ts'

/** 1 is "wake somebody", 5 is "for the record". */
export type Severity = 1 | 2 | 3 | 4 | 5

export type SignalStatus = 'firing' | 'resolved'

/** How we know who sent it: a signature over the body, a shared secret, our own watch, or nothing. */
export type Trust = 'signed' | 'secret' | 'watched' | 'unsigned'

export interface Signal {
  readonly kind: 'signal'
  readonly id: string
  readonly source: string
  /** The sender's own id of this observation; with `startsAtMs` it tells a repeat from a new firing. */
  readonly sourceEventId: string
  readonly status: SignalStatus
  readonly severity: Severity
  /** The sender's word for the severity. */
  readonly severityText: string
  /** The rule or condition that fired: `KubeNodeNotReady`. */
  readonly name: string
  readonly title: string
  readonly startsAtMs: number
  readonly observedAtMs: number
  readonly targets: readonly Subject[]
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly links: readonly string[]
  readonly completeness: 'complete' | 'truncated' | 'lenient'
  readonly trust: Trust
  /** Digest of the raw bytes it was read from. */
  readonly rawDigest: string
  /** Over structured fields only: what makes two observations the same trouble. See `fingerprintOf`. */
  readonly fingerprint: string
}

/**
 * The fingerprint of a signal: source-independent where the targets are known, so that two tools that report
 * one fault meet in one incident.
 */
export function fingerprintOf(parts: { readonly name: string; readonly targets: readonly Subject[]; readonly cluster?: string }): string {
  const targets = parts.targets.map((target) => [target.kind, target.namespace ?? '', target.name])
  targets.sort((left, right) => (left.join('|') < right.join('|') ? -1 : 1))
  return digestOfJson({ cluster: parts.cluster ?? '', subject: targets.length > 0 ? targets : parts.name })
}
