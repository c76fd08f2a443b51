/** One line of a batch: a JSON object with a command and a profile. A line that cannot be read is a deny for its id. */

import { posix } from 'node:path'
import { isRecord } from '../../kernel/json.ts'
import { checkCommand, deniedBy, type CommandVerdict } from './check-command.ts'
import type { Place } from './place.ts'
import type { Profile } from './profile.ts'
import { isRefusal, refuse, shown, type Refusal } from './refusal.ts'
import { workspacePath } from './workspace-path.ts'

export interface RecordVerdict extends CommandVerdict {
  /** As it was given; null where none could be read. */
  readonly id: string | number | null
}

export interface RecordOptions {
  readonly profiles: ReadonlyMap<string, Profile>
  readonly place: Place
}

/** What a person may note beside a command, so that a corpus with its expectations is a batch as it is. */
const NOTES: readonly string[] = ['class', 'expect', 'note', 'why']
const KEYS: readonly string[] = ['id', 'profile', 'line', 'argv', 'cwd', 'env', 'stdin', ...NOTES]

const RECORD_LENGTH_MAX = 65_536

/** Never throws. */
export function checkRecord(text: string, options: RecordOptions): RecordVerdict {
  const record = recordOf(text)
  if (isRefusal(record)) return { id: null, ...deniedBy(record) }
  const { id } = record
  const known = typeof id === 'string' || typeof id === 'number' ? id : null
  const judged = known === null ? refuse('bad-input', 'the record has no id that is a text or a number') : judge(record, options)
  return { id: known, ...(isRefusal(judged) ? deniedBy(judged) : judged) }
}

function recordOf(text: string): Record<string, unknown> | Refusal {
  if (text.length > RECORD_LENGTH_MAX) return refuse('bad-input', `the line is longer than ${RECORD_LENGTH_MAX} characters`)
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : refuse('bad-input', 'the line is no JSON object')
  } catch {
    return refuse('bad-input', 'the line is no JSON')
  }
}

function judge(record: Record<string, unknown>, { profiles, place }: RecordOptions): CommandVerdict | Refusal {
  const foreign = Object.keys(record).find((key) => !KEYS.includes(key))
  if (foreign !== undefined) return refuse('bad-input', `the record has a key ${shown(foreign)} that nobody knows`)
  const command = commandOf(record)
  if (isRefusal(command)) return command
  const profile = typeof record['profile'] === 'string' ? profiles.get(record['profile']) : undefined
  if (profile === undefined) return refuse('bad-input', `there is no profile ${shown(String(record['profile']))}`)
  const here = surroundings(record, place)
  return isRefusal(here) ? here : checkCommand({ command, profile, place: here })
}

function commandOf({ line, argv }: Record<string, unknown>): { readonly line: string } | { readonly argv: readonly string[] } | Refusal {
  if (typeof line === 'string' && argv === undefined) return { line }
  if (line === undefined && Array.isArray(argv) && argv.every((word) => typeof word === 'string')) return { argv: argv as string[] }
  return refuse('bad-input', 'a record has either a line, or an argv that is a list of texts')
}

/** A caller sets neither environment nor input; a folder it may choose, if the folder is in the workspace. */
function surroundings({ env, stdin, cwd }: Record<string, unknown>, place: Place): Place | Refusal {
  if (env !== undefined && !(isRecord(env) && Object.keys(env).length === 0)) return refuse('caller-environment', 'the environment is not for the caller to set')
  if (stdin !== undefined && stdin !== null && stdin !== '') return refuse('caller-environment', 'commands get no input')
  if (cwd === undefined) return place
  const path = typeof cwd === 'string' ? workspacePath(cwd, { ...place, cwd: place.workspace }) : refuse('caller-environment', 'the folder is no text')
  return isRefusal(path) ? refuse('caller-environment', path.text) : { ...place, cwd: posix.join(place.workspace, path) }
}
