/**
 * `boyd`: the terminal's door. Exit codes: 0 done, 1 findings or what hurts, 2 bad input or a world that does
 * not answer, always with one clear line.
 */

import { Command, CommanderError } from 'commander'
import { loaderOf } from './commands-by-word.ts'
import { useCompileCache } from './compile-cache.ts'
import { addExamples } from './examples.ts'
import { packageVersion } from '../app/package-version.ts'
import { complain, type ExitCode } from './terminal.ts'

async function main(): Promise<ExitCode> {
  useCompileCache()
  let exitCode: ExitCode = 0
  const setExit = (code: ExitCode): void => {
    exitCode = code
  }
  const program = new Command('boyd')
    .description('An on-call engineer for Kubernetes that rehearses every fix on a twin of the cluster before making it.')
    .version(packageVersion())
    .configureOutput({ outputError: (text, write) => write(complaintLine(text)) })
    .exitOverride()
  const load = loaderOf(process.argv.slice(2))
  const add = load === undefined ? (await import('./all-commands.ts')).addAllCommands : await load()
  add(program, setExit)
  addExamples(program)
  try {
    await program.parseAsync()
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    return complain(error)
  }
  return exitCode
}

/** As every other complaint: one line that says what is wrong and where to look. */
function complaintLine(text: string): string {
  const line = text.trim().replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ')
  return `boyd: ${line}${/[.)?]$/.test(line) ? '' : '.'} See --help.\n`
}

const exitCode = await main()
// The engine keeps timers for missions that wait; they must not keep a finished command alive. Output is flushed first.
process.stdout.write('', () => process.exit(exitCode))
