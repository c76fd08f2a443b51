/** `boyd policy shadow`: what policies on trial would have changed so far, from the record. */

import type { Command } from 'commander'
import { readConfig } from '../../../app/config.ts'
import { shadowReport, verdictsIn } from '../../../app/use-cases/judged-before.ts'
import { inspectFolder } from '../../../app/use-cases/policies.ts'
import { colours, print, printJson } from '../../terminal.ts'
import { wrap } from '../../wrap.ts'
import { requiredLedger, withLedgerFlags, type LedgerFlags } from './policy-flags.ts'

export function addPolicyShadow(policy: Command): void {
  withLedgerFlags(policy.command('shadow'))
    .description('report what policies on trial (@mode("shadow")) would have changed')
    .action((flags: LedgerFlags) => {
      const judged = verdictsIn(requiredLedger(flags))
      const report = shadowReport(judged)
      const onTrial = (inspectFolder(readConfig({ settingsFile: flags.config }, process.env)).bundle?.shadow ?? []).map(({ id }) => id)
      const silent = onTrial.filter((id) => !report.some((each) => each.policy === id))
      if (flags.json === true) return printJson({ verdicts: judged.length, onTrial, policies: report })
      for (const { policy: id, changes, byChange, examples } of report) {
        print(`${colours.bold(id)}: would have changed ${changes} of ${judged.length} verdicts`)
        for (const { from, to, count } of byChange) print(`  ${from} → ${to}: ${count}`)
        for (const example of examples) print(wrap(`  ${example.at} ${example.incidentId}: ${example.goal}: ${example.from} → ${example.to}`, { hang: 4 }))
      }
      for (const id of silent) print(`${colours.bold(id)}: would have changed none of ${judged.length} verdicts`)
      if (report.length === 0 && silent.length === 0) print('no policy is or was on trial')
    })
}
