/** Senders' words for how bad it is, on one scale: 1 wakes somebody, 5 is for the record. */

import type { Severity } from '../model/signal.ts'

const WORDS: readonly (readonly [Severity, RegExp])[] = [
  [1, /^(critical|crit|page|emergency|disaster|fatal|blocker|alert|p1|sev-?[01]|1)$/],
  [2, /^(error|err|high|major|severe|p2|sev-?2|2)$/],
  [3, /^(warning|warn|medium|average|minor|p3|sev-?3|3)$/],
  [4, /^(low|notice|p4|sev-?4|4)$/],
  [5, /^(info|informational|information|none|debug|ok|p5|sev-?5|5)$/],
]

/** A word nobody taught us is taken as a warning: neither ignored nor a page. */
export function severityOf(text: string | undefined): Severity {
  const word = (text ?? '').trim().toLowerCase()
  return WORDS.find(([, pattern]) => pattern.test(word))?.[0] ?? 3
}
