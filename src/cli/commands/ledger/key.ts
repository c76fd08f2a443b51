/** `boyd ledger key`: the public key to hand out, and a new one in place of the old. Offline, on the key file. */

import type { Command } from 'commander'
import { readConfig } from '../../../app/config.ts'
import { addKey, keyPlace, readSigners, retireKey, type KeyPlace } from '../../../app/ledger-keys.ts'
import { settingsPath } from '../../../app/settings/settings-path.ts'
import { readSettings } from '../../../app/settings/settings.ts'
import { note, print, printJson } from '../../terminal.ts'

interface KeyFlags {
  readonly home?: string
  readonly config?: string
  readonly json?: true
}

export function addLedgerKey(ledger: Command): void {
  const key = withPlace(ledger.command('key'))
    .description('print the public key of the ledger: auditors need it, and nothing else')
    .action((flags: KeyFlags) => show(placeOf(flags), flags))
  withPlace(key.command('rotate'))
    .description('make a second key: both sign from now on, and the ledger says so')
    .action((_flags: KeyFlags, command: Command) => {
      const flags = command.optsWithGlobals<KeyFlags>()
      const place = placeOf(flags)
      const added = addKey(place)
      note(`${added.id} signs from the next checkpoint on; retire the old key once that was made`)
      show(place, flags)
    })
  withPlace(key.command('retire'))
    .description('take a key out of use; the other one signs alone, and the ledger says so')
    .argument('<id>', 'id of the key: eight hex digits')
    .action((id: string, _flags: KeyFlags, command: Command) => {
      const flags = command.optsWithGlobals<KeyFlags>()
      const place = placeOf(flags)
      retireKey(place, id)
      show(place, flags)
    })
}

function withPlace(command: Command): Command {
  return command.option('--home <folder>', 'where Boyd keeps its state (BOYD_HOME)').option('--config <file>', 'settings file').option('--json', 'machine-readable output')
}

function placeOf({ home, config: settingsFile }: KeyFlags): KeyPlace {
  const config = readConfig({ home, settingsFile }, process.env)
  return keyPlace({ home: config.home, pathOf: (path) => settingsPath(config, path) }, readSettings(config.settingsFile).ledger)
}

function show(place: KeyPlace, flags: KeyFlags): void {
  const keys = readSigners(place).map(({ key }) => key)
  if (flags.json === true) return printJson({ file: place.file, keys: keys.map(({ id, text }) => ({ id, key: text })) })
  for (const { text } of keys) print(text)
}
