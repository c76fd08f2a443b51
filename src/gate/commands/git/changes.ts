/**
 * What git may change: a branch is begun, files that are named are staged and committed, the branch is offered. History is
 * never rewritten, and nothing is taken along that the line does not name.
 */

import { existsSync, statSync } from 'node:fs'
import { posix } from 'node:path'
import { valueOf, type CommandGrammar, type Meaning, type ParsedWords } from '../grammar.ts'
import type { Place } from '../place.ts'
import { isRefusal, refuse, shown, type Refusal } from '../refusal.ts'
import { workspacePath } from '../workspace-path.ts'
import { badBranch } from './revisions.ts'

export const GIT_CHANGES: Readonly<Record<string, CommandGrammar>> = {
  switch: { flags: { '-c --create': 'text' }, read: readSwitch },
  add: { flags: {}, endOfFlags: true, read: readAdd },
  commit: { flags: { '-m --message': 'pattern' }, read: readCommit },
  push: { flags: { '-u --set-upstream': 'switch' }, read: readPush },
}

function changing(op: string, names: readonly string[]): Meaning['intents'] {
  return [{ op, effect: 'change', names, tags: [] }]
}

function readSwitch(words: ParsedWords): Meaning | Refusal {
  const branch = valueOf(words, '--create')
  if (branch === undefined || words.positionals.length > 0) return refuse('argument-forbidden', 'switch begins a new branch where one stands: switch -c NAME')
  return badBranch(branch) ?? { intents: changing('switch', [branch]), positionals: [] }
}

function readAdd(words: ParsedWords, place: Place): Meaning | Refusal {
  const files = [...words.positionals, ...(words.after ?? [])]
  if (files.length === 0) return refuse('no-name', 'add takes the files by their names')
  const problem = files.map((file) => badFile(file, place)).find(isRefusal)
  return problem ?? { intents: changing('add', files), positionals: [], after: files }
}

/** One file that is named, and no name that starts with a dot: these are settings that programs and pipelines obey. */
function badFile(file: string, place: Place): Refusal | undefined {
  const path = workspacePath(file, place)
  if (isRefusal(path)) return path
  if (path.split('/').some((part) => part.startsWith('.'))) return refuse('argument-forbidden', `${shown(file)}: names that start with a dot are not added`)
  return isFile(file, posix.join(place.workspace, path), place) ? undefined : refuse('argument-forbidden', `${shown(file)} is a folder, or may be one; name the files`)
}

/** A folder takes along whatever lies in it. Where nobody can look, a name with an ending is a file and any other may be a folder. */
function isFile(written: string, onDisk: string, place: Place): boolean {
  if (written.endsWith('/')) return false
  return place.look && existsSync(onDisk) ? statSync(onDisk).isFile() : posix.extname(onDisk) !== ''
}

function readCommit(words: ParsedWords): Meaning | Refusal {
  if (valueOf(words, '--message') === undefined || words.positionals.length > 0) return refuse('argument-forbidden', 'commit takes a message with -m, and commits what was added')
  return { intents: changing('commit', []), positionals: [] }
}

/** `push origin BRANCH`: one branch to the branch of the same name. No `+`, no `:`, no other place. */
function readPush(words: ParsedWords): Meaning | Refusal {
  const [remote, branch, ...more] = words.positionals
  if (remote !== 'origin' || branch === undefined || more.length > 0) return refuse('argument-forbidden', 'push takes origin and one branch')
  return badBranch(branch) ?? { intents: changing('push', [remote, branch]), positionals: [remote, branch] }
}
