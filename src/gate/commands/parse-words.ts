/**
 * Sorts the words after a subcommand into flags, arguments and what follows `--`, by the command's table.
 *
 * Stricter than the programs: nothing is abbreviated, joined, repeated or empty. Each of these has a reading in which the
 * program acts on something else than a reader of the line would think.
 */

import { whyForbidden } from './forbidden-flags.ts'
import { flagEntries, type CommandGrammar, type FlagEntry, type FlagTable, type ParsedWords, type Program } from './grammar.ts'
import type { Place } from './place.ts'
import { isRefusal, refuse, shown, type Refusal } from './refusal.ts'
import { whyNot } from './value-types.ts'
import { isBare, type Word } from './words.ts'

export interface ReadWordsOptions {
  readonly words: readonly Word[]
  readonly grammar: Pick<CommandGrammar, 'flags' | 'endOfFlags' | 'digitsMean'>
  readonly style: Program['style']
  readonly place: Place
}

interface Reading {
  readonly flags: Map<string, string[]>
  readonly positionals: string[]
  after?: string[]
}

export function readWords(options: ReadWordsOptions): ParsedWords | Refusal {
  const reading: Reading = { flags: new Map(), positionals: [] }
  for (let at = 0; at < options.words.length; ) {
    const taken = readWord(options, reading, at)
    if (isRefusal(taken)) return taken
    at += taken
  }
  return reading
}

/** Reads one word, with its value if that stands apart. Returns how many words it took. */
function readWord(options: ReadWordsOptions, reading: Reading, at: number): number | Refusal {
  const word = options.words[at]
  if (word === undefined) return 1
  if (reading.after !== undefined) return takeAfter(reading.after, word)
  if (!word.text.startsWith('-')) return takePositional(reading.positionals, word)
  if (word.text === '--') return openAfter(options, reading, word)
  return takeFlag(options, reading, at)
}

function takePositional(positionals: string[], word: Word): number | Refusal {
  if (word.text === '') return refuse('bad-value', 'an argument is empty')
  positionals.push(word.text)
  return 1
}

function takeAfter(after: string[], word: Word): number | Refusal {
  if (word.text === '' || word.text.startsWith('-')) return refuse('bad-value', `${shown(word.text)} after -- is no path`)
  after.push(word.text)
  return 1
}

function openAfter(options: ReadWordsOptions, reading: Reading, word: Word): number | Refusal {
  if (options.grammar.endOfFlags !== true) return refuse('flag-unknown', 'this command takes no --: what follows it would be read in another way')
  if (!isBare(word)) return refuse('shell-syntax', '-- is written without quotes')
  reading.after = []
  return 1
}

function takeFlag(options: ReadWordsOptions, reading: Reading, at: number): number | Refusal {
  const { words, grammar, style, place } = options
  const word = words[at] as Word
  const spelt = spelling(word, options)
  if (isRefusal(spelt)) return spelt
  const { name, attached } = spelt
  const entry = flagEntries(grammar.flags).get(name)
  if (entry === undefined) return unknownFlag(name, grammar.flags)
  const value = valueFor({ entry, name, attached, style, next: words[at + 1] })
  if (isRefusal(value)) return value
  const problem = store(reading, entry, value.text, place)
  return problem ?? value.words
}

/** The flag's name, and the value that is joined to it by `=`. */
function spelling(word: Word, { grammar, style }: ReadWordsOptions): { readonly name: string; readonly attached?: string } | Refusal {
  const { text } = word
  if (grammar.digitsMean !== undefined && /^-\d{1,9}$/.test(text) && isBare(word)) return { name: grammar.digitsMean, attached: text.slice(1) }
  if (flagEntries(grammar.flags).has(text)) return isBare(word) ? { name: text } : refuse('shell-syntax', `the flag ${shown(text)} is written without quotes`)
  const long = text.startsWith('--')
  const equals = text.indexOf('=')
  if (!long && text.length > 2 && !(style === 'go' && equals === 2)) return refuse('flag-unknown', `${shown(text)}: short flags stand alone, and their values apart; write -a -b value`)
  const name = equals === -1 ? text : text.slice(0, equals)
  if (!isBare(word, name.length)) return refuse('shell-syntax', `the flag ${shown(name)} is written without quotes`)
  return equals === -1 ? { name } : { name, attached: text.slice(equals + 1) }
}

interface ValueOptions {
  readonly entry: FlagEntry
  readonly name: string
  readonly attached: string | undefined
  readonly style: Program['style']
  readonly next: Word | undefined
}

function valueFor({ entry, name, attached, style, next }: ValueOptions): { readonly text: string; readonly words: number } | Refusal {
  if (entry.shape === 'switch') {
    if (attached === undefined) return { text: 'true', words: 1 }
    if (style === 'go' && (attached === 'true' || attached === 'false')) return { text: attached, words: 1 }
    return refuse('bad-value', `${name} is a switch${style === 'go' ? ', and takes =true or =false' : ''}`)
  }
  if (attached !== undefined && style === 'apart') return refuse('bad-value', `${name} takes its value apart`)
  if (attached !== undefined) return attached === '' ? refuse('bad-value', `${name} is empty`) : { text: attached, words: 1 }
  if (entry.shape.attached === 'optional') return { text: '', words: 1 }
  if (entry.shape.attached === 'required') return refuse('bad-value', `${name} needs its value joined with =`)
  if (next === undefined) return refuse('bad-value', `${name} needs a value`)
  if (next.text.startsWith('-')) return refuse('bad-value', `${name} is followed by ${shown(next.text)}, which looks like a flag`)
  return { text: next.text, words: 2 }
}

function store(reading: Reading, { name, shape }: FlagEntry, text: string, place: Place): Refusal | undefined {
  const before = reading.flags.get(name)
  if (before !== undefined && !(shape !== 'switch' && shape.many === true)) return refuse('flag-repeated', `${name} is given twice: the last one would win`)
  const optional = shape === 'switch' || (shape.attached === 'optional' && text === '')
  const problem = optional ? undefined : whyNot(shape.type, text, place)
  if (problem !== undefined) return refuse('bad-value', `${name}: ${shown(text)} ${problem}`)
  reading.flags.set(name, [...(before ?? []), text])
  return undefined
}

function unknownFlag(name: string, table: FlagTable): Refusal {
  const known = whyForbidden(name)
  if (known !== undefined) return refuse(known.rule, `${name} ${known.text}`)
  const near = Object.keys(table).flatMap((key) => key.split(' ')).find((flag) => name.length > 2 && flag.startsWith(name))
  return refuse('flag-unknown', near === undefined ? `this command takes no flag ${shown(name)}` : `${shown(name)} is no flag; write out ${near}`)
}
