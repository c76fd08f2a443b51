/** The report as JSON, flat, with the words people use beside the numbers. */

import { subjectText } from '../../model/kube-object.ts'
import { SEVERITY_NAMES } from '../../model/severity.ts'
import type { ScanFinding, ScanReport } from '../scan-report.ts'

export function toJson(report: ScanReport): object {
  const { tool, coverage, groups, findings } = report
  return {
    tool,
    coverage,
    groups: groups.map(({ findings: inGroup, severity, ...group }) => ({ ...group, severity: SEVERITY_NAMES[severity], count: inGroup.length, fingerprints: inGroup.map(({ fingerprint }) => fingerprint) })),
    findings: findings.map(findingJson),
  }
}

function findingJson({ severity, subject, place, ...finding }: ScanFinding): object {
  return { ...finding, severity: SEVERITY_NAMES[severity], subject: { ...subject, text: subjectText(subject) }, ...(place === undefined ? {} : place) }
}
