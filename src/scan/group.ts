/** Findings by cause: forty files with one fault are one thing to mend, and must not hide the one that is worse. */

import type { Card } from '../model/hazard.ts'
import type { FindingGroup, ScanFinding } from './scan-report.ts'

/** Worst first, then the widest, then by name. */
export function groupFindings(findings: readonly ScanFinding[], cards: ReadonlyMap<string, Card>): FindingGroup[] {
  const groups = new Map<string, ScanFinding[]>()
  for (const finding of findings) {
    const key = `${finding.rule}|${finding.cause}|${finding.severity}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [finding])
    else group.push(finding)
  }
  return [...groups.values()].map((group) => toGroup(group, cards)).sort(compareGroups)
}

function toGroup(findings: readonly ScanFinding[], cards: ReadonlyMap<string, Card>): FindingGroup {
  const first = findings[0] as ScanFinding
  return { rule: first.rule, title: cards.get(first.rule)?.title ?? first.rule, cause: first.cause, severity: first.severity, advice: first.advice, findings }
}

function compareGroups(left: FindingGroup, right: FindingGroup): number {
  return left.severity - right.severity || right.findings.length - left.findings.length || compareText(left.rule, right.rule) || compareText(left.cause, right.cause)
}

/** In the order of files, then lines, then rules. */
export function compareFindings(left: ScanFinding, right: ScanFinding): number {
  return (
    compareText(left.place?.file ?? '', right.place?.file ?? '') ||
    (left.place?.document ?? 0) - (right.place?.document ?? 0) ||
    (left.place?.line ?? 0) - (right.place?.line ?? 0) ||
    compareText(left.subject.namespace ?? '', right.subject.namespace ?? '') ||
    compareText(left.subject.kind, right.subject.kind) ||
    compareText(left.subject.name, right.subject.name) ||
    compareText(left.rule, right.rule) ||
    compareText(left.field, right.field) ||
    compareText(left.summary, right.summary)
  )
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
