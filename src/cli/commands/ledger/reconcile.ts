/** `boyd ledger reconcile`: what was done to the cluster in Boyd's name, and does the ledger know it? Offline, on two files. */

import { join } from 'node:path'
import type { Command } from 'commander'
import { readConfig } from '../../../app/config.ts'
import { accountsIn, readAuditLog, reconcile, type ClusterAct, type Reconciled } from '../../../app/use-cases/reconcile-ledger.ts'
import { verifyFile } from '../../../app/use-cases/verify-ledger.ts'
import { toIso } from '../../../kernel/clock.ts'
import { fault } from '../../../kernel/fault.ts'
import type { LedgerEntry } from '../../../model/ledger-entry.ts'
import { colours, note, print, printJson, type ExitCode } from '../../terminal.ts'
import { readBytes } from './read-file.ts'

interface ReconcileFlags {
  readonly audit: string
  readonly account: readonly string[]
  readonly ledger?: string
  readonly skew: string
  readonly home?: string
  readonly json?: true
}

const FIELD_MANAGER = 'boyd'

export function addLedgerReconcile(ledger: Command, setExit: (code: ExitCode) => void): void {
  ledger
    .command('reconcile')
    .description('compare the ledger with the audit log of a cluster; exit 1 when one knows what the other does not')
    .requiredOption('--audit <file>', 'audit log of the API server: audit.k8s.io/v1 events, a line each; - reads standard input')
    .option('--account <user>', 'a user name that is Boyd’s, such as system:serviceaccount:boyd:boyd; may be given again (default: whoever asked under Boyd’s field manager)', (value: string, before: readonly string[]) => [...before, value], [])
    .option('--ledger <file>', 'a ledger file (default: the one in the home folder)')
    .option('--skew <seconds>', 'how far the clocks may differ', '5')
    .option('--home <folder>', 'where Boyd keeps its state (BOYD_HOME)')
    .option('--json', 'machine-readable output')
    .action((flags: ReconcileFlags) => {
      const log = auditLog(flags.audit)
      const accounts = flags.account.length > 0 ? flags.account : accountsIn(log, FIELD_MANAGER)
      if (accounts.length === 0) throw fault({ code: 'invalid', operation: 'ledger reconcile', subject: flags.audit, message: 'nobody asked under Boyd’s field manager', hint: 'Name the account with --account.' })
      const result = reconcile({ entries: entriesOf(flags.ledger ?? join(readConfig({ home: flags.home }, process.env).home, 'ledger.jsonl')), log, accounts, skewMs: secondsIn(flags.skew) * 1_000 })
      const ok = result.unknown.length === 0 && result.unseen.length === 0
      setExit(ok ? 0 : 1)
      if (flags.json === true) printJson({ ok, accounts, ...result })
      else tell(result, accounts)
    })
}

function auditLog(file: string) {
  const read = readAuditLog(Buffer.from(readBytes(file, 'The API server writes it where --audit-log-path says.')).toString('utf8'))
  if (!read.ok) throw fault({ code: 'invalid', operation: 'ledger reconcile', subject: file, message: `line ${read.line}: ${read.reason}`, hint: 'The file must be the log that the API server wrote.' })
  return read
}

/** A ledger that was changed says nothing about what was done. */
function entriesOf(file: string): readonly LedgerEntry[] {
  const bytes = readBytes(file)
  const check = verifyFile(bytes)
  if (!check.ok) throw fault({ code: 'invalid', operation: 'ledger reconcile', subject: file, message: `line ${check.line}: ${check.reason}`, hint: 'The ledger must be intact; see boyd ledger verify.' })
  if (check.kind !== 'ledger') throw fault({ code: 'invalid', operation: 'ledger reconcile', subject: file, message: 'it is not a whole ledger', hint: 'Fetch one with "boyd ledger export -o ledger.jsonl".' })
  const lines = Buffer.from(bytes).toString('utf8').split('\n').slice(0, check.entries)
  return lines.map((line) => JSON.parse(line) as LedgerEntry)
}

function secondsIn(text: string): number {
  const seconds = Number(text)
  if (text !== '' && Number.isFinite(seconds) && seconds >= 0) return seconds
  throw fault({ code: 'invalid', operation: 'ledger reconcile', subject: text, message: '--skew is a number of seconds' })
}

function tell({ acts, unknown, unseen, notCovered, surplus }: Reconciled, accounts: readonly string[]): void {
  const known = acts - unknown.length
  print(`${unknown.length + unseen.length === 0 ? colours.green('agreed') : colours.red('differs')}: ${known} of ${acts} changes by ${accounts.join(', ')} are in the ledger`)
  for (const act of unknown) print(`not in the ledger: ${actText(act)}`)
  for (const { seq, text, incidentId } of unseen) print(`not in the audit log: ${text} (line ${seq}, ${incidentId})`)
  for (const { step, acts: count } of surplus) note(`${step.text} (line ${step.seq}): ${count} requests, and the ledger tells of ${step.requests}; a process that died in it, or somebody else at that moment`)
  if (notCovered > 0) note(`${notCovered} changes in the ledger are outside the time that the audit log covers`)
}

function actText({ atMs, verb, resource, subresource, namespace, name, users, line }: ClusterAct): string {
  const what = `${resource}${subresource === '' ? '' : `/${subresource}`} ${namespace === '' ? '' : `${namespace}/`}${name}`
  return `${Number.isNaN(atMs) ? 'at an unknown time' : toIso(atMs)} ${users.join(' as ')} ${verb} ${what} (line ${line} of the audit log)`
}
