/**
 * Reads a question as a person types it: `drain node/a node/b`, `lose zone/eu-1b`, `double deploy/web`, `apply -f new.yaml`,
 * or a kubectl line as it was copied. Words only, no shell; what is not understood is said with what would be.
 */

import { closestWord } from '../../kernel/closest-word.ts'
import { fault, faultData, isFault } from '../../kernel/fault.ts'
import type { Doing } from '../../model/what-if.ts'
import { QUESTION_VERBS, VERBS, type ParseOptions, type QuestionVerb } from './question-verbs.ts'
import { FOR_EXAMPLE, sortWords, unclear } from './question-words.ts'

export function parseQuestion(text: string, options: ParseOptions): Doing {
  const [verb = '', ...rest] = withoutKubectl(text.trim().split(/\s+/), text)
  const name = Object.keys(VERBS).find((known) => known === verb.toLowerCase())
  if (name === undefined) throw verb === '' ? unclear(text, 'it is empty', FOR_EXAMPLE) : unknownVerb(verb, text)
  const { flags, read } = VERBS[name] as QuestionVerb
  try {
    return read(sortWords(text, rest, flags), options)
  } catch (error) {
    throw withUsage(error, name)
  }
}

function unknownVerb(verb: string, text: string): Error {
  const meant = closestWord(verb.toLowerCase(), QUESTION_VERBS)
  return unclear(text, `"${verb}" is not one of ${QUESTION_VERBS.join(', ')}`, meant === undefined ? FOR_EXAMPLE : `Did you mean ${meant}? Write it as: ${usageOf(meant)}`)
}

/** A fault that names no way out gets the verb's. */
function withUsage(error: unknown, verb: string): unknown {
  return isFault(error) && error.hint === undefined ? fault({ ...faultData(error), hint: `Write it as: ${usageOf(verb)}` }) : error
}

function usageOf(verb: string): string {
  return `${verb} ${VERBS[verb]?.usage ?? ''}`.trim()
}

/** More than anybody types, and few enough for those who ask over a network. */
const QUESTIONS_MAX = 32

/** `drain a; wait 5m; drain b`: one question each. An empty one stays, so that it is refused. */
export function splitQuestions(texts: readonly string[]): string[] {
  const questions = texts.flatMap((text) => {
    const parts = text.split(/;|&&/).map((part) => part.trim())
    return parts.length === 1 ? parts : parts.filter((part) => part !== '')
  })
  if (questions.length > QUESTIONS_MAX) throw unclear(questions[0] ?? '', `${questions.length} questions are asked at once`, `At most ${QUESTIONS_MAX}.`)
  return questions
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
