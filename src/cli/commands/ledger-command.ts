/** `boyd ledger …`: the record of everything that was seen, decided and done. Each subcommand has its file in `ledger/`. */

import type { Command } from 'commander'
import { OUTLINE } from '../outline.ts'
import type { ExitCode } from '../terminal.ts'
import { addLedgerExport } from './ledger/export.ts'
import { addLedgerKey } from './ledger/key.ts'
import { addLedgerProve } from './ledger/prove.ts'
import { addLedgerReconcile } from './ledger/reconcile.ts'
import { addLedgerVerify } from './ledger/verify.ts'

export function addLedgerCommands(program: Command, setExit: (code: ExitCode) => void): void {
  const ledger = program.command('ledger').description(OUTLINE.ledger.does)
  addLedgerVerify(ledger, setExit)
  addLedgerProve(ledger)
  addLedgerExport(ledger)
  addLedgerKey(ledger)
  addLedgerReconcile(ledger, setExit)
}
