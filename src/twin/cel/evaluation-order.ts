/**
 * In which order parts are evaluated, and whose failure is told: as cel-go, from left to right. Our library goes through arguments from the last to the first, and tells
 * of two sides of `&&` that both fail the right one. Each node of what it read evaluates itself; these nodes get another way to.
 */

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
  call: (evaluator, node, scope) => node.handle?.(each(evaluator, (node.args as readonly [string, readonly Node[]])[1], scope), node, evaluator),
  rcall: (evaluator, node, scope) => node.handle?.(each(evaluator, node.receiverWithArgs ?? [], scope), evaluator, node),
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

function each(evaluator: Evaluator, nodes: readonly Node[], scope: unknown): unknown[] {
  return nodes.map((node) => evaluator.run(node, scope))
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
