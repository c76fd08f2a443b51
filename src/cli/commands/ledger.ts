/** `boyd ledger verify` works offline, with the file alone; `boyd ledger export` fetches the lines to keep. */

import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { fault } from '../../kernel/fault.ts'
import { verifyLedgerText } from '../../app/use-cases/verify-ledger.ts'
import { createClient, type ClientFlags } from '../client.ts'
import { withServerFlags } from '../server-flags.ts'
import { colours, print, printJson } from '../terminal.ts'

export function addLedgerCommands(program: Command, setExit: (code: 0 | 1 | 2) => void): void {
  const ledger = program.command('ledger').description('the record of everything that was seen, decided and done')

  ledger
    .command('verify')
    .description('check the chain of a ledger file, offline; exit 1 when it was changed')
    .argument('<file>', 'a ledger file; - reads standard input')
    .option('--json', 'machine-readable output')
    .action((file: string, flags: { json?: true }) => {
      const result = verifyLedgerText(readLedger(file))
      setExit(result.ok ? 0 : 1)
      if (flags.json === true) return printJson(result)
      if (result.ok) print(`${colours.green('intact')}: ${result.entries} entries, head ${result.head}`)
      else print(`${colours.red('changed')}: line ${result.line}: ${result.reason}`)
    })

  withServerFlags(ledger.command('export'))
    .description('print the whole ledger as canonical JSON lines')
    .action(async (flags: ClientFlags) => {
      process.stdout.write(await createClient(flags, process.env).text('/api/v1/ledger'))
    })
}

function readLedger(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (cause) {
    throw fault({ code: 'invalid', operation: 'ledger verify', subject: file, message: 'the file cannot be read', hint: 'Fetch one with "boyd ledger export > ledger.jsonl".', cause })
  }
}
