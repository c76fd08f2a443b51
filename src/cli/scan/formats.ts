/** The formats of a report by name, as texts that end with a line break. */

import type { Card } from '../../model/hazard.ts'
import type { Severity } from '../../model/severity.ts'
import { toGithub } from '../../scan/formats/github.ts'
import { toJson } from '../../scan/formats/json.ts'
import { toJunit } from '../../scan/formats/junit.ts'
import { toSarif } from '../../scan/formats/sarif.ts'
import type { ScanReport } from '../../scan/scan-report.ts'
import { harmless } from '../terminal.ts'
import { toText } from './text.ts'

export const FORMATS = ['text', 'json', 'sarif', 'junit', 'github'] as const
export type Format = (typeof FORMATS)[number]

export interface FormatOptions {
  readonly format: Format
  readonly failOn: Severity
  readonly cards: ReadonlyMap<string, Card>
  /** Every place of a group, not the first few. */
  readonly all: boolean
}

export function formatReport(report: ScanReport, { format, failOn, cards, all }: FormatOptions): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(toJson(report))}\n`
    case 'sarif':
      return `${JSON.stringify(toSarif(report, cards), undefined, 2)}\n`
    case 'junit':
      return toJunit(report, failOn)
    case 'github':
      return toGithub(report)
    default:
      return harmless(toText(report, { all, failOn }))
  }
}
