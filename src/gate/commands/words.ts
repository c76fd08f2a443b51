/**
 * A line becomes words here, and no shell is near. What a shell would act on is refused and not quoted away: a person
 * who wrote a pipe meant a pipe, and would be surprised by a program that takes `|` as a name.
 *
 * Outside quotes: printable ASCII without the characters below, parted by spaces and tabs. `'…'` is literal. `"…"` is
 * literal too, and refuses what a shell would expand inside. The first word is bare and is no assignment.
 */

import { refuse, shown, type Refusal } from './refusal.ts'

export interface Word {
  readonly text: string
  /** Leading characters that were written outside quotes; -1 when quotes enclose nothing. Names of commands and flags must be bare. */
  readonly bareLength: number
}

/** A line of a runbook is some hundred characters; what is longer hides something. */
const LINE_LENGTH_MAX = 4096
const WORDS_MAX = 128

const REFUSED_BARE = new Set('|&;<>()$`\\*?[]{}!~#^')
const REFUSED_IN_DOUBLE = new Set('$`\\!')

/** The words of a line, or why it has none. */
export function wordsOfLine(line: string): readonly Word[] | Refusal {
  if (line.length > LINE_LENGTH_MAX) return refuse('bad-input', `the line is longer than ${LINE_LENGTH_MAX} characters`)
  const foreign = foreignCharacter(line.replaceAll('\t', ' '))
  if (foreign !== undefined) return refuse('shell-syntax', `the line holds ${shown(foreign)}: only printable ASCII is read`)
  const words = split(line)
  if (!Array.isArray(words)) return words as Refusal
  return checked(words as readonly Word[])
}

/** Words that a caller split already. They are bare: nobody quoted them. */
export function wordsOfArgv(argv: readonly string[]): readonly Word[] | Refusal {
  const foreign = argv.map(foreignCharacter).find((character) => character !== undefined)
  if (foreign !== undefined) return refuse('bad-input', `an argument holds ${shown(foreign)}: only printable ASCII is read`)
  if (argv.some((text) => text.length > LINE_LENGTH_MAX)) return refuse('bad-input', `an argument is longer than ${LINE_LENGTH_MAX} characters`)
  return checked(argv.map((text) => ({ text, bareLength: text.length })))
}

/** Whether all of a word, or its first `length` characters, were written outside quotes. */
export function isBare(word: Word, length = word.text.length): boolean {
  return word.bareLength >= length
}

function checked(words: readonly Word[]): readonly Word[] | Refusal {
  const [first] = words
  if (first === undefined || first.text === '') return refuse('bad-input', 'there is no command')
  if (words.length > WORDS_MAX) return refuse('bad-input', `there are more than ${WORDS_MAX} words`)
  if (first.text.includes('=')) return refuse('caller-environment', 'a command starts with its program: the environment is not for the caller to set')
  if (!isBare(first)) return refuse('shell-syntax', 'the program is written without quotes')
  return words
}

function foreignCharacter(text: string): string | undefined {
  return /[^\x20-\x7E]/u.exec(text)?.[0]
}

interface OpenWord {
  text: string
  bareLength: number
  quoted: boolean
}

function split(line: string): readonly Word[] | Refusal {
  const words: Word[] = []
  let word: OpenWord | undefined
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at)
    if (character === ' ' || character === '\t') {
      if (word !== undefined) words.push(closed(word))
      word = undefined
      continue
    }
    word ??= { text: '', bareLength: 0, quoted: false }
    if (character === "'" || character === '"') {
      const end = line.indexOf(character, at + 1)
      if (end === -1) return refuse('shell-syntax', 'a quote is never closed')
      const inside = line.slice(at + 1, end)
      const expanded = character === '"' ? [...inside].find((one) => REFUSED_IN_DOUBLE.has(one)) : undefined
      if (expanded !== undefined) return refuse('shell-syntax', `a shell would act on ${shown(expanded)} inside double quotes; there is no shell here`)
      word.text += inside
      word.quoted = true
      at = end
      continue
    }
    if (REFUSED_BARE.has(character)) return refuse('shell-syntax', `a shell would act on ${shown(character)}; there is no shell here, put literal text in single quotes`)
    word.text += character
    if (!word.quoted) word.bareLength += 1
  }
  if (word !== undefined) words.push(closed(word))
  return words
}

function closed({ text, bareLength, quoted }: OpenWord): Word {
  return { text, bareLength: quoted && bareLength === text.length ? -1 : bareLength }
}
