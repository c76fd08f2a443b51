/**
 * Lists in the style that people know: `kubectl get *`, `npm install`, `make *`. A pattern is compared with parsed words,
 * never with the text of a line, so quotes, spaces, order of flags and other names of a kind make no difference.
 *
 * `*` as a word stands for one word, as the last word for any number of them; at the end of a word for the rest of it.
 * To allow, a pattern must match all words. To ask or deny, it is enough that the words begin so.
 */

import type { Command, Intent } from './intent.ts'
import { resolveKind, resourceName, type KindInfo } from './kinds.ts'

export interface Pattern {
  readonly text: string
  readonly words: readonly string[]
  /** Holds only for scalings to this many replicas. */
  readonly replicas?: { readonly min?: number; readonly max?: number }
  /** Holds only where at least so many objects are named. */
  readonly objectsMin?: number
}

export type MatchWhole = 'whole' | 'beginning'

/** Whether a pattern speaks of this intent of the command. */
export function matches(pattern: Pattern, { command, intent, how, kinds }: { readonly command: Command; readonly intent: Intent; readonly how: MatchWhole; readonly kinds: readonly KindInfo[] }): boolean {
  if (!withinConditions(pattern, intent)) return false
  if (intent.op === 'run') return how === 'whole' ? coversFreeWords(pattern.words, command.argv) : occursIn(pattern.words, command.argv)
  return covers(pattern.words, phraseOf(command, intent, kinds), { how, kinds })
}

function withinConditions({ replicas, objectsMin }: Pattern, intent: Intent): boolean {
  if (objectsMin !== undefined && intent.names.length < objectsMin) return false
  if (replicas === undefined) return true
  const asked = intent.replicas
  return asked !== undefined && asked >= (replicas.min ?? 0) && asked <= (replicas.max ?? Infinity)
}

interface Phrase {
  readonly words: readonly string[]
  /** Where the kind stands, if it is written. */
  readonly kindAt?: number
}

/** `kubectl rollout restart deployments.apps web`: program, command, kind, names. */
function phraseOf({ program, path, kindImplied }: Command, intent: Intent, kinds: readonly KindInfo[]): Phrase {
  const head = [program, ...path]
  if (intent.kind === undefined || kindImplied) return { words: [...head, ...intent.names] }
  const resolved = resolveKind(`${intent.kind}${intent.group === '' ? '' : `.${intent.group ?? ''}`}`, kinds)
  return { words: [...head, resolved.type === 'known' ? resourceName(resolved.info) : intent.kind, ...intent.names], kindAt: head.length }
}

function covers(pattern: readonly string[], phrase: Phrase, { how, kinds }: { readonly how: MatchWhole; readonly kinds: readonly KindInfo[] }): boolean {
  const open = pattern.at(-1) === '*'
  const fixed = open ? pattern.slice(0, -1) : pattern
  if (phrase.words.length < fixed.length) return false
  if (how === 'whole' && !open && phrase.words.length > fixed.length) return false
  return fixed.every((word, at) => wordMatches(word, phrase.words[at] ?? '') || (at === phrase.kindAt && sameKind(word, phrase.words[at] ?? '', kinds)))
}

function wordMatches(pattern: string, word: string): boolean {
  if (pattern === '*') return true
  return pattern.endsWith('*') ? word.startsWith(pattern.slice(0, -1)) : pattern === word
}

function sameKind(left: string, right: string, kinds: readonly KindInfo[]): boolean {
  const [one, other] = [resolveKind(left, kinds), resolveKind(right, kinds)]
  return one.type === 'known' && other.type === 'known' && one.info === other.info
}

/** What `*` stands for where no grammar tells flags from names: no flag, and nothing that sets a variable. */
const PLAIN = /^[A-Za-z0-9][\w./:@-]*$/

function coversFreeWords(pattern: readonly string[], words: readonly string[]): boolean {
  const open = pattern.at(-1) === '*'
  const fixed = open ? pattern.slice(0, -1) : pattern
  if (words.length < fixed.length || (!open && words.length > fixed.length)) return false
  const written = fixed.every((word, at) => wordMatches(word, words[at] ?? '') && (!word.endsWith('*') || PLAIN.test(words[at] ?? '')))
  return written && words.slice(fixed.length).every((word) => PLAIN.test(word))
}

/** Without a grammar a flag may stand anywhere, so a pattern that forbids finds its words wherever they stand, in order. */
function occursIn(pattern: readonly string[], words: readonly string[]): boolean {
  let at = 0
  for (const word of words) {
    if (at < pattern.length && wordMatches(pattern[at] ?? '', word)) at += 1
  }
  return at === pattern.length || (at === pattern.length - 1 && pattern.at(-1) === '*')
}
