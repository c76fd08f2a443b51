/** A question taken apart as a shell would do it, without one: blanks part words, quotes hold them together, `;` and `&&` part questions. */

import { unclear } from './question-words.ts'

const WORD = /(?:[^\s'"]|'[^']*'|"[^"]*")+/g
const QUOTED = /'([^']*)'|"([^"]*)"/g
const QUOTED_OR_END = /'[^']*'|"[^"]*"|;|&&/g

export function wordsOf(text: string): string[] {
  if (/['"]/.test(text.replaceAll(QUOTED, ''))) throw unclear(text, 'a quote is never closed')
  return (text.match(WORD) ?? []).map((word) => word.replaceAll(QUOTED, '$1$2'))
}

/** More than anybody types, and few enough for those who ask over a network. */
const QUESTIONS_MAX = 32

/** `drain a; wait 5m; drain b`: one question each. A text without any is an empty one, so that it is refused. */
export function splitQuestions(texts: readonly string[]): string[] {
  const questions = texts.flatMap((text) => {
    const parts = partsOf(text).map((part) => part.trim()).filter((part) => part !== '')
    return parts.length === 0 ? [''] : parts
  })
  if (questions.length > QUESTIONS_MAX) throw unclear(questions[0] ?? '', `${questions.length} questions are asked at once`, `At most ${QUESTIONS_MAX}.`)
  return questions
}

function partsOf(text: string): string[] {
  const parts: string[] = []
  let start = 0
  for (const { 0: found, index } of text.matchAll(QUOTED_OR_END)) {
    if (found !== ';' && found !== '&&') continue
    parts.push(text.slice(start, index))
    start = index + found.length
  }
  return [...parts, text.slice(start)]
}
