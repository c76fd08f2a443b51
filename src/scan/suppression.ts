/**
 * Silence that somebody answers for: which rule, why, and until when. Without a reason or an end it is refused, and after its
 * end the finding is back; silence for ever is how a known fault becomes a surprise.
 *
 * Three places, one grammar. In a comment above or beside the line: `# boyd:ignore RULE until 2027-03-01 because REASON`. As an
 * annotation, which also reaches a live cluster: `ignore.boyd.dev/RULE: until 2027-03-01 because REASON`. In a file, with globs.
 */

import { parseTimeMs } from '../kernel/clock.ts'
import type { Labels } from '../model/kube/selector.ts'

export interface Suppression {
  /** Rules it speaks of; `*` for all. */
  readonly rules: readonly string[]
  readonly reason: string
  /** ISO date; the last day on which it holds. */
  readonly until: string
  /** `a comment in web.yaml, line 12`. */
  readonly by: string
}

export type ReadSuppression = Suppression | { readonly refused: string; readonly by: string }

export const IGNORE_ANNOTATION = 'ignore.boyd.dev/'
const DATE = /^\d{4}-\d\d-\d\d$/

/** `RULE[,RULE] until DATE because REASON`. */
export function readComment(text: string, by: string): ReadSuppression {
  const [names = '', ...rest] = text.split(/\s+/)
  if (names === '' || names === 'until' || names === 'because') return { refused: 'names no rule', by }
  return readTerms(names.split(',').filter((name) => name !== ''), rest.join(' '), by)
}

/** `until DATE because REASON`, about these rules. */
export function readTerms(rules: readonly string[], text: string, by: string): ReadSuppression {
  const until = /\buntil\s+(\S+)/.exec(text)?.[1]
  const reason = /\bbecause\s+(\S.*)$/.exec(text)?.[1]?.replace(/\s*(-->|\*\/)$/, '').trim() ?? ''
  return checked({ rules, until: until ?? '', reason, by })
}

export function checked(suppression: Suppression): ReadSuppression {
  const { reason, until, by } = suppression
  if (reason === '') return { refused: 'gives no reason (because …)', by }
  if (!DATE.test(until) || parseTimeMs(until) === undefined) return { refused: 'has no end (until YYYY-MM-DD)', by }
  return suppression
}

export function fromAnnotations(annotations: Labels | undefined, by: string): ReadSuppression[] {
  return Object.entries(annotations ?? {}).flatMap(([key, value]) => (key.startsWith(IGNORE_ANNOTATION) ? [readTerms([key.slice(IGNORE_ANNOTATION.length)], value, by)] : []))
}

/** Its last day is a whole one, in UTC. */
export function isExpired({ until }: Suppression, nowMs: number): boolean {
  return nowMs >= (parseTimeMs(until) ?? 0) + 86_400_000
}

export function speaksOf({ rules }: Suppression, rule: string): boolean {
  return rules.includes(rule) || rules.includes('*')
}
