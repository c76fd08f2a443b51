/**
 * `boyd policy diff OLD NEW`: which policies differ in what they mean, and which verdicts change over the examples of both
 * and over what was judged before. Exit 1 when a verdict changes.
 */

import type { Command } from 'commander'
import { readConfig } from '../../../app/config.ts'
import { requestsOf, verdictsIn } from '../../../app/use-cases/judged-before.ts'
import { diffFolders, type BundleDiff } from '../../../app/use-cases/policies.ts'
import { colours, print, printJson, type ExitCode } from '../../terminal.ts'
import { wrap } from '../../wrap.ts'
import { ledgerText, withLedgerFlags, type LedgerFlags } from './policy-flags.ts'

export function addPolicyDiff(policy: Command, setExit: (code: ExitCode) => void): void {
  withLedgerFlags(policy.command('diff'))
    .description('say what changes between two policy directories; exit 1 when a verdict does')
    .argument('<old>', 'a directory with a schema, or a layer of yours')
    .argument('<new>', 'another one')
    .action((before: string, after: string, flags: LedgerFlags) => {
      const recorded = requestsOf(verdictsIn(ledgerText(flags) ?? ''))
      const diff = diffFolders(readConfig({ settingsFile: flags.config }, process.env), { before, after }, recorded)
      setExit(diff.verdicts.length === 0 ? 0 : 1)
      if (flags.json === true) printJson(diff)
      else printDiff(diff)
    })
}

function printDiff({ policies, verdicts, asked }: BundleDiff): void {
  for (const { policy, change, title, file, line } of policies) print(wrap(`${change.padEnd(12)} ${colours.bold(policy)}: ${title} ${colours.dim(`(${file}:${line})`)}`, { hang: 13 }))
  if (policies.length === 0) print('no policy changes its meaning')
  for (const { source, from, to, fromBy, toBy } of verdicts) print(wrap(`${from} → ${colours.bold(to)}: ${source} ${colours.dim(`(${fromBy.join(', ')} → ${toBy.join(', ')})`)}`, { hang: 2 }))
  print(`${verdicts.length} verdicts change, of ${asked.examples} examples and ${asked.recorded} recorded requests`)
}
