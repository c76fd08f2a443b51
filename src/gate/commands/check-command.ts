/**
 * Judges a command by a profile: words, meaning, rules that hold for everybody, then the profile's lists. The worst intent
 * decides, deny before ask before allow, and whatever goes wrong on the way is a deny.
 */

import { floorsOf, type Finding } from './floors.ts'
import type { Command, Intent } from './intent.ts'
import { hasGrammar, parseCommand } from './parse-command.ts'
import { matches, type Pattern } from './pattern.ts'
import type { Place } from './place.ts'
import { speaksOf, type Profile } from './profile.ts'
import { isRefusal, refuse, shown, type CommandRule, type Refusal } from './refusal.ts'
import { wordsOfArgv, wordsOfLine, type Word } from './words.ts'

export interface CommandVerdict {
  readonly verdict: 'allow' | 'ask' | 'deny'
  /** What decided: the first of the worst intents. Null when the command was not understood. */
  readonly intent: Intent | null
  readonly intents: readonly Intent[]
  /** The one spelling in which the command would be executed. Null when it was not understood. */
  readonly argv: readonly string[] | null
  readonly reasons: readonly { readonly rule: CommandRule; readonly text: string }[]
}

export interface CheckOptions {
  /** A line as a person writes it, or words that are split already. */
  readonly command: { readonly line: string } | { readonly argv: readonly string[] }
  readonly profile: Profile
  readonly place: Place
}

/** Never throws: what cannot be judged is denied. */
export function checkCommand({ command, profile, place }: CheckOptions): CommandVerdict {
  try {
    const words = 'line' in command ? wordsOfLine(command.line) : wordsOfArgv(command.argv)
    const parsed = isRefusal(words) ? words : understand(words, profile, place)
    return isRefusal(parsed) ? deniedBy(parsed) : judge(parsed, profile, place)
  } catch (error) {
    return deniedBy(refuse('bad-input', `the command could not be judged: ${error instanceof Error ? error.message : String(error)}`))
  }
}

/** The verdict of something that was refused before it meant anything. */
export function deniedBy({ rule, text }: Refusal): CommandVerdict {
  return { verdict: 'deny', intent: null, intents: [], argv: null, reasons: [{ rule, text }] }
}

function understand(words: readonly Word[], profile: Profile, place: Place): Command | Refusal {
  const name = words[0]?.text ?? ''
  if (!speaksOf(profile, name)) return refuse('program-unknown', `the profile ${profile.name} has no program ${shown(name)}`)
  return hasGrammar(name) ? parseCommand(words, place) : freeCommand(words)
}

/** A program that only the profile knows: its words mean nothing to us but themselves. */
function freeCommand(words: readonly Word[]): Command {
  const argv = words.map(({ text }) => text)
  const [program = '', ...names] = argv
  return { program, path: [], kindImplied: true, argv, intents: [{ program, op: 'run', effect: 'change', names, tags: [] }] }
}

function judge(command: Command, profile: Profile, place: Place): CommandVerdict {
  const findings = [...floorsOf(command, place), ...command.intents.map((intent) => ({ ...profileFinding(command, intent, profile, place), intent }))]
  const worst = worstOf(findings)
  const deciding = findings.filter(({ verdict }) => verdict === worst)
  const settled = settle({ worst, deciding, command, profile })
  const decider = deciding.find(({ intent }) => intent !== undefined)?.intent ?? command.intents[0] ?? null
  const reasons = uniqueReasons([...settled.reasons, ...deciding])
  return { verdict: settled.verdict, intent: decider, intents: command.intents, argv: command.argv, reasons }
}

/** Deny, then ask, then allow: which pattern is the more specific one does not matter. */
function profileFinding(command: Command, intent: Intent, profile: Profile, place: Place): Finding {
  const first = (patterns: readonly Pattern[], how: 'whole' | 'beginning'): Pattern | undefined => patterns.find((pattern) => matches(pattern, { command, intent, how, kinds: place.kinds }))
  const denied = first(profile.deny, 'beginning')
  if (denied !== undefined) return { verdict: 'deny', rule: 'profile-denies', text: `${profile.name} denies "${denied.text}"` }
  const asked = first(profile.ask, 'beginning')
  if (asked !== undefined) return { verdict: 'ask', rule: 'profile-asks', text: `${profile.name} asks about "${asked.text}"` }
  const allowed = first(profile.allow, 'whole')
  if (allowed !== undefined) return { verdict: 'allow', rule: 'profile-allows', text: `${profile.name} allows "${allowed.text}"` }
  return { verdict: profile.unlisted, rule: 'profile-silent', text: `${profile.name} does not list ${[command.program, ...command.path].join(' ')}${intent.kind === undefined ? '' : ` of a ${intent.kind}`}` }
}

interface Settling {
  readonly worst: Finding['verdict']
  readonly deciding: readonly Finding[]
  readonly command: Command
  readonly profile: Profile
}

/** What the mode and a dry run make of it. Neither touches a deny. */
function settle({ worst, deciding, command, profile }: Settling): { readonly verdict: Finding['verdict']; readonly reasons: readonly Finding[] } {
  if (worst === 'ask' && profile.mode !== 'off') {
    if (command.intents.every(({ dryRun }) => dryRun === true)) return { verdict: 'allow', reasons: [{ verdict: 'allow', rule: 'dry-run', text: 'the server is only asked what would happen' }] }
    const waived = (profile.mode === 'turbo' || profile.turboFor.includes(command.program)) && deciding.every(({ kept }) => kept !== true)
    if (waived) return { verdict: 'allow', reasons: [{ verdict: 'allow', rule: 'mode-turbo', text: `${profile.name} does not wait for answers` }] }
  }
  if (worst === 'allow' && profile.mode === 'off') return { verdict: 'ask', reasons: [{ verdict: 'ask', rule: 'mode-off', text: `${profile.name} is off: a person is asked about everything` }] }
  return { verdict: worst, reasons: [] }
}

function worstOf(findings: readonly Finding[]): Finding['verdict'] {
  const verdicts = findings.map(({ verdict }) => verdict)
  if (verdicts.length === 0 || verdicts.includes('deny')) return 'deny'
  return verdicts.includes('ask') ? 'ask' : 'allow'
}

function uniqueReasons(findings: readonly Finding[]): CommandVerdict['reasons'] {
  const byText = new Map(findings.map(({ rule, text }) => [`${rule} ${text}`, { rule, text }]))
  return [...byText.values()]
}
