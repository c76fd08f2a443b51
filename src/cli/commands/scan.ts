/** `boyd scan PATH…`: what would page somebody one day, found in files or in a cluster. Exit 1 when something is as bad as --fail-on. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import type { Command } from 'commander'
import { parse } from 'yaml'
import { explanationOf } from '../../app/use-cases/explain-rule.ts'
import { scanCards, scanCluster, scanFiles, type ScanSettings } from '../../app/use-cases/scan.ts'
import { readConfig } from '../../app/config.ts'
import { scanSite } from '../../app/use-cases/scan-site.ts'
import { parseTimeMs, systemClock } from '../../kernel/clock.ts'
import { fault } from '../../kernel/fault.ts'
import { createLog } from '../../kernel/log.ts'
import { SEVERITY_NAMES, severityOf, type Severity } from '../../model/severity.ts'
import type { ClusterVersion } from '../../model/snapshot.ts'
import { readBaseline, writeBaseline } from '../../scan/baseline.ts'
import type { ScanReport } from '../../scan/scan-report.ts'
import { readSuppressionFile, type FileSuppression } from '../../scan/suppression-file.ts'
import { packageVersion } from '../../app/package-version.ts'
import { OUTLINE } from '../outline.ts'
import { explainCard, listCards } from '../scan/cards.ts'
import { FORMATS, formatReport, type Format } from '../scan/formats.ts'
import { note, print, type ExitCode } from '../terminal.ts'

interface ScanFlags {
  readonly context?: string
  readonly kubeconfig?: string
  readonly from?: string
  readonly format: string
  readonly json?: true
  readonly output?: string
  readonly failOn: string
  readonly strict?: true
  readonly all?: true
  readonly baseline?: string
  readonly writeBaseline?: string
  readonly suppressions?: string
  readonly config?: string
  readonly kubernetesVersion?: string
  readonly helmValues: readonly string[]
  readonly now?: string
  /** False for --no-cache, a folder where one is given. */
  readonly cache: string | boolean
  readonly explain?: string
  readonly list?: true
}

const USUAL_SUPPRESSIONS = '.boyd-ignore.yaml'
/** The reference machine has two cores; more threads read faster than the rules can take it. */
const THREADS = 2

export function addScanCommand(program: Command, setExit: (code: ExitCode) => void): void {
  program
    .command('scan')
    .description(OUTLINE.scan.does)
    .argument('[paths...]', 'files and folders')
    .option('--from <folder>', 'a folder that holds all objects of a cluster: what is not there does not exist')
    .option('--context <name>', 'scan the cluster of this context')
    .option('--kubeconfig <file>', 'kubeconfig of the cluster to scan')
    .option('--format <name>', `one of ${FORMATS.join(', ')}`, 'text')
    .option('--json', 'the same as --format json')
    .option('--output <file>', 'write the report there, and a line about it here')
    .option('--fail-on <severity>', 'critical, high, medium, low or info: exit 1 at or above it', 'medium')
    .option('--strict', 'exit 1 also when something could not be read')
    .option('--all', 'show every place of a group')
    .option('--baseline <file>', 'only what is not in it counts')
    .option('--write-baseline <file>', 'write what is found now, and exit 0')
    .option('--suppressions <file>', `silence with reasons and ends (default: ${USUAL_SUPPRESSIONS} where there is one)`)
    .option('--config <file>', 'settings file: allowed registries and bases, classes of data (section scan)')
    .option('--kubernetes-version <minor>', 'which version the manifests are for, such as 1.36')
    .option('--helm-values <file>', 'values for the charts; may be repeated', (file: string, before: readonly string[]) => [...before, file], [] as readonly string[])
    .option('--now <time>', 'the day for which dated facts are judged, RFC 3339 (default: today)')
    .option('--cache <folder>', 'where reading is remembered; safe to delete (default: the user\'s cache folder)')
    .option('--no-cache', 'remember nothing')
    .option('--explain <id>', 'print the card of a rule')
    .option('--list', 'list all rules')
    .action(async (paths: readonly string[], flags: ScanFlags) => setExit(await scan(paths, flags)))
}

async function scan(paths: readonly string[], flags: ScanFlags): Promise<ExitCode> {
  if (flags.list === true) return listCards([...scanCards.values()], flags.json === true)
  if (flags.explain !== undefined) return explainCard(flags.explain, { cards: scanCards, explanationOf, json: flags.json === true })
  const [format, failOn] = [formatOf(flags), failOnOf(flags.failOn)]
  collectOften()
  const report = await run(paths, flags)
  for (const { rule, why } of report.coverage.failedRules) note(`boyd: rule ${rule} failed and found nothing: ${why}. Please report it.`)
  if (flags.writeBaseline !== undefined) return keepBaseline(report, flags.writeBaseline)
  const text = formatReport(report, { format, failOn, cards: scanCards, all: flags.all === true })
  if (flags.output === undefined) process.stdout.write(text)
  else {
    writeTo(flags.output, text)
    print(`${report.findings.filter(({ state }) => state.type === 'open').length} findings, written to ${flags.output}`)
  }
  return exitOf(report, failOn, flags.strict === true)
}

