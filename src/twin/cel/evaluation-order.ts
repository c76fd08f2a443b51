/**
 * In which order parts are evaluated, and whose failure is told: as cel-go, from left to right. Our library goes through arguments from the last to the first, and tells
 * of two sides of `&&` that both fail the right one. Each node of what it read evaluates itself; these nodes get another way to.
 */

import { EvaluationError } from '@marcbachmann/cel-js'
import { UnsignedInt } from '@marcbachmann/cel-js/evaluator'
import { lackedOverload } from './lacked-overload.ts'

interface Node {
  readonly op: string
  readonly args: unknown
  readonly left?: Node
  readonly right?: Node
  readonly receiverWithArgs?: readonly Node[]
  readonly handle?: (...args: unknown[]) => unknown
  readonly meta: { readonly macro?: unknown; readonly alternate?: unknown }
  readonly setMeta: (name: string, value: unknown) => unknown
}

interface Evaluator {
  run(node: Node | undefined, scope: unknown): unknown
}

type Evaluate = (evaluator: Evaluator, node: Node, scope: unknown) => unknown

const IN_ORDER: Readonly<Record<string, Evaluate>> = {
  call: (evaluator, node, scope) => {
    const values = each(evaluator, (node.args as readonly [string, readonly Node[]])[1], scope)
    return inWordsOf(node, values, () => node.handle?.(values, node, evaluator))
  },
  rcall: (evaluator, node, scope) => {
    const values = receiverAndArguments(evaluator, node, scope)
    return inWordsOf(node, values, () => node.handle?.(values, evaluator, node))
  },
  '&&': (evaluator, node, scope) => either(false, evaluator, node, scope),
  '||': (evaluator, node, scope) => either(true, evaluator, node, scope),
}

export function inOrder(value: unknown): void {
  if (Array.isArray(value)) for (const item of value) inOrder(item)
  else if (isNode(value)) {
    const evaluate = IN_ORDER[value.op]
    // A macro evaluates itself; what it stands for is beside it.
    if (evaluate !== undefined && value.meta.macro === undefined && value.meta.alternate === undefined) value.setMeta('evaluate', evaluate)
    inOrder(value.meta.alternate ?? value.args)
  } else if (isComprehension(value)) for (const part of [value.iterable, value.step]) inOrder(part)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'op' in value && 'setMeta' in value
}

function isComprehension(value: unknown): value is { readonly iterable: unknown; readonly step: unknown } {
  return typeof value === 'object' && value !== null && 'iterable' in value && 'step' in value
}

function inWordsOf(node: Node, values: readonly unknown[], run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    if (error instanceof EvaluationError && error.code === 'no_matching_overload') throw new Error(lackedOverload(String((node.args as readonly unknown[])[0]), values), { cause: error })
    throw error
  }
}

function each(evaluator: Evaluator, nodes: readonly Node[], scope: unknown): unknown[] {
  return nodes.map((node) => evaluator.run(node, scope))
}

/**
 * What `distinct` costs is counted over its list, whatever is there instead of one (cel-go `ext/lists.go`, trackListDistinct), and then the evaluation
 * ends in Go's own words.
 */
function receiverAndArguments(evaluator: Evaluator, node: Node, scope: unknown): unknown[] {
  const parts = node.receiverWithArgs ?? []
  if ((node.args as readonly unknown[])[0] !== 'distinct') return each(evaluator, parts, scope)
  const list = attempt(() => evaluator.run(parts[0], scope))
  const instead = 'failure' in list ? ERROR : goTypeUnlessList(list.value)
  if (instead !== undefined) throw new Error(`internal error: interface conversion: ${instead.name} is not traits.Lister: missing method ${instead.lacks}`)
  return [list.value]
}

/** By Go's type, the first method of a list that it lacks. */
interface GoType {
  readonly name: string
  readonly lacks: 'Add' | 'Contains'
}

const ERROR: GoType = { name: '*types.Err', lacks: 'Add' }
const GO_TYPES: Readonly<Record<string, GoType>> = {
  string: { name: 'types.String', lacks: 'Contains' },
  bigint: { name: 'types.Int', lacks: 'Contains' },
  number: { name: 'types.Double', lacks: 'Contains' },
  boolean: { name: 'types.Bool', lacks: 'Add' },
  object: { name: '*types.baseMap', lacks: 'Add' },
}

function goTypeUnlessList(value: unknown): GoType | undefined {
  if (value === null) return { name: 'types.Null', lacks: 'Add' }
  if (value instanceof Uint8Array) return { name: 'types.Bytes', lacks: 'Contains' }
  if (value instanceof UnsignedInt) return { name: 'types.Uint', lacks: 'Contains' }
  return Array.isArray(value) ? undefined : GO_TYPES[typeof value]
}

/** One side that is `decisive` decides; else the first failure is told. */
function either(decisive: boolean, evaluator: Evaluator, node: Node, scope: unknown): boolean {
  const left = attempt(() => evaluator.run(node.left, scope))
  if (left.value === decisive) return decisive
  const right = attempt(() => evaluator.run(node.right, scope))
  if (right.value === decisive) return decisive
  for (const side of [left, right]) {
    if ('failure' in side) throw side.failure
    if (typeof side.value !== 'boolean') throw new Error('no such overload')
  }
  return !decisive
}

function attempt(run: () => unknown): { readonly value?: unknown; readonly failure?: unknown } {
  try {
    return { value: run() }
  } catch (failure) {
    return { failure }
  }
}
