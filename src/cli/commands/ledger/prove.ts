/** `boyd ledger prove`: that a line is in the ledger, or that one ledger is the beginning of another. Offline. */

import type { Command } from 'commander'
import { fault } from '../../../kernel/fault.ts'
import { partsOf, proofText, proveConsistency, proveInclusion, verifyFile, type LedgerParts } from '../../../app/use-cases/verify-ledger.ts'
import { readBytes, writeOut } from './read-file.ts'

interface ProveFlags {
  readonly size?: string
  readonly from?: string
  readonly to?: string
  readonly output?: string
}

export function addLedgerProve(ledger: Command): void {
  ledger
    .command('prove')
    .description('prove that a line is in a ledger, or with --from that an older ledger is its beginning; "ledger verify" checks the proof')
    .argument('<file>', 'a ledger file; - reads standard input')
    .argument('[seq]', 'number of the line')
    .option('--size <lines>', 'in the ledger of so many lines (default: of the last checkpoint that covers the line)')
    .option('--from <lines>', 'size of the older ledger')
    .option('--to <lines>', 'size of the newer ledger (default: of the last checkpoint)')
    .option('-o, --output <file>', 'where to write it')
    .action((file: string, seq: string | undefined, flags: ProveFlags) => {
      const parts = ledgerIn(file)
      if ((seq === undefined) === (flags.from === undefined)) throw fault({ code: 'invalid', operation: 'ledger prove', message: 'give the number of a line, or --from', hint: 'See boyd ledger prove --help.' })
      writeOut(proofText(flags.from === undefined ? inclusion(parts, seq ?? '', flags) : consistency(parts, flags.from, flags)), flags.output)
    })
}

/** A proof from a ledger that was changed proves nothing, so it is verified first. */
function ledgerIn(file: string): LedgerParts {
  const bytes = readBytes(file)
  const check = verifyFile(bytes)
  if (!check.ok) throw fault({ code: 'invalid', operation: 'ledger prove', subject: file, message: `line ${check.line}: ${check.reason}`, hint: 'A proof is made from an intact ledger.' })
  if (check.kind !== 'ledger') throw fault({ code: 'invalid', operation: 'ledger prove', subject: file, message: 'it is not a whole ledger', hint: 'Fetch one with "boyd ledger export -o ledger.jsonl".' })
  return partsOf(Buffer.from(bytes).toString('utf8'))
}

function inclusion(parts: LedgerParts, seq: string, { size }: ProveFlags) {
  const number = within('seq', seq, { min: 1, max: parts.lines.length })
  return proveInclusion(parts, number, size === undefined ? undefined : within('--size', size, { min: number, max: parts.lines.length }))
}

function consistency(parts: LedgerParts, from: string, { to }: ProveFlags) {
  const max = parts.lines.length
  const newer = to === undefined ? Math.max(parts.checkpoints.at(-1)?.size ?? max, 1) : within('--to', to, { min: 1, max })
  return proveConsistency(parts, within('--from', from, { min: 1, max: newer }), newer)
}

function within(name: string, text: string, { min, max }: { readonly min: number; readonly max: number }): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= min && value <= max) return value
  throw fault({ code: 'invalid', operation: 'ledger prove', subject: text, message: max < min ? 'the ledger is empty' : `${name} is a number from ${min} to ${max}` })
}
