/**
 * From what the rules said and where it lies to the report: names, fingerprints, silence, the baseline, groups. Pure; the same
 * input gives the same report, byte for byte.
 */

import type { Card } from '../model/hazard.ts'
import { fieldText } from './field-text.ts'
import { fingerprintOf, numberRepeats } from './fingerprint.ts'
import { compareFindings, groupFindings } from './group.ts'
import { suppressionRefused } from './own-cards.ts'
import type { Coverage, FindingState, Place, RawFinding, ScanFinding, ScanReport } from './scan-report.ts'
import { isExpired, speaksOf, type ReadSuppression, type Suppression } from './suppression.ts'
import type { FileSuppression } from './suppression-file.ts'

/** A finding with its place, and with the suppressions that stand near it. */
export interface PlacedFinding {
  readonly raw: RawFinding
  readonly place?: Place
  readonly nearby: readonly ReadSuppression[]
}

export interface Conclusion {
  readonly version: string
  readonly findings: readonly PlacedFinding[]
  readonly coverage: Coverage
  readonly cards: ReadonlyMap<string, Card>
  readonly suppressions: readonly FileSuppression[]
  readonly baseline: ReadonlySet<string>
  readonly nowMs: number
}

export function conclude(input: Conclusion): ScanReport {
  const named = [...input.findings, ...refusals(input.findings)].map((finding) => ({ finding, named: nameFinding(finding) }))
  named.sort((left, right) => compareFindings(left.named, right.named))
  const numbered = numberRepeats(named.map((item) => item.named))
  const findings = numbered.map((finding, index) => ({ ...finding, state: stateOf(finding, named[index]?.finding.nearby ?? [], input) }))
  const open = findings.filter(({ state }) => state.type === 'open')
  return { tool: { name: 'boyd', version: input.version }, coverage: input.coverage, groups: groupFindings(open, input.cards), findings }
}

function nameFinding({ raw, place }: PlacedFinding): ScanFinding {
  const { rule, severity, subject, of, path, summary, advice, cause } = raw
  const field = fieldText(of, path)
  return { rule, severity, subject, field, summary, advice, cause, ...(place === undefined ? {} : { place }), fingerprint: fingerprintOf({ rule, subject, field, cause }), state: { type: 'open' } }
}

function stateOf(finding: ScanFinding, nearby: readonly ReadSuppression[], { suppressions, baseline, nowMs }: Conclusion): FindingState {
  const here = nearby.filter((one): one is Suppression => !('refused' in one) && speaksOf(one, finding.rule))
  const silent = [...here, ...suppressions.filter((one) => one.matches(finding))].find((one) => !isExpired(one, nowMs))
  if (silent !== undefined && finding.rule !== suppressionRefused.id) return { type: 'suppressed', reason: silent.reason, until: silent.until, by: silent.by }
  return baseline.has(finding.fingerprint) ? { type: 'known' } : { type: 'open' }
}

/** A refused one is told once, at the first finding it stands near. */
function refusals(findings: readonly PlacedFinding[]): PlacedFinding[] {
  const told = new Map<string, PlacedFinding>()
  for (const { raw, place, nearby } of findings) {
    for (const one of nearby) {
      if (!('refused' in one) || told.has(one.by)) continue
      told.set(one.by, {
        raw: { rule: suppressionRefused.id, severity: suppressionRefused.severity, of: raw.of, subject: raw.subject, path: [], summary: `${one.by} ${one.refused}, so it silences nothing`, advice: suppressionRefused.prevention, cause: suppressionRefused.title },
        nearby: [],
        ...(place === undefined ? {} : { place }),
      })
    }
  }
  return [...told.values()]
}
