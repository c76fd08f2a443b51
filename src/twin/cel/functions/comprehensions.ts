/**
 * Macros that our library lacks: over two variables (`cel-go/ext/comprehensions.go`), over what an optional holds (`cel-go/cel/library.go`), and `existsOne`.
 * A macro is given its arguments unread; it names variables, and evaluates the rest with them.
 */

import { Optional } from '@marcbachmann/cel-js'
import { entriesOf } from '../values.ts'
import type { Handler } from './functions.ts'

interface Node {
  readonly op: string
  readonly args: unknown
}

interface Scope {
  forkWithVariable(name: string, type: unknown): Scope
  reuse(parent: Scope): Scope
  setIterValue(value: unknown, evaluator: Evaluator): Scope
}

interface Checker {
  check(node: Node, scope: Scope): unknown
  getType(name: string): unknown
}

interface Evaluator {
  run(node: Node, scope: Scope): unknown
}

interface Call {
  readonly args: readonly Node[]
  readonly receiver: Node
}

interface Frame extends Call {
  readonly ast: { setMeta(name: string, value: unknown): unknown }
  names: readonly string[]
  scopes: readonly Scope[]
}

/** Evaluates the argument at an index with these values for the macro's variables. */
type Run = (index: number, values: readonly unknown[]) => unknown

interface Macro {
  readonly variables: number
  readonly result: string
  readonly of: (receiver: unknown, run: Run, last: number) => unknown
}

export const MACROS: Readonly<Record<string, Handler>> = {
  'list.all(ast, ast, ast): bool': macro({ variables: 2, result: 'bool', of: (range, run) => all(pairsOf(range), (pair) => run(2, pair)) }),
  'list.exists(ast, ast, ast): bool': macro({ variables: 2, result: 'bool', of: (range, run) => !all(pairsOf(range), (pair) => negated(run(2, pair))) }),
  'list.existsOne(ast, ast, ast): bool': macro({ variables: 2, result: 'bool', of: (range, run) => pairsOf(range).filter((pair) => isTrue(run(2, pair))).length === 1 }),
  'list.existsOne(ast, ast): bool': macro({ variables: 1, result: 'bool', of: (range, run) => keysOf(range).filter((item) => isTrue(run(1, [item]))).length === 1 }),
  'list.transformList(ast, ast, ast): list': macro({ variables: 2, result: 'list', of: (range, run) => pairsOf(range).map((pair) => run(2, pair)) }),
  'list.transformList(ast, ast, ast, ast): list': macro({ variables: 2, result: 'list', of: (range, run) => kept(range, run).map((pair) => run(3, pair)) }),
  'list.transformMap(ast, ast, ast): map': macro({ variables: 2, result: 'map', of: (range, run) => mapOf(pairsOf(range).map((pair) => [pair[0], run(2, pair)])) }),
  'list.transformMap(ast, ast, ast, ast): map': macro({ variables: 2, result: 'map', of: (range, run) => mapOf(kept(range, run).map((pair) => [pair[0], run(3, pair)])) }),
  'list.transformMapEntry(ast, ast, ast): map': macro({ variables: 2, result: 'map', of: (range, run) => entriesOnce(pairsOf(range).map((pair) => run(2, pair))) }),
  'list.transformMapEntry(ast, ast, ast, ast): map': macro({ variables: 2, result: 'map', of: (range, run) => entriesOnce(kept(range, run).map((pair) => run(3, pair))) }),
  'optional.optMap(ast, ast): optional<dyn>': macro({ variables: 1, result: 'optional', of: (held, run) => mapped(held, (value) => Optional.of(run(1, [value]))) }),
  'optional.optFlatMap(ast, ast): optional<dyn>': macro({ variables: 1, result: 'optional', of: (held, run) => mapped(held, (value) => run(1, [value])) }),
}

function macro({ variables, result, of }: Macro): Handler {
  return ({ args, receiver }: Call) => ({
    args,
    receiver,
    names: [],
    scopes: [],
    async: false,
    typeCheck(checker: Checker, frame: Frame, scope: Scope): unknown {
      frame.ast?.setMeta('async', false)
      checker.check(receiver, scope)
      frame.names = args.slice(0, variables).map(nameOf)
      const dynamic = checker.getType('dyn')
      frame.scopes = frame.names.reduce<readonly Scope[]>((scopes, name) => [...scopes, (scopes.at(-1) ?? scope).forkWithVariable(name, dynamic)], [])
      for (const node of args.slice(variables)) checker.check(node, frame.scopes.at(-1) ?? scope)
      return checker.getType(result)
    },
    evaluate(evaluator: Evaluator, frame: Frame, scope: Scope): unknown {
      const run: Run = (index, values) => evaluator.run(args[index] as Node, values.reduce<Scope>((inner, value, at) => (frame.scopes[at] as Scope).reuse(inner).setIterValue(value, evaluator), scope))
      return of(evaluator.run(receiver, scope), run, args.length - 1)
    },
  })
}

function nameOf({ op, args }: Node): string {
  if (op !== 'id' || typeof args !== 'string') throw new Error('argument is not an identifier')
  return args
}

function isTrue(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new Error('no such overload')
  return value
}

function negated(value: unknown): boolean {
  return !isTrue(value)
}

/** A false one decides, also where another cannot be told. */
function all(pairs: readonly Pair[], test: (pair: Pair) => unknown): boolean {
  let failure: unknown
  for (const pair of pairs) {
    try {
      if (!isTrue(test(pair))) return false
    } catch (error) {
      failure ??= error
    }
  }
  if (failure !== undefined) throw failure
  return true
}

type Pair = readonly [unknown, unknown]

function keysOf(range: unknown): readonly unknown[] {
  return Array.isArray(range) ? range : pairsOf(range).map(([key]) => key)
}

function pairsOf(range: unknown): readonly Pair[] {
  if (Array.isArray(range)) return range.map((item, index) => [BigInt(index), item])
  if (typeof range === 'object' && range !== null) return entriesOf(range)
  throw new Error('no such overload')
}

function kept(range: unknown, run: Run): readonly Pair[] {
  return pairsOf(range).filter((pair) => isTrue(run(2, pair)))
}

function mapOf(entries: readonly Pair[]): ReadonlyMap<unknown, unknown> {
  return new Map(entries)
}

function entriesOnce(maps: readonly unknown[]): ReadonlyMap<unknown, unknown> {
  const made = new Map<unknown, unknown>()
  for (const [key, value] of maps.flatMap(pairsOf)) {
    if (made.has(key)) throw new Error(`insert failed: key ${String(key)} already exists`)
    made.set(key, value)
  }
  return made
}

function mapped(held: unknown, then: (value: unknown) => unknown): unknown {
  if (!(held instanceof Optional)) throw new Error('no such overload')
  return held.hasValue() ? then(held.value()) : held
}
