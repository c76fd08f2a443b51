/**
 * What makes two findings the same one, from scan to scan: the rule, the thing, the field and the cause. Lines, order and the
 * place of the file do not count, so that moving things about brings nothing new.
 */

import { digestOfJson } from '../kernel/canonical-json.ts'
import type { Subject } from '../model/kube-object.ts'

export interface Identity {
  readonly rule: string
  readonly subject: Subject
  readonly field: string
  readonly cause: string
}

/** Sixteen bytes of it: enough for any repository, short enough for a baseline that people read. */
export function fingerprintOf({ rule, subject, field, cause }: Identity): string {
  return digestOfJson({ rule, subject, field, cause }).slice('sha256:'.length, 'sha256:'.length + 32)
}

/** The same object in two files is two findings; the second and later ones are told apart by their number. */
export function numberRepeats<T extends { readonly fingerprint: string }>(findings: readonly T[]): T[] {
  const seen = new Map<string, number>()
  return findings.map((finding) => {
    const count = (seen.get(finding.fingerprint) ?? 0) + 1
    seen.set(finding.fingerprint, count)
    return count === 1 ? finding : { ...finding, fingerprint: `${finding.fingerprint}-${count}` }
  })
}
