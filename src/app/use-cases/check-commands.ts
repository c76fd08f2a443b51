/** Judges command lines by profiles, offline: with the settings file and nothing else. */

import { resolve } from 'node:path'
import { checkCommand, type CheckOptions, type CommandVerdict } from '../../gate/commands/check-command.ts'
import { checkRecord, type RecordVerdict } from '../../gate/commands/check-record.ts'
import { createPlace } from '../../gate/commands/place.ts'
import { compileProfiles, profileFault, type Profile } from '../../gate/commands/profile.ts'
import { SHIPPED_PROFILES } from '../../gate/commands/shipped-profiles.ts'
import { fault } from '../../kernel/fault.ts'
import type { Settings } from '../settings/settings.ts'

export type { CommandVerdict, RecordVerdict }

export interface CommandChecker {
  /** Fault `not-found` when there is no such profile. */
  check(command: CheckOptions['command'], profile: string): CommandVerdict
  /** One line of a batch. Never throws. */
  checkRecord(text: string): RecordVerdict
}

/** Fault `invalid` when a profile of the settings cannot be used, or when one of its examples gets another verdict. */
export function createCommandChecker(settings: Settings['commands'], options: { readonly workspace?: string } = {}): CommandChecker {
  const { profiles: written, workspace: usual, ...rest } = settings
  const workspace = options.workspace === undefined ? usual : resolve(options.workspace)
  const place = createPlace({ ...rest, ...(workspace === undefined ? {} : { workspace }) })
  const profiles = compileProfiles(written, SHIPPED_PROFILES)
  for (const [name, { examples = [] }] of Object.entries(written)) {
    for (const { line, verdict } of examples) {
      const got = checkCommand({ command: { line }, profile: profileNamed(name, profiles), place })
      if (got.verdict !== verdict) throw profileFault(name, `the example "${line}" gets ${got.verdict} and not ${verdict}: ${got.reasons[0]?.text ?? ''}`, 'Mend the lists or the example.')
    }
  }
  return {
    check: (command, profile) => checkCommand({ command, profile: profileNamed(profile, profiles), place }),
    checkRecord: (text) => checkRecord(text, { profiles, place }),
  }
}

function profileNamed(name: string, profiles: ReadonlyMap<string, Profile>): Profile {
  const profile = profiles.get(name)
  if (profile !== undefined) return profile
  throw fault({ code: 'not-found', operation: 'policy check', subject: name, message: 'there is no such profile', hint: `Use one of ${[...profiles.keys()].join(', ')}, or write it into the settings file.` })
}
