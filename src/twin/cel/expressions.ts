/**
 * CEL as Kubernetes evaluates it: the standard functions, the optional types, and the libraries of strings, lists and regular expressions
 * that `k8s.io/apiserver/pkg/cel/library` adds. What an expression needs beyond that (quantities, the parts of URLs and addresses, sets, the authorizer) is
 * not modelled: such an expression is not evaluated, and whoever asks is told so.
 */

import { Environment, Optional } from '@marcbachmann/cel-js'
import { jsonEqual } from '../../kernel/json.ts'
import { matchesFormat } from '../schema/formats.ts'

const LIMITS = { maxAstNodes: 5_000, maxDepth: 100, maxListElements: 5_000, maxMapEntries: 5_000, maxCallArguments: 32 }

export type Outcome =
  | { readonly type: 'value'; readonly value: unknown }
  /** The expression is sound and its inputs are not: a key that is not there, a division by zero. */
  | { readonly type: 'error'; readonly message: string }
  /** We cannot evaluate it, whatever the inputs. */
  | { readonly type: 'not-modelled'; readonly message: string }

export interface Expression {
  evaluate(variables: Readonly<Record<string, unknown>>): Outcome
  /** Why it can never be evaluated here. */
  readonly flaw?: string
  /** Does it name this variable? */
  names(variable: string): boolean
}

export interface ExpressionLibrary {
  compile(text: string): Expression
}

/** Expressions over these variables; compiled once each. */
export function expressionLibrary(variables: readonly string[]): ExpressionLibrary {
  const environment = environmentWith(variables)
  const compiled = new Map<string, Expression>()
  return {
    compile(text) {
      const known = compiled.get(text) ?? compile(environment, text)
      compiled.set(text, known)
      return known
    },
  }
}

export { Optional }

function environmentWith(variables: readonly string[]): Environment {
  const environment = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false, limits: LIMITS })
  for (const name of variables) environment.registerVariable(name, 'dyn')
  for (const [signature, handler] of Object.entries(FUNCTIONS)) environment.registerFunction(signature, handler)
  return environment
}

function compile(environment: Environment, text: string): Expression {
  const names = (variable: string): boolean => new RegExp(`(^|[^\\w.])${variable}\\b`).test(text)
  try {
    const program = environment.parse(text)
    const { valid, error } = program.check()
    if (!valid) return unreadable(firstLine(error), names)
    return { names, evaluate: (values) => run(program, values) }
  } catch (error) {
    return unreadable(firstLine(error), names)
  }
}

function unreadable(flaw: string, names: Expression['names']): Expression {
  return { flaw, names, evaluate: () => ({ type: 'not-modelled', message: flaw }) }
}

function run(program: (context: Record<string, unknown>) => unknown, values: Readonly<Record<string, unknown>>): Outcome {
  try {
    return { type: 'value', value: program({ ...values }) }
  } catch (error) {
    const message = firstLine(error)
    return /found no matching overload|no such overload|not modelled/i.test(message) ? { type: 'not-modelled', message } : { type: 'error', message: inGoWords(message) }
  }
}

/** As cel-go says what went wrong. */
function inGoWords(message: string): string {
  const [, index] = /index out of bounds, index (\d+)/.exec(message) ?? []
  return index === undefined ? message.charAt(0).toLowerCase() + message.slice(1) : `index out of bounds: ${index}`
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}

type Handler = (...args: never[]) => unknown

/** `k8s.io/apiserver/pkg/cel/library/{lists,regex}.go` and cel-go's string extension, where our library lacks them. */
const FUNCTIONS: Readonly<Record<string, Handler>> = {
  'string.replace(string, string): string': (text: string, from: string, to: string) => text.replaceAll(from, to),
  'string.replace(string, string, int): string': (text: string, from: string, to: string, count: bigint) => replaceSome(text, { from, to, count: Number(count) }),
  'string.charAt(int): string': (text: string, index: bigint) => [...text][Number(index)] ?? '',
  'string.find(string): string': (text: string, pattern: string) => new RegExp(pattern, 'u').exec(text)?.[0] ?? '',
  'string.findAll(string): list<string>': (text: string, pattern: string) => Array.from(text.matchAll(new RegExp(pattern, 'gu')), ([match]) => match),
  'string.format(list): string': formatted,
  'isIP(string): bool': (text: string) => matchesFormat(text, 'ipv4') || matchesFormat(text, 'ipv6'),
  'isCIDR(string): bool': (text: string) => matchesFormat(text, 'cidr'),
  'isURL(string): bool': (text: string) => URL.canParse(text),
  'list.distinct(): list': (list: readonly unknown[]) => list.filter((item, index) => list.findIndex((other) => jsonEqual(other, item)) === index),
  'list.reverse(): list': (list: readonly unknown[]) => [...list].reverse(),
  'list.isSorted(): bool': (list: readonly Ordered[]) => list.every((item, index) => index === 0 || (list[index - 1] as Ordered) <= item),
  'list.sum(): dyn': (list: readonly (number | bigint)[]) => list.reduce<number | bigint>((sum, item) => (typeof item === 'bigint' ? BigInt(sum) + item : Number(sum) + item), 0n),
  'list.min(): dyn': (list: readonly Ordered[]) => extreme(list, (item, best) => item < best),
  'list.max(): dyn': (list: readonly Ordered[]) => extreme(list, (item, best) => item > best),
  'list.indexOf(dyn): int': (list: readonly unknown[], wanted: unknown) => BigInt(list.indexOf(wanted)),
  'list.lastIndexOf(dyn): int': (list: readonly unknown[], wanted: unknown) => BigInt(list.lastIndexOf(wanted)),
}

/** `%s` and `%d`; the other verbs of cel-go's `format` are not modelled. */
function formatted(text: string, values: readonly unknown[]): string {
  let next = 0
  return text.replaceAll(/%(.)/g, (verb, letter: string) => {
    if (letter === '%') return '%'
    if (letter !== 's' && letter !== 'd') throw new Error(`the verb ${verb} is not modelled`)
    next += 1
    return String(values[next - 1])
  })
}

type Ordered = number | bigint | string

function replaceSome(text: string, { from, to, count }: { readonly from: string; readonly to: string; readonly count: number }): string {
  if (count < 0) return text.replaceAll(from, to)
  const parts = text.split(from)
  return parts.reduce((joined, part, index) => joined + (index <= count ? to : from) + part)
}

function extreme(list: readonly Ordered[], isBetter: (item: Ordered, best: Ordered) => boolean): Ordered {
  const [first, ...rest] = list
  if (first === undefined) throw new Error('min or max called on empty list')
  return rest.reduce((best, item) => (isBetter(item, best) ? item : best), first)
}
