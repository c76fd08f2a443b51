/** `boyd ledger verify`: was the record changed? Offline, with the file, the public key, and whatever anchors there are. */

import type { Command } from 'commander'
import { fault } from '../../../kernel/fault.ts'
import { readAnchors, verifyFile, type FileCheck } from '../../../app/use-cases/verify-ledger.ts'
import { colours, note, print, printJson, type ExitCode } from '../../terminal.ts'
import { readBytes, readKeys } from './read-file.ts'

interface VerifyFlags {
  readonly key: readonly string[]
  readonly anchor: readonly string[]
  readonly openEnd?: true
  readonly json?: true
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value]

export function addLedgerVerify(ledger: Command, setExit: (code: ExitCode) => void): void {
  ledger
    .command('verify')
    .description('check a ledger, an exported incident or a proof, offline; exit 1 when it was changed')
    .argument('<file>', 'the file; - reads standard input')
    .option('--key <key>', 'public key that must have signed it, or a file of such keys (boyd ledger key prints it)', collect, [])
    .option('--anchor <file>', 'checkpoints that were kept elsewhere; may be given again', collect, [])
    .option('--open-end', 'the file is still being written: let lines after the last checkpoint pass')
    .option('--json', 'machine-readable output')
    .action((file: string, flags: VerifyFlags) => {
      const anchors = readAnchors(flags.anchor.map((name) => ({ name, text: Buffer.from(readBytes(name, 'Give a file that holds checkpoints.')).toString('utf8') })))
      if (!anchors.ok) throw fault({ code: 'invalid', operation: 'ledger verify', message: anchors.reason, hint: 'An anchor file holds checkpoints as "boyd ledger export --checkpoint" prints them.' })
      const result = verifyFile(readBytes(file), { keys: readKeys(flags.key), anchors: anchors.checkpoints, openEnd: flags.openEnd ?? false })
      setExit(result.ok ? 0 : 1)
      if (flags.json === true) printJson(result)
      else tell(result, flags)
    })
}

function tell(result: FileCheck, flags: VerifyFlags): void {
  if (!result.ok) return print(`${colours.red('changed')}: line ${result.line}: ${result.reason}`)
  print(`${colours.green('intact')}: ${whatIsIntact(result)}`)
  for (const { line, text } of result.remarks) note(`line ${line}: ${text}`)
  if (flags.key.length === 0) note('signatures were not held against a key of yours: give --key')
  if (flags.anchor.length === 0) note('no anchor was given: a ledger that was cut, or made anew by who holds the key, would not show')
}

function whatIsIntact(result: Extract<FileCheck, { ok: true }>): string {
  if (result.kind === 'incident') return `incident ${result.incidentId}, ${result.entries} entries of a ledger of ${result.size}`
  if (result.kind !== 'ledger') return result.proven
  return `${result.entries} entries, ${result.signed} signed, head ${result.head}`
}
