/** SARIF 2.1.0, as GitHub code scanning and most viewers read it. The published schema is checked in the test. */

import type { Card } from '../../model/hazard.ts'
import { subjectText } from '../../model/kube-object.ts'
import type { Severity } from '../../model/severity.ts'
import type { Place, ScanFinding, ScanReport } from '../scan-report.ts'

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = { 1: 'error', 2: 'error', 3: 'warning', 4: 'note', 5: 'note' }
/** What GitHub sorts by: `security-severity`, 0 to 10. */
const SCORES: Readonly<Record<Severity, string>> = { 1: '9.5', 2: '7.5', 3: '5.0', 4: '3.0', 5: '1.0' }

export function toSarif(report: ScanReport, cards: ReadonlyMap<string, Card>): object {
  const ids = [...new Set(report.findings.map(({ rule }) => rule))].sort()
  const index = new Map(ids.map((id, at) => [id, at]))
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: report.tool.name, version: report.tool.version, rules: ids.map((id) => toRule(id, cards.get(id))) } },
        columnKind: 'utf16CodeUnits',
        results: report.findings.map((finding) => toResult(finding, index.get(finding.rule) ?? 0)),
        invocations: [{ executionSuccessful: report.coverage.failedRules.length === 0, toolExecutionNotifications: notifications(report) }],
      },
    ],
  }
}

function toRule(id: string, card: Card | undefined): object {
  const title = card?.title ?? id
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: `${title}. ${card?.prevention ?? ''}`.trim() },
    ...(card?.sources[0] === undefined ? {} : { helpUri: card.sources[0].url }),
    defaultConfiguration: { level: LEVELS[card?.severity ?? 3] },
    properties: { 'security-severity': SCORES[card?.severity ?? 3] },
  }
}

function toResult(finding: ScanFinding, ruleIndex: number): object {
  const { rule, severity, summary, advice, fingerprint, subject, field, place, state } = finding
  return {
    ruleId: rule,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: `${summary}. ${advice}` },
    locations: [{ ...(place === undefined ? {} : { physicalLocation: physical(place) }), logicalLocations: [{ fullyQualifiedName: `${subjectText(subject)}${field === '' ? '' : ` ${field}`}`, kind: 'resource' }] }],
    partialFingerprints: { 'boyd/v1': fingerprint },
    ...(state.type === 'suppressed' ? { suppressions: [{ kind: state.by.startsWith('the ') ? 'inSource' : 'external', justification: `${state.reason} (until ${state.until})` }] } : {}),
    baselineState: state.type === 'known' ? 'unchanged' : 'new',
  }
}

function physical({ file, line, column }: Place): object {
  return { artifactLocation: { uri: encodeURI(file) }, ...(line === undefined ? {} : { region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) } }) }
}

function notifications({ coverage }: ScanReport): object[] {
  const missed = coverage.notRead.map(({ source, why }) => ({ level: 'warning', message: { text: `${source} was not read: ${why}` } }))
  return [...missed, ...coverage.failedRules.map(({ rule, why }) => ({ level: 'error', message: { text: `rule ${rule} failed: ${why}` } }))]
}
