/**
 * What is wrong with a text that is no label selector, in the words of `k8s.io/apimachinery/pkg/labels`: the first thing that its
 * parser stumbles over. Whether a text is one is decided by `model/kube/parse-selector.ts`.
 */

import { invalidField } from './api/field-error.ts'
import { labelKeyProblems, labelValueProblems } from './api/object-names.ts'

type Sort = 'name' | 'operator' | 'word' | 'comma' | 'open' | 'close' | 'not' | 'end' | 'error'

interface Token {
  readonly sort: Sort
  readonly text: string
}

const SORTS: Readonly<Record<string, Sort>> = { '!': 'not', ',': 'comma', '(': 'open', ')': 'close', '=': 'operator', '==': 'operator', '!=': 'operator', '>': 'operator', '<': 'operator', in: 'word', notin: 'word' }
const TOKEN = /\s*(==|!=|[=!(),><]|[^\s=!(),><]+)/y

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) tokens.push({ sort: SORTS[match[1] ?? ''] ?? 'name', text: match[1] ?? '' })
  return [...tokens, { sort: 'end', text: '' }]
}

/** Thrown within this module only. */
class Problem extends Error {}

/** The sentence of the 400. */
export function selectorProblem(text: string): string {
  const tokens = tokensOf(text)
  try {
    readAll(tokens)
  } catch (problem) {
    if (problem instanceof Problem) return problem.message
    throw problem
  }
  return `'${text}' is not a label selector`
}

/** Between operators `in` and `notin` are names like others. */
function isName({ sort }: Token): boolean {
  return sort === 'name' || sort === 'word'
}

function readAll(tokens: Token[]): void {
  for (;;) {
    const first = peek(tokens)
    if (first.sort === 'end') return
    if (!isName(first) && first.sort !== 'not') throw new Problem(`found '${first.text}', expected: !, identifier, or 'end of string'`)
    readRequirement(tokens)
    const after = take(tokens)
    if (after.sort === 'end') return
    if (after.sort !== 'comma') throw new Problem(`found '${after.text}', expected: ',' or 'end of string'`)
    const next = peek(tokens)
    if (!isName(next) && next.sort !== 'not') throw new Problem(`found '${next.text}', expected: identifier after ','`)
  }
}

function peek(tokens: readonly Token[]): Token {
  return tokens[0] ?? { sort: 'end', text: '' }
}

function take(tokens: Token[]): Token {
  return tokens.shift() ?? { sort: 'end', text: '' }
}

function refuse(why: string): never {
  throw new Problem(`unable to parse requirement: ${why}`)
}

function readRequirement(tokens: Token[]): void {
  const isAbsence = peek(tokens).sort === 'not' && take(tokens).sort === 'not'
  const key = take(tokens)
  if (!isName(key)) refuse(`found '${key.text}', expected: identifier`)
  const wrong = labelKeyProblems(key.text)
  if (wrong.length > 0) refuse(sentence('key', key.text, wrong))
  if (isAbsence || peek(tokens).sort === 'end' || peek(tokens).sort === 'comma') return
  const operator = take(tokens)
  if (operator.sort !== 'operator' && operator.sort !== 'word') refuse(`found '${operator.text}', expected: in, notin, =, ==, !=, gt, lt`)
  const values = operator.sort === 'word' ? readList(tokens) : readValue(tokens)
  refuseValues(key.text, operator.text, [...new Set(values)].sort())
}

function refuseValues(key: string, operator: string, values: readonly string[]): void {
  const isNumber = operator === '>' || operator === '<'
  const sentences = values.flatMap((value, index) => {
    const problems = labelValueProblems(value)
    return [
      ...(isNumber && !/^[+-]?\d+$/.test(value) ? [sentence(`values[${index}]`, value, ["for 'Gt', 'Lt' operators, the value must be an integer"])] : []),
      ...(problems.length === 0 ? [] : [sentence(`values[${index}][${key}]`, value, problems)]),
    ]
  })
  if (sentences.length > 0) refuse(sentences.length === 1 ? (sentences[0] ?? '') : `[${sentences.join(', ')}]`)
}

function sentence(field: string, value: string, problems: readonly string[]): string {
  return `${field}: ${invalidField(field, value, problems.join('; ')).message}`
}

function readValue(tokens: Token[]): string[] {
  if (peek(tokens).sort === 'end' || peek(tokens).sort === 'comma') return ['']
  const value = take(tokens)
  if (!isName(value)) refuse(`found '${value.text}', expected: identifier`)
  return [value.text]
}

function readList(tokens: Token[]): string[] {
  const open = take(tokens)
  if (open.sort !== 'open') refuse(`found '${open.text}' expected: '('`)
  const values: string[] = []
  for (let isAfterName = false; ; ) {
    const token = take(tokens)
    if (token.sort === 'close') return isAfterName ? values : [...values, '']
    if (token.sort === 'comma') {
      if (!isAfterName) values.push('')
      isAfterName = false
    } else if (!isName(token)) refuse(isAfterName ? `found '${token.text}', expected: ',' or ')'` : listProblem(values, token))
    else if (isAfterName) refuse(`found '${token.text}', expected: ',' or ')'`)
    else {
      values.push(token.text)
      isAfterName = true
    }
  }
}

function listProblem(values: readonly string[], { text }: Token): string {
  return values.length === 0 ? `found '${text}', expected: ',', ')' or identifier` : `found '${text}', expected: ',', or identifier`
}
