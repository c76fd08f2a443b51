/** What the subcommands of `boyd policy` that look at directories have in common. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { readConfig } from '../../../app/config.ts'
import { placeOf, type PolicyProblem } from '../../../gate/policy-fault.ts'
import { fault } from '../../../kernel/fault.ts'
import { colours } from '../../terminal.ts'
import { wrap } from '../../wrap.ts'

export interface PolicyFlags {
  readonly config?: string
  readonly json?: true
}

export interface LedgerFlags extends PolicyFlags {
  readonly ledger?: string
  readonly home?: string
}

export function withPolicyFlags(command: Command): Command {
  return command.option('--config <file>', 'the settings file').option('--json', 'machine-readable output')
}

export function withLedgerFlags(command: Command): Command {
  return withPolicyFlags(command)
    .option('--ledger <file>', 'a ledger with the verdicts of before; - reads standard input (default: ledger.jsonl in the home folder)')
    .option('--home <folder>', 'where Boyd keeps its state (BOYD_HOME)')
}

/** The text of the ledger that is named, or of the one in the home folder; undefined where there is none there. */
export function ledgerText(flags: LedgerFlags): string | undefined {
  const { home } = readConfig({ home: flags.home }, process.env)
  const usual = join(home, 'ledger.jsonl')
  const file = flags.ledger ?? (existsSync(usual) ? usual : undefined)
  if (file === undefined) return undefined
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (cause) {
    throw fault({ code: 'invalid', operation: 'read ledger', subject: file, message: 'the file cannot be read', hint: 'Fetch one with "boyd ledger export > ledger.jsonl".', cause })
  }
}

/** The same, where there is nothing to say without it. */
export function requiredLedger(flags: LedgerFlags): string {
  const text = ledgerText(flags)
  if (text !== undefined) return text
  throw fault({ code: 'not-found', operation: 'read ledger', message: 'there is no ledger in the home folder', hint: 'Name one with --ledger; "boyd ledger export > ledger.jsonl" fetches it.' })
}

/** Two lines a problem: where and what, and what to do. */
export function problemLines(problems: readonly PolicyProblem[]): string[] {
  return problems.map(({ message, hint, ...place }) => `${wrap(`${colours.bold(placeOf(place))}: ${message}`, { hang: 2 })}\n${wrap(`  ${hint}`, { hang: 2 })}`)
}
