/**
 * Selector strings such as `app=web,tier in (a,b),!canary,cores>4`, read as k8s.io/apimachinery's labels.Parse reads them:
 * what it refuses is refused, because a selector that is read too kindly selects too much.
 */

import type { Requirement } from './selector.ts'

/** Names and values: at most 63 characters, alphanumeric at both ends; a key may have a DNS prefix of up to 253. */
const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/
const PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const PREFIX_MAX = 253
const TOKEN = /\s*(==|!=|[=!(),><]|[^\s=!(),><]+)/y

/** The requirements, all of which must hold. Undefined when the text is not a selector; the empty one has none. */
export function parseSelector(text: string): Requirement[] | undefined {
  const tokens = tokensOf(text.trim())
  const requirements: Requirement[] = []
  if (tokens.length === 0) return requirements
  for (;;) {
    const requirement = takeRequirement(tokens)
    if (requirement === undefined) return undefined
    requirements.push(requirement)
    const separator = tokens.shift()
    if (separator === undefined) return requirements
    if (separator !== ',' || tokens.length === 0) return undefined
  }
}

function tokensOf(text: string): string[] {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) tokens.push(match[1] ?? '')
  return tokens
}

/** Takes from the front what one requirement is made of. */
function takeRequirement(tokens: string[]): Requirement | undefined {
  const absent = tokens[0] === '!' && tokens.shift() !== undefined
  const key = tokens.shift()
  if (key === undefined || !isKey(key)) return undefined
  if (absent) return { key, operator: 'DoesNotExist', values: [] }
  if (tokens.length === 0 || tokens[0] === ',') return { key, operator: 'Exists', values: [] }
  const operator = OPERATORS[tokens.shift() ?? '']
  if (operator === undefined) return undefined
  const values = operator.list ? takeList(tokens) : takeValue(tokens)
  if (values === undefined || !values.every(isValue)) return undefined
  if (operator.number === true && !/^[+-]?\d+$/.test(values[0] ?? '')) return undefined
  return { key, operator: operator.name, values }
}

const OPERATORS: Readonly<Record<string, { readonly name: Requirement['operator']; readonly list: boolean; readonly number?: true }>> = {
  '=': { name: 'In', list: false },
  '==': { name: 'In', list: false },
  '!=': { name: 'NotIn', list: false },
  in: { name: 'In', list: true },
  notin: { name: 'NotIn', list: true },
  '>': { name: 'Gt', list: false, number: true },
  '<': { name: 'Lt', list: false, number: true },
}

/** Nothing after the operator means the empty value. */
function takeValue(tokens: string[]): string[] | undefined {
  if (tokens.length === 0 || tokens[0] === ',') return ['']
  const value = tokens.shift() ?? ''
  return isSpecial(value) ? undefined : [value]
}

/** `(a,b)`; where nothing stands is the empty value. */
function takeList(tokens: string[]): string[] | undefined {
  const end = tokens.indexOf(')')
  if (tokens[0] !== '(' || end < 0) return undefined
  const inside = tokens.splice(0, end + 1).slice(1, -1)
  const values = inside.join(' ').split(',').map((value) => value.trim())
  return values.some((value) => value.includes(' ')) ? undefined : values
}

function isSpecial(token: string): boolean {
  return /^[=!(),><]/.test(token)
}

function isKey(text: string): boolean {
  const parts = text.split('/')
  const name = parts.at(-1) ?? ''
  const prefix = parts.length === 2 ? parts[0] : undefined
  return parts.length <= 2 && NAME.test(name) && (prefix === undefined || (prefix.length <= PREFIX_MAX && PREFIX.test(prefix)))
}

function isValue(text: string): boolean {
  return text === '' || NAME.test(text)
}
