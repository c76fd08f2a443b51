/**
 * CEL as Kubernetes evaluates it: the standard functions, and the libraries that every release from 1.34 adds (`apiserver/pkg/cel/environment/base.go`). An
 * expression that does not compile here is not evaluated, and whoever asks is told so: no server would have stored it.
 */

import { Environment, EvaluationError, Optional } from '@marcbachmann/cel-js'
import { inOrder } from './evaluation-order.ts'
import { installFunctions } from './functions/install.ts'
import { respelt } from './spelling.ts'

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
export function expressionLibrary(variables: readonly string[], { optional = [] }: { readonly optional?: readonly string[] } = {}): ExpressionLibrary {
  const environment = environmentWith(variables, optional)
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

function environmentWith(variables: readonly string[], optional: readonly string[]): Environment {
  const environment = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false, limits: LIMITS })
  for (const name of variables) environment.registerVariable(name, optional.includes(name) ? 'optional<dyn>' : 'dyn')
  installFunctions(environment)
  return environment
}

function compile(environment: Environment, text: string): Expression {
  const names = (variable: string): boolean => new RegExp(`(^|[^\\w.])${variable}\\b`).test(text)
  try {
    const program = environment.parse(respelt(text))
    const { valid, error } = program.check()
    if (!valid) return unreadable(firstLine(error), names)
    inOrder(program.ast)
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
    return { type: 'error', message: inGoWords(error) }
  }
}

/** What our library says by code, as cel-go says it. Functions of our own say it themselves. */
function inGoWords(error: unknown): string {
  const message = firstLine(error)
  if (!(error instanceof EvaluationError)) return message
  return GO_WORDS[error.code]?.(message) ?? message.charAt(0).toLowerCase() + message.slice(1)
}

const GO_WORDS: Readonly<Record<string, (message: string) => string>> = {
  no_such_key: (message) => message.replace(/^No such key/, 'no such key'),
  index_out_of_bounds: (message) => `index out of bounds: ${/index (-?\d+)/.exec(message)?.[1] ?? ''}`,
  modulo_by_zero: () => 'modulus by zero',
  numeric_overflow: (message) => (message.startsWith('Unsigned') ? 'unsigned integer overflow' : 'integer overflow'),
  optional_value_missing: () => 'optional.none() dereference',
  no_such_overload: (message) => `no such overload${lackedBy(message)}`,
  ...Object.fromEntries(['no_matching_overload', 'invalid_logical_operand', 'invalid_condition_type', 'invalid_comprehension_range', 'optional_expected', 'invalid_index_type', 'cannot_index_type'].map((code) => [code, () => 'no such overload'])),
}

/** cel-go names the operator where the left side knows no such operator with anything. */
function lackedBy(message: string): string {
  const [, type = '', operator = ''] = /^no such overload: (?:dyn<)?([\w.]+)\S* ([-+*/%]|[<>]=?) /.exec(message) ?? []
  const known = OPERATORS[type.replace(/^dyn$/, '')] ?? ''
  return operator === '' || known.includes(operator.charAt(0)) || KNOWS_BY_NAME.has(type) ? '' : `: _${operator}_`
}

/** By type, the operators that it takes part in from the left. */
const OPERATORS: Readonly<Record<string, string>> = { int: '+-*/%<>', uint: '+-*/%<>', double: '+-*/<>', bool: '<>', bytes: '+<>', list: '+' }
/** Texts and times are asked by the name of the function and say no more. */
const KNOWS_BY_NAME = new Set(['string', 'google.protobuf.Timestamp', 'google.protobuf.Duration'])

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}
