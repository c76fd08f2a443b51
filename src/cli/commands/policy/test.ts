/** `boyd policy test [DIR]`: runs the examples and shows which policies decided. Exit 1 when one comes out otherwise. */

import type { Command } from 'commander'
import { readConfig } from '../../../app/config.ts'
import { inspectFolder } from '../../../app/use-cases/policies.ts'
import type { Inspection } from '../../../gate/load-policies.ts'
import type { ExampleRun } from '../../../gate/run-examples.ts'
import { colours, print, printJson, type ExitCode } from '../../terminal.ts'
import { wrap } from '../../wrap.ts'
import { problemLines, withPolicyFlags, type PolicyFlags } from './policy-flags.ts'

interface TestFlags extends PolicyFlags {
  readonly policy?: string
}

export function addPolicyTest(policy: Command, setExit: (code: ExitCode) => void): void {
  withPolicyFlags(policy.command('test'))
    .description('run the examples of a policy directory and show which policies decided; exit 1 when one comes out otherwise')
    .argument('[folder]', 'a directory with a schema, or a layer of yours (default: what "boyd serve" would load)')
    .option('--policy <id>', 'only the examples of this policy')
    .action((folder: string | undefined, flags: TestFlags) => {
      const inspection = inspectFolder(readConfig({ settingsFile: flags.config }, process.env), folder)
      setExit(inspection.problems.length === 0 ? 0 : 1)
      const runs = inspection.examples.filter((run) => flags.policy === undefined || run.policy === flags.policy)
      if (flags.json === true) return printJson({ passed: inspection.problems.length === 0, examples: runs, problems: inspection.problems })
      printRuns(inspection, runs)
    })
}

function printRuns({ problems }: Inspection, runs: readonly ExampleRun[]): void {
  for (const id of new Set(runs.map((run) => run.policy))) {
    print(colours.bold(id))
    for (const run of runs.filter((each) => each.policy === id)) print(wrap(`  ${mark(run)} ${run.example}: ${run.verdict} ${colours.dim(`by ${run.by.join(', ')}`)}`, { hang: 9 }))
  }
  for (const line of problemLines(problems)) print(line)
  const failed = runs.filter((run) => run.problem !== undefined).length
  if (runs.length === 0 && problems.length === 0) return print('there is no such example')
  print(problems.length === 0 ? `${colours.green('passed')}: ${runs.length} examples` : `${colours.red('failed')}: ${failed} of ${runs.length} examples, ${problems.length} problems in all`)
}

function mark({ problem, role }: ExampleRun): string {
  if (problem !== undefined) return colours.red('wrong')
  return role === 'decides' ? colours.green('hit  ') : colours.dim('miss ')
}
