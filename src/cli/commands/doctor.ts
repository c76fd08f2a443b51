/** `boyd doctor`: is everything in place, and if not, what to do. Exit 1 when something is wrong. */

import type { Command } from 'commander'
import { readConfig } from '../../app/config.ts'
import { examine, type Check } from '../../app/use-cases/doctor.ts'
import { createLog } from '../../kernel/log.ts'
import { OUTLINE } from '../outline.ts'
import { colours, print, printJson, type ExitCode } from '../terminal.ts'
import { wrap } from '../wrap.ts'

interface DoctorFlags {
  readonly kubeconfig?: string
  readonly context?: string
  readonly databaseUrl?: string
  readonly policies?: string
  readonly config?: string
  readonly home?: string
  readonly json?: true
}

export function addDoctorCommand(program: Command, setExit: (code: ExitCode) => void): void {
  program
    .command('doctor')
    .description(OUTLINE.doctor.does)
    .option('--kubeconfig <file>', 'kubeconfig')
    .option('--context <name>', 'context of the kubeconfig')
    .option('--database-url <url>', 'any PostgreSQL')
    .option('--config <file>', 'settings file')
    .option('--policies <folder>', 'policies of the gate')
    .option('--home <folder>', 'where state is kept')
    .option('--json', 'machine-readable output')
    .action(async (flags: DoctorFlags) => {
      const { kubeconfig, context, databaseUrl, policies, config: settingsFile, home } = flags
      const config = readConfig({ kubeconfigFile: kubeconfig, context, databaseUrl, policiesFolder: policies, settingsFile, home }, process.env)
      const checks = await examine({ config, log: createLog({ level: 'error' }) })
      setExit(checks.some((check) => check.status === 'failed') ? 1 : 0)
      if (flags.json === true) return printJson({ ok: !checks.some((check) => check.status === 'failed'), checks })
      for (const check of checks) print(wrap(`${mark(check)} ${check.name.padEnd(30)} ${check.detail}`, { hang: 38 }))
    })
}

function mark(check: Check): string {
  if (check.status === 'ok') return colours.green('ok    ')
  return check.status === 'warning' ? colours.yellow('warn  ') : colours.red('failed')
}
