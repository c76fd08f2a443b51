/** The findings that were there when a team began to look: only what is new since then fails the build. */

import { z } from 'zod'
import { fault } from '../kernel/fault.ts'
import type { ScanFinding } from './scan-report.ts'

const schema = z.strictObject({
  version: z.literal(1),
  findings: z.array(z.object({ fingerprint: z.string().min(1), rule: z.string(), subject: z.string().default(''), summary: z.string().default('') })),
})

/** Fingerprints of the file. Fault `invalid` when it is none of ours. */
export function readBaseline(text: string, file: string): ReadonlySet<string> {
  const parsed = schema.safeParse(jsonOf(text))
  if (parsed.success) return new Set(parsed.data.findings.map(({ fingerprint }) => fingerprint))
  throw fault({ code: 'invalid', operation: 'read baseline', subject: file, message: 'this is no baseline of boyd scan', hint: 'Write one with --write-baseline.' })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Everything that is open or known now, for a file under version control: sorted, a line each. */
export function writeBaseline(findings: readonly ScanFinding[]): string {
  const kept = findings.filter(({ state }) => state.type !== 'suppressed')
  const lines = kept.map(({ fingerprint, rule, subject, summary }) => JSON.stringify({ fingerprint, rule, subject: [subject.kind, subject.namespace, subject.name].filter((part) => part !== undefined).join(' '), summary }))
  return `{"version": 1, "findings": [\n${lines.sort().join(',\n')}\n]}\n`
}
