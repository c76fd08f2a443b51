/**
 * Reads a question as a person types it: `drain node/a node/b`, `lose zone/eu-1b`, `double deploy/web`, `apply -f new.yaml`,
 * or a kubectl line as it was copied. Words only, no shell; what is not understood is said with what would be.
 */

import { closestWord } from '../../kernel/closest-word.ts'
import { fault, faultData, isFault } from '../../kernel/fault.ts'
import type { Doing } from '../../model/what-if.ts'
import { wordsOf } from './question-text.ts'
import { QUESTION_VERBS, VERBS, type ParseOptions, type QuestionVerb } from './question-verbs.ts'
import { FOR_EXAMPLE, sortWords, unclear } from './question-words.ts'

export function parseQuestion(text: string, options: ParseOptions): Doing {
  const [verb = '', ...rest] = withoutKubectl(wordsOf(text), text)
  const name = Object.keys(VERBS).find((known) => known === verb.toLowerCase())
  if (name === undefined) throw verb === '' ? unclear(text, 'it is empty', FOR_EXAMPLE) : unknownVerb(verb, text)
  const { flags, read } = VERBS[name] as QuestionVerb
  try {
    return read(sortWords(text, rest, flags), options)
  } catch (error) {
    throw withUsage(error, name)
  }
}

/** What people say for a verb of ours. */
const SAME_AS: Readonly<Record<string, string>> = { kill: 'lose', reboot: 'lose', shutdown: 'lose', stop: 'lose', remove: 'delete', destroy: 'delete', terminate: 'delete' }
/** Of kubectl; they only look. */
const LOOKS = new Set(['get', 'describe', 'logs', 'top', 'explain', 'exec', 'diff', 'events'])

function unknownVerb(verb: string, text: string): Error {
  const word = verb.toLowerCase()
  if (LOOKS.has(word)) return unclear(text, `${verb} changes nothing`, FOR_EXAMPLE)
  const meant = SAME_AS[word] ?? closestWord(word, QUESTION_VERBS)
  return unclear(text, `"${verb}" is not one of ${QUESTION_VERBS.join(', ')}`, meant === undefined ? FOR_EXAMPLE : `Did you mean ${meant}? Write it as: ${usageOf(meant)}`)
}

/** A fault that names no way out gets the verb's. */
function withUsage(error: unknown, verb: string): unknown {
  return isFault(error) && error.hint === undefined ? fault({ ...faultData(error), hint: `Write it as: ${usageOf(verb)}` }) : error
}

function usageOf(verb: string): string {
  return `${verb} ${VERBS[verb]?.usage ?? ''}`.trim()
}

/** Of `kubectl rollout`; `status` and `history` only look. */
const ROLLOUTS: Readonly<Record<string, string>> = { undo: 'rollback', restart: 'restart', pause: 'pause', resume: 'resume' }

/** `kubectl drain a`, `kubectl rollout undo deploy/web`: the same words with another name in front. */
function withoutKubectl(words: readonly string[], text: string): readonly string[] {
  const [first = '', second = '', ...rest] = words
  if (first === 'kubectl' || first === 'k') return withoutKubectl(words.slice(1), text)
  if (first !== 'rollout') return words
  const verb = ROLLOUTS[second]
  if (verb === undefined) throw unclear(text, second === '' ? 'rollout needs a word behind it' : `rollout ${second} changes nothing`, `What can be asked: ${Object.keys(ROLLOUTS).map((known) => `rollout ${known} deploy/web`).join(', ')}.`)
  return [verb, ...rest]
}
