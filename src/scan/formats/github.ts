/** Annotations of a pull request: workflow commands that GitHub Actions reads from the log. */

import type { Severity } from '../../model/severity.ts'
import type { ScanFinding, ScanReport } from '../scan-report.ts'

const COMMANDS: Readonly<Record<Severity, string>> = { 1: 'error', 2: 'error', 3: 'warning', 4: 'notice', 5: 'notice' }

export function toGithub(report: ScanReport): string {
  const missed = report.coverage.notRead.map(({ source, why }) => `::notice title=boyd scan::${data(`${source} was not read: ${why}`)}\n`)
  return [...missed, ...report.findings.filter(({ state }) => state.type === 'open').map(annotation)].join('')
}

function annotation({ severity, place, rule, summary, advice }: ScanFinding): string {
  const at = place === undefined ? [] : [`file=${property(place.file)}`, ...(place.line === undefined ? [] : [`line=${place.line}`, `col=${place.column ?? 1}`])]
  return `::${COMMANDS[severity]} ${[...at, `title=${property(rule)}`].join(',')}::${data(`${summary}. ${advice}`)}\n`
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
