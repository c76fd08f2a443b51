/** `boyd stop` and `boyd resume`: the kill switch, from any shell that reaches Boyd. */

import type { Command } from 'commander'
import type { ChangesWire } from '../../http/contract.ts'
import { createClient, type ClientFlags } from '../client.ts'
import { OUTLINE } from '../outline.ts'
import { withServerFlags } from '../server-flags.ts'
import { colours, print, printJson } from '../terminal.ts'

type Flags = ClientFlags & { readonly json?: true; readonly reason: string }

export function addChangesCommands(program: Command): void {
  withServerFlags(program.command('stop'))
    .description(OUTLINE.stop.does)
    .requiredOption('--reason <text>', 'why, for the record')
    .action(async (flags: Flags) => {
      const changes = await send(flags, 'stop')
      if (flags.json === true) return printJson(changes)
      print(`${colours.red('Changes are stopped')} by ${changes.name ?? 'somebody'}: ${changes.reason ?? ''}. "boyd resume" lets them go on.`)
    })
  withServerFlags(program.command('resume'))
    .description(OUTLINE.resume.does)
    .requiredOption('--reason <text>', 'why, for the record')
    .action(async (flags: Flags) => {
      const changes = await send(flags, 'resume')
      if (flags.json === true) return printJson(changes)
      print(`${colours.green('Changes go on.')}`)
    })
}

function send(flags: Flags, what: 'stop' | 'resume'): Promise<ChangesWire> {
  return createClient(flags, process.env).post<ChangesWire>(`/api/v1/changes/${what}`, { reason: flags.reason })
}
