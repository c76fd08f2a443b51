/**
 * From words to meaning: finds the program and its subcommand, reads flags and arguments by its grammar, and renders the
 * one spelling in which the command would be executed.
 *
 * What was rendered is parsed once more and must mean the same. A flag that hides from the parser therefore reaches no
 * program: it is not in what is rendered.
 */

import { jsonEqual } from '../../kernel/json.ts'
import { flagEntries, type CommandGrammar, type Meaning, type ParsedWords, type Program } from './grammar.ts'
import type { Command } from './intent.ts'
import { readWords } from './parse-words.ts'
import type { Place } from './place.ts'
import { PROGRAMS } from './programs.ts'
import { isRefusal, refuse, shown, type Refusal } from './refusal.ts'
import { isBare, wordsOfArgv, type Word } from './words.ts'

/** What the words mean in `place`, or why they are refused. Programs without a grammar are refused. */
export function parseCommand(words: readonly Word[], place: Place): Command | Refusal {
  const command = parseOnce(words, place)
  if (isRefusal(command)) return command
  const again = wordsOfArgv(command.argv)
  const reparsed = isRefusal(again) ? again : parseOnce(again, place)
  return jsonEqual(reparsed, command) ? command : refuse('not-canonical', 'the command means something else when it is written out plainly')
}

/** Whether a word names a program that has a grammar. */
export function hasGrammar(name: string): boolean {
  return Object.hasOwn(PROGRAMS, name)
}

/** Whether the first words of a pattern may be a command of the program: its words, some of them `*`. */
export function knowsCommand(name: string, words: readonly string[]): boolean {
  const keys = Object.keys(PROGRAMS[name]?.commands ?? {})
  return keys.some((key) => key === '' || key.split(' ').every((part, at) => words[at] === part || words[at] === '*' || (words[at] === undefined && words.at(-1) === '*')))
}

function parseOnce(words: readonly Word[], place: Place): Command | Refusal {
  const name = words[0]?.text ?? ''
  const program = hasGrammar(name) ? PROGRAMS[name] : undefined
  if (program === undefined) return refuse('program-unknown', `${shown(name)} is no program that commands may use; programs are bare names`)
  const leading = Object.hasOwn(program.commands, '') ? { words: [], rest: words.slice(1) } : leadingFlags(program, words.slice(1), place)
  if (isRefusal(leading)) return leading
  const found = findCommand(program, name, leading.rest)
  if (isRefusal(found)) return found
  const parsed = readWords({ words: [...leading.words, ...found.rest], grammar: found.grammar, style: program.style, place })
  if (isRefusal(parsed)) return parsed
  const meaning = found.grammar.read(parsed, place)
  if (isRefusal(meaning)) return meaning
  const intents = meaning.intents.map((intent) => ({ ...intent, program: name }))
  return { program: name, path: found.path, intents, kindImplied: found.grammar.kindImplied === true, argv: render({ name, program, ...found, parsed, meaning }) }
}

/** The flags before the subcommand: those few that may stand there. They count as if they stood behind it. */
function leadingFlags(program: Program, words: readonly Word[], place: Place): { readonly words: readonly Word[]; readonly rest: readonly Word[] } | Refusal {
  const table = program.leading ?? {}
  let at = 0
  while (words[at]?.text.startsWith('-') === true) {
    const spelt = words[at]?.text ?? ''
    const taken = spelt.includes('=') ? 1 : 2
    const parsed = readWords({ words: words.slice(at, at + taken), grammar: { flags: table }, style: program.style, place })
    if (isRefusal(parsed)) return parsed.rule === 'by-selector' || parsed.rule === 'flag-unknown' ? refuse('flag-forbidden', `${shown(spelt)} stands before the command, where programs read it in their own way`) : parsed
    at += taken
  }
  return { words: words.slice(0, at), rest: words.slice(at) }
}

interface Found {
  readonly path: readonly string[]
  readonly grammar: CommandGrammar
  readonly rest: readonly Word[]
}

function findCommand(program: Program, name: string, words: readonly Word[]): Found | Refusal {
  const alone = program.commands['']
  if (alone !== undefined) return { path: [], grammar: alone, rest: words }
  for (const length of [3, 2, 1]) {
    const head = words.slice(0, length)
    const spelt = head.map(({ text }) => text).join(' ')
    const key = ownValue(program.aliases, spelt) ?? spelt
    const grammar = ownValue(program.commands, key)
    if (grammar === undefined || head.length < length) continue
    if (!head.every((word) => isBare(word))) return refuse('shell-syntax', 'the words of a command are written without quotes')
    return { path: key.split(' '), grammar, rest: words.slice(length) }
  }
  return unknownCommand(program, name, words)
}

function unknownCommand(program: Program, name: string, words: readonly Word[]): Refusal {
  const [first, second] = words.map(({ text }) => text)
  if (first === undefined) return refuse('command-unknown', `${name} needs a command`)
  const group = Object.keys(program.commands).some((key) => key.startsWith(`${first} `))
  if (group && second?.startsWith('-') === true) return refuse('flag-forbidden', `${shown(second)} stands between ${first} and its subcommand`)
  return refuse('command-unknown', `${name} ${shown(group && second !== undefined ? `${first} ${second}` : first)} is not among the commands that can be judged`)
}

function ownValue<T>(table: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined
}

interface Rendering {
  readonly name: string
  readonly program: Program
  readonly path: readonly string[]
  readonly grammar: CommandGrammar
  readonly parsed: ParsedWords
  readonly meaning: Meaning
}

/** Program, subcommand, flags in the order of the table, arguments, paths. Some of the programs read no flag behind an argument. */
function render({ name, program, path, grammar, parsed, meaning }: Rendering): string[] {
  const added = Object.entries(meaning.flags ?? {}).map(([flag, values]) => [flag, [...new Set([...values, ...(parsed.flags.get(flag) ?? [])])]] as const)
  const flags = new Map<string, readonly string[]>([...parsed.flags, ...added])
  const order = [...new Set(flagEntries(grammar.flags).values())]
  const rendered = order.flatMap((entry) =>
    (flags.get(entry.name) ?? []).flatMap((value) => {
      if (entry.shape === 'switch') return value === 'true' ? [entry.name] : [`${entry.name}=false`]
      if (value === '') return [entry.name]
      const joined = program.style === 'go' || (program.style === 'gnu' && entry.name.startsWith('--'))
      return joined ? [`${entry.name}=${value}`] : [entry.name, value]
    }),
  )
  return [name, ...path, ...rendered, ...meaning.positionals, ...(meaning.after === undefined ? [] : ['--', ...meaning.after])]
}
