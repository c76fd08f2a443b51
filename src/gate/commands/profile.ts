/** Profiles: which commands are allowed, asked about and denied. They are data, and are checked before they are used. */

import { fault, type Fault } from '../../kernel/fault.ts'
import { hasGrammar, knowsCommand } from './parse-command.ts'
import type { Pattern } from './pattern.ts'

/** `off`: a person is asked about everything. `auto`: the lists decide. `turbo`: what would be asked is allowed; a deny stays. */
export type Mode = 'off' | 'auto' | 'turbo'

export type RuleSettings = string | { readonly words: string; readonly replicas?: { readonly min?: number; readonly max?: number }; readonly objectsMin?: number }

/** A profile as a person writes it. */
export interface ProfileSettings {
  /** The profile it begins with: its lists are added to that one's. */
  readonly extends?: string
  readonly mode?: Mode
  /** What becomes of a command that no list names, of a program that some list names. */
  readonly unlisted?: 'ask' | 'deny'
  readonly allow?: readonly RuleSettings[]
  readonly ask?: readonly RuleSettings[]
  readonly deny?: readonly RuleSettings[]
  /** Programs for which `turbo` holds, whatever the mode. */
  readonly turboFor?: readonly string[]
  /** Lines with the verdict they must get; checked when the profile is read. */
  readonly examples?: readonly { readonly line: string; readonly verdict: 'allow' | 'ask' | 'deny' }[]
}

export interface Profile {
  readonly name: string
  readonly mode: Mode
  readonly unlisted: 'ask' | 'deny'
  readonly allow: readonly Pattern[]
  readonly ask: readonly Pattern[]
  readonly deny: readonly Pattern[]
  readonly turboFor: readonly string[]
}

/** Programs that run whatever they are told to: a list that allows one of them allows everything. */
const RUNS_ANYTHING: readonly string[] = (
  'sh bash dash zsh ksh csh tcsh fish busybox env sudo su doas xargs parallel nohup timeout nice ionice stdbuf setsid time watch exec eval command builtin source nsenter unshare chroot ssh scp sftp rsync script expect socat nc ncat ' +
  'python python2 python3 node deno bun perl ruby lua php awk gawk mawk nawk find sed ed vi vim nvim emacs less more man tar zip dd tee openssl gdb strace docker podman nerdctl crictl ctr'
).split(' ')

/** Compiles profiles in the order in which they are given; each may extend those before it. Fault `invalid` names profile and entry. */
export function compileProfiles(settings: Readonly<Record<string, ProfileSettings>>, before: ReadonlyMap<string, Profile> = new Map()): ReadonlyMap<string, Profile> {
  const profiles = new Map(before)
  for (const [name, written] of Object.entries(settings)) {
    if (profiles.has(name)) throw profileFault(name, 'there is a profile of this name already', 'Give it another name, and begin with the other by extends.')
    profiles.set(name, compileProfile(name, written, profiles))
  }
  return profiles
}

function compileProfile(name: string, written: ProfileSettings, known: ReadonlyMap<string, Profile>): Profile {
  const parent = written.extends === undefined ? undefined : known.get(written.extends)
  if (written.extends !== undefined && parent === undefined) throw profileFault(name, `it extends ${written.extends}, which is not known here`, `Known are ${[...known.keys()].join(', ')}, and profiles that are written above it.`)
  const list = (kind: 'allow' | 'ask' | 'deny'): Pattern[] => [...(parent?.[kind] ?? []), ...(written[kind] ?? []).map((rule) => compileRule(name, kind, rule))]
  return {
    name,
    mode: written.mode ?? parent?.mode ?? 'auto',
    unlisted: written.unlisted ?? parent?.unlisted ?? 'deny',
    allow: list('allow'),
    ask: list('ask'),
    deny: list('deny'),
    turboFor: [...(parent?.turboFor ?? []), ...(written.turboFor ?? [])],
  }
}

function compileRule(profile: string, list: 'allow' | 'ask' | 'deny', rule: RuleSettings): Pattern {
  const { words: text, ...conditions } = typeof rule === 'string' ? { words: rule } : rule
  const words = text.trim().split(/\s+/)
  const why = whyUnusable(words, list)
  if (why !== undefined) throw profileFault(profile, `${list} "${text}": ${why}`, 'A pattern is a program, its command, and names or *, such as "kubectl get *".')
  return { text, words, ...conditions }
}

function whyUnusable(words: readonly string[], list: 'allow' | 'ask' | 'deny'): string | undefined {
  const [program = ''] = words
  if (!words.every((word) => /^[\w./:@=+-]*\*?$/.test(word) && word !== '')) return 'a pattern holds plain words and *'
  if (!/^[A-Za-z0-9][\w.-]*$/.test(program)) return 'the first word is the bare name of a program'
  if (list === 'deny') return undefined
  if (RUNS_ANYTHING.includes(program)) return `${program} runs whatever it is told to, so it can never be allowed`
  if (!hasGrammar(program)) return undefined
  const flag = words.find((word) => word.startsWith('-'))
  if (flag !== undefined) return `${flag} is a flag; of ${program}, patterns speak of commands, kinds and names`
  return knowsCommand(program, words.slice(1)) ? undefined : `${program} has no such command that can be judged`
}

export function profileFault(profile: string, message: string, hint: string): Fault {
  return fault({ code: 'invalid', operation: 'read profiles', subject: profile, message, hint, recovery: 'ask-human' })
}

/** Whether any list of the profile speaks of the program. */
export function speaksOf({ allow, ask }: Profile, program: string): boolean {
  return [...allow, ...ask].some(({ words }) => words[0] === program)
}
