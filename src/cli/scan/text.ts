/** The report for people: first what was looked at, then one paragraph a cause, worst first. */

import { subjectText } from '../../model/kube-object.ts'
import { SEVERITY_NAMES, type Severity } from '../../model/severity.ts'
import type { Coverage, FindingGroup, ScanFinding, ScanReport } from '../../scan/scan-report.ts'
import { colours } from '../terminal.ts'
import { wrap } from '../wrap.ts'

/** Places of a group that are shown unless all are asked for. */
const PLACES_SHOWN = 5

export function toText(report: ScanReport, options: { readonly all: boolean; readonly failOn: Severity }): string {
  const parts = [coverageText(report.coverage), ...report.groups.map((group) => groupText(group, options.all)), endText(report, options.failOn)]
  return `${parts.map((part) => wrap(part, { hang: 2 })).join('\n\n')}\n`
}

function coverageText({ read, files, unrelated, notRead, rules }: Coverage): string {
  const things = Object.entries(read).map(([kind, count]) => `${count} ${kind}`)
  const from = files === 0 ? '' : ` in ${files} ${files === 1 ? 'file' : 'files'}`
  const aside = unrelated === 0 ? '' : `, ${unrelated} of which hold nothing that is scanned`
  const lines = notRead.map(({ source, why, hint }) => `${colours.yellow('not read')}: ${source}: ${why}.${hint === undefined ? '' : ` ${hint}`}`)
  return [`Read: ${things.join(', ') || 'nothing'}${from}${aside}. ${rules} rules.`, ...lines].join('\n')
}

function groupText({ rule, title, cause, severity, advice, findings }: FindingGroup, all: boolean): string {
  const shown = all ? findings : findings.slice(0, PLACES_SHOWN)
  const more = findings.length - shown.length
  const head = `${severityText(severity)} ${colours.bold(cause === title ? title : `${title}: ${cause}`)} ${colours.dim(`(${rule}, ${findings.length} ${findings.length === 1 ? 'place' : 'places'})`)}`
  const places = shown.map((finding) => `  ${placeText(finding)}${finding.summary}`)
  return [head, ...places, ...(more > 0 ? [`  and ${more} more (--all shows them)`] : []), `  ${colours.cyan('→')} ${advice}`].join('\n')
}

function placeText({ place, field, subject }: ScanFinding): string {
  if (place === undefined) return `${subjectText(subject)}${field === '' ? '' : ` ${field}`}: `
  if (place.line === undefined) return `${place.file} (rendered, ${subjectText(subject)}): `
  return `${place.file}:${place.line}${place.column === undefined ? '' : `:${place.column}`}: `
}

function severityText(severity: Severity): string {
  const name = SEVERITY_NAMES[severity]
  return severity <= 2 ? colours.red(name) : severity === 3 ? colours.yellow(name) : colours.dim(name)
}

function endText({ findings, coverage }: ScanReport, failOn: Severity): string {
  const of = (type: ScanFinding['state']['type']): ScanFinding[] => findings.filter(({ state }) => state.type === type)
  const [open, known, suppressed] = [of('open'), of('known'), of('suppressed')]
  const counts = ([1, 2, 3, 4, 5] as const).flatMap((severity) => {
    const count = open.filter((finding) => finding.severity === severity).length
    return count === 0 ? [] : [`${count} ${SEVERITY_NAMES[severity]}`]
  })
  const aside = [...(known.length > 0 ? [`${known.length} in the baseline`] : []), ...(suppressed.length > 0 ? [`${suppressed.length} suppressed`] : [])]
  const total = open.length === 0 ? `No ${known.length > 0 ? 'new ' : ''}findings in what was read${coverage.notRead.length > 0 ? ', which was not everything' : ''}` : `${open.length} ${open.length === 1 ? 'finding' : 'findings'}: ${counts.join(', ')}`
  return `${total}${aside.length === 0 ? '' : ` (${aside.join(', ')})`}. Fails on ${SEVERITY_NAMES[failOn]} or worse.`
}
