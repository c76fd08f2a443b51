/**
 * `boyd policy check`: is a directory of policies valid; or, given a command line, what a profile says of it. Changes
 * nothing. Exit 0 valid or allow, 1 invalid, ask or deny, 2 bad input; a batch ends with 0 when each of its lines was
 * answered.
 */

import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import type { Command } from 'commander'
import { readConfig } from '../../../app/config.ts'
import { readSettings } from '../../../app/settings/settings.ts'
import { createCommandChecker, type CommandChecker, type CommandVerdict } from '../../../app/use-cases/check-commands.ts'
import { fault, type Fault } from '../../../kernel/fault.ts'
import { linesOf } from '../../lines.ts'
import { colours, print, printJson, type ExitCode } from '../../terminal.ts'
import { checkFolder } from './check-folder.ts'
import { wrap } from '../../wrap.ts'

interface CheckFlags {
  readonly command?: string
  readonly argv?: string
  readonly batch?: string
  readonly profile: string
  readonly workspace?: string
  readonly config?: string
  readonly json?: true
}

export function addPolicyCheck(policy: Command, setExit: (code: ExitCode) => void): void {
  policy
    .command('check')
    .description('check a policy directory, or judge a command line by a profile; exit 1 when it is not valid, or not allowed')
    .argument('[folder]', 'a directory with a schema, or a layer of yours (default: what "boyd serve" would load)')
    .option('--command <line>', 'a line as a person writes it')
    .option('--argv <json>', 'words that are split already, as a JSON list of texts')
    .option('--batch <file>', 'a JSON object a line, {id, profile, line} or {id, profile, argv}; - reads standard input. One verdict a line, as JSON')
    .option('--profile <name>', 'readonly, responder, gitops, dev-open, or one of the settings file', 'readonly')
    .option('--workspace <dir>', 'the folder whose files commands may name (default: that of the settings file, or /workspace)')
    .option('--config <file>', 'the settings file')
    .option('--json', 'machine-readable output')
    .action(async (folder: string | undefined, flags: CheckFlags) => {
      const given = [flags.command, flags.argv, flags.batch].filter((flag) => flag !== undefined)
      if (given.length === 0) return checkFolder(folder, flags, setExit)
      if (given.length > 1 || folder !== undefined) throw inputFault('several things to check were named', 'Say what to check with a folder, or with one of --command, --argv and --batch.')
      const { settingsFile } = readConfig({ settingsFile: flags.config }, process.env)
      const checker = createCommandChecker(readSettings(settingsFile).commands, flags.workspace === undefined ? {} : { workspace: flags.workspace })
      if (flags.batch !== undefined) return checkBatch(flags.batch, checker)
      const verdict = checker.check(flags.command === undefined ? { argv: argvIn(flags.argv ?? '') } : { line: flags.command }, flags.profile)
      setExit(verdict.verdict === 'allow' ? 0 : 1)
      if (flags.json === true) printJson(verdict)
      else printVerdict(verdict)
    })
}

/** Each line is answered as it is read, so that a long file needs no memory and a pipe no end. */
async function checkBatch(file: string, checker: CommandChecker): Promise<void> {
  const input = file === '-' ? process.stdin.setEncoding('utf8') : createReadStream(file, 'utf8')
  try {
    for await (const line of linesOf(input as AsyncIterable<string>)) {
      if (line.trim() !== '' && !process.stdout.write(`${JSON.stringify(checker.checkRecord(line))}\n`)) await once(process.stdout, 'drain')
    }
  } catch (cause) {
    throw inputFault(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, 'Name a file with one JSON object a line.')
  }
}

function argvIn(json: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(json)
    if (Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string')) return value as string[]
  } catch {
    // Falls through to the one complaint.
  }
  throw inputFault('--argv is no JSON list of texts', `Write it as '["kubectl","get","pods"]'.`)
}

function inputFault(message: string, hint: string): Fault {
  return fault({ code: 'invalid', operation: 'policy check', message, hint })
}

const PAINTED = { allow: colours.green, ask: colours.yellow, deny: colours.red } as const

function printVerdict({ verdict, intents, argv, reasons }: CommandVerdict): void {
  print(wrap(`${PAINTED[verdict](verdict)}: ${reasons.map(({ text }) => text).join('; ')}`, { hang: 2 }))
  for (const { op, effect, kind, names, namespace } of intents) {
    const what = [kind, names.length === 0 ? undefined : names.join(', '), namespace === undefined ? undefined : `in ${namespace === '*' ? 'all namespaces' : namespace}`].filter((part) => part !== undefined)
    print(wrap(`  ${effect}: ${[op, ...what].join(' ')}`, { hang: 2 }))
  }
  if (argv !== null) print(`  as: ${argv.map((word) => (/^[\w./:=@,+%-]+$/.test(word) ? word : `'${word}'`)).join(' ')}`)
}
