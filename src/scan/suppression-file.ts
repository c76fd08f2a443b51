/** The file of suppressions: what is too wide for a comment, with owners. Given as data that has been parsed already. */

import { matchesGlob } from 'node:path'
import { z } from 'zod'
import { fault } from '../kernel/fault.ts'
import { subjectText } from '../model/kube-object.ts'
import type { ScanFinding } from './scan-report.ts'
import { checked, speaksOf, type Suppression } from './suppression.ts'

const schema = z.strictObject({
  suppressions: z.array(
    z.strictObject({
      rule: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
      /** Globs; absent: everywhere. */
      file: z.string().min(1).exactOptional(),
      /** `Deployment shop/web`, with `*` where any will do. */
      subject: z.string().min(1).exactOptional(),
      reason: z.string().default(''),
      until: z.string().default(''),
      owner: z.string().exactOptional(),
    }),
  ),
})

export interface FileSuppression extends Suppression {
  matches(finding: Pick<ScanFinding, 'rule' | 'subject' | 'place'>): boolean
}

/** Fault `invalid`, with the entry, when one has no reason or no end: a file is mended before the scan, not after. */
export function readSuppressionFile(data: unknown, file: string): FileSuppression[] {
  const parsed = schema.safeParse(data ?? { suppressions: [] })
  if (!parsed.success) throw refused(file, parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the document'}: ${issue.message}`).join('; '))
  return parsed.data.suppressions.map((entry, index) => {
    const rules = typeof entry.rule === 'string' ? [entry.rule] : entry.rule
    const suppression = checked({ rules, reason: entry.reason.trim(), until: entry.until, by: `${file}${entry.owner === undefined ? '' : `, ${entry.owner}`}` })
    if ('refused' in suppression) throw refused(file, `suppressions.${index} ${suppression.refused}`)
    return { ...suppression, matches: (finding) => speaksOf(suppression, finding.rule) && inFile(entry.file, finding.place?.file) && about(entry.subject, subjectText(finding.subject)) }
  })
}

function refused(file: string, message: string): Error {
  return fault({ code: 'invalid', operation: 'read suppressions', subject: file, message, hint: 'Each names rule, reason and until (YYYY-MM-DD).' })
}

function inFile(glob: string | undefined, file: string | undefined): boolean {
  return glob === undefined || (file !== undefined && matchesGlob(file, glob))
}

function about(pattern: string | undefined, subject: string): boolean {
  if (pattern === undefined) return true
  return new RegExp(`^${pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`).test(subject)
}