/** Nearly all that reading makes is thrown away at once; with the usual young generation a large folder takes twice the memory for nothing. */
function collectOften(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}

function exitOf({ findings, coverage }: ScanReport, failOn: Severity, strict: boolean): ExitCode {
  const found = findings.some(({ state, severity }) => state.type === 'open' && severity <= failOn)
  return found || coverage.failedRules.length > 0 || (strict && coverage.notRead.length > 0) ? 1 : 0
}

async function run(paths: readonly string[], flags: ScanFlags): Promise<ScanReport> {
  const ofCluster = flags.context !== undefined || flags.kubeconfig !== undefined
  const ways = [paths.length > 0, flags.from !== undefined, ofCluster].filter(Boolean).length
  if (ways !== 1) throw wrong('scan', ways === 0 ? 'nothing to scan was named' : 'paths, --from and a cluster are three different scans', 'Name paths, or --from FOLDER, or --context NAME.')
  const settings = readSettings(flags)
  const { kubeconfig, context } = flags
  if (ofCluster) return scanCluster({ ...settings, clock: systemClock(), log: createLog({ level: 'error' }), ...(kubeconfig === undefined ? {} : { kubeconfigFile: kubeconfig }), ...(context === undefined ? {} : { context }) })
  const cacheFolder = cacheOf(flags)
  return scanFiles({ ...settings, paths: flags.from === undefined ? paths : [flags.from], complete: flags.from !== undefined, here: process.cwd(), helmValues: flags.helmValues, threads: THREADS, ...(cacheFolder === undefined ? {} : { cacheFolder }) })
}

function readSettings(flags: ScanFlags): ScanSettings {
  const target = targetOf(flags.kubernetesVersion)
  return {
    version: packageVersion(),
    site: scanSite(readConfig({ settingsFile: flags.config }, process.env).settingsFile),
    nowMs: nowOf(flags.now),
    suppressions: suppressionsOf(flags.suppressions),
    baseline: flags.baseline === undefined ? new Set() : readBaseline(textIn(flags.baseline, 'read baseline'), flags.baseline),
    ...(target === undefined ? {} : { target }),
  }
}

function formatOf({ format, json }: ScanFlags): Format {
  if (json === true) return 'json'
  const found = FORMATS.find((name) => name === format)
  if (found === undefined) throw wrong('read --format', `${format} is no format`, `Use one of ${FORMATS.join(', ')}.`)
  return found
}

function failOnOf(text: string): Severity {
  const severity = severityOf(text)
  if (severity === undefined) throw wrong('read --fail-on', `${text} is no severity`, `Use one of ${Object.values(SEVERITY_NAMES).join(', ')}.`)
  return severity
}

function nowOf(text: string | undefined): number {
  if (text === undefined) return systemClock().now()
  const nowMs = parseTimeMs(text)
  if (nowMs === undefined) throw wrong('read --now', `${text} is not a time`, 'Write it as 2026-03-01T02:03:04Z.')
  return nowMs
}

function targetOf(text: string | undefined): ClusterVersion | undefined {
  if (text === undefined) return undefined
  const match = /^v?(\d+)\.(\d+)(\.\d+)?$/.exec(text)
  if (match === null) throw wrong('read --kubernetes-version', `${text} is no version`, 'Write it as 1.36.')
  return { major: Number(match[1]), minor: Number(match[2]), gitVersion: text.startsWith('v') ? text : `v${text}` }
}

function suppressionsOf(named: string | undefined): readonly FileSuppression[] {
  const file = named ?? (existsSync(USUAL_SUPPRESSIONS) ? USUAL_SUPPRESSIONS : undefined)
  if (file === undefined) return []
  const text = textIn(file, 'read suppressions')
  try {
    return readSuppressionFile(parse(text, { maxAliasCount: 0 }), file)
  } catch (error) {
    if (error instanceof Error && error.name.startsWith('YAML')) throw wrong('read suppressions', (error.message.split('\n')[0] ?? '').trim(), 'The file must be one YAML document.', file)
    throw error
  }
}

function cacheOf({ cache }: ScanFlags): string | undefined {
  if (cache === false) return undefined
  return typeof cache === 'string' ? cache : join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'boyd', 'scan')
}

function keepBaseline(report: ScanReport, file: string): ExitCode {
  writeTo(file, writeBaseline(report.findings))
  print(`${report.findings.filter(({ state }) => state.type !== 'suppressed').length} findings are the baseline now: ${file}`)
  return 0
}

function textIn(file: string, operation: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw fault({ code: 'not-found', operation, subject: file, message: 'the file cannot be read', recovery: 'give-up', cause })
  }
}

function writeTo(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (cause) {
    throw fault({ code: 'invalid', operation: 'write', subject: file, message: 'the file cannot be written', cause })
  }
}

function wrong(operation: string, message: string, hint: string, subject?: string): Error {
  return fault({ code: 'invalid', operation, message, hint, ...(subject === undefined ? {} : { subject }) })
}

