/** `boyd policy check [DIR]`: is a directory of policies valid, what is its digest, and every problem with its place. */

import { readConfig } from '../../../app/config.ts'
import { inspectFolder } from '../../../app/use-cases/policies.ts'
import { colours, print, printJson, type ExitCode } from '../../terminal.ts'
import { wrap } from '../../wrap.ts'
import { problemLines, type PolicyFlags } from './policy-flags.ts'

export function checkFolder(folder: string | undefined, flags: PolicyFlags, setExit: (code: ExitCode) => void): void {
  const config = readConfig({ settingsFile: flags.config }, process.env)
  const { problems, bundle, examples } = inspectFolder(config, folder)
  const valid = problems.length === 0
  setExit(valid ? 0 : 1)
  if (flags.json === true) {
    const { digest = null, policies = [], shadow = [], layers = [] } = bundle ?? {}
    printJson({ valid, digest: valid ? digest : null, layers, policies: policies.map(({ id }) => id), shadow: shadow.map(({ id }) => id), examples: examples.length, problems })
    return
  }
  for (const line of problemLines(problems)) print(line)
  if (!valid || bundle === undefined) return print(wrap(`${colours.red('invalid')}: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}; a running Boyd would keep the policies it has, and "boyd serve" would not start`))
  print(`${colours.green('valid')}: ${bundle.policies.length} policies, ${examples.length} examples`)
  for (const { name, folder: where, digest } of bundle.layers) print(`  ${name.padEnd(14)} ${digest.slice(0, 19)}…  ${where}`)
  if (bundle.shadow.length > 0) print(wrap(`  on trial: ${bundle.shadow.map(({ id }) => id).join(', ')}`, { hang: 4 }))
  print(`digest ${bundle.digest}`)
}
