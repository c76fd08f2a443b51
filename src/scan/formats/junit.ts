/** JUnit XML: a suite for each rule that found something, a failed case for each finding; what is silenced is skipped. */

import { subjectText } from '../../model/kube-object.ts'
import type { Severity } from '../../model/severity.ts'
import type { ScanFinding, ScanReport } from '../scan-report.ts'

/** Findings at or above `failOn` fail their case; milder ones pass with their text as output. */
export function toJunit(report: ScanReport, failOn: Severity): string {
  const rules = [...new Set(report.findings.map(({ rule }) => rule))].sort()
  const suites = rules.map((rule) => suiteOf(rule, report.findings.filter((finding) => finding.rule === rule), failOn))
  const all = report.findings
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="boyd scan" tests="${all.length}" failures="${count(all, failOn)}" skipped="${skipped(all)}">\n${suites.join('')}</testsuites>\n`
}

function suiteOf(rule: string, findings: readonly ScanFinding[], failOn: Severity): string {
  return `  <testsuite name="${escaped(rule)}" tests="${findings.length}" failures="${count(findings, failOn)}" errors="0" skipped="${skipped(findings)}">\n${findings.map((finding) => caseOf(finding, failOn)).join('')}  </testsuite>\n`
}

function caseOf(finding: ScanFinding, failOn: Severity): string {
  const { subject, field, place, rule } = finding
  const where = place === undefined ? '' : ` file="${escaped(place.file)}"${place.line === undefined ? '' : ` line="${place.line}"`}`
  return `    <testcase classname="${escaped(rule)}" name="${escaped(`${subjectText(subject)} ${field}`.trim())}"${where}>${outcomeOf(finding, failOn)}</testcase>\n`
}

function outcomeOf({ state, severity, summary, advice }: ScanFinding, failOn: Severity): string {
  if (state.type === 'suppressed') return `<skipped message="${escaped(`${state.reason} (until ${state.until})`)}"/>`
  if (state.type === 'known') return '<skipped message="in the baseline"/>'
  if (severity > failOn) return `<system-out>${escaped(summary)}</system-out>`
  return `<failure message="${escaped(summary)}">${escaped(advice)}</failure>`
}

function count(findings: readonly ScanFinding[], failOn: Severity): number {
  return findings.filter(({ state, severity }) => state.type === 'open' && severity <= failOn).length
}

function skipped(findings: readonly ScanFinding[]): number {
  return findings.filter(({ state }) => state.type !== 'open').length
}

/** XML 1.0 has no place for most control characters, escaped or not. */
function escaped(text: string): string {
  const clean = text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
  return clean.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll('\n', '&#10;')
}
