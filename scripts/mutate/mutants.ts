/**
 * The small changes that a test should notice: a condition that is always so, or never; "and" for "or"; a comparison off by
 * one; a negation lost; a truth turned; "some" for "every"; a call for its effect left out.
 */

import { parseSync } from 'oxc-parser'

export interface Mutant {
  readonly path: string
  /** From 1. */
  readonly line: number
  readonly start: number
  readonly end: number
  readonly original: string
  readonly replacement: string
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

const OPERATORS: Readonly<Record<string, string>> = { '===': '!==', '!==': '===', '<': '<=', '<=': '<', '>': '>=', '>=': '>', '&&': '||', '||': '&&', '??': '&&', '+': '-', '-': '+' }
const METHODS: Readonly<Record<string, string>> = { some: 'every', every: 'some', max: 'min', min: 'max' }

/** Every mutant of a file, in order. */
export function mutantsOf(path: string, text: string): Mutant[] {
  const mutants: Mutant[] = []
  const add = (start: number, end: number, replacement: string): void => {
    mutants.push({ path, line: text.slice(0, start).split('\n').length, start, end, original: text.slice(start, end), replacement })
  }
  const { program } = parseSync(path, text)
  visit(program as unknown as Node, (node) => changesOf(node, text).forEach(({ start, end, replacement }) => add(start, end, replacement)))
  return mutants
}

interface Change {
  readonly start: number
  readonly end: number
  readonly replacement: string
}

function changesOf(node: Node, text: string): Change[] {
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return ['true', 'false'].map((replacement) => ({ ...spanOf(node['test']), replacement }))
    case 'BinaryExpression':
    case 'LogicalExpression':
      return operatorChange(node, text)
    case 'UnaryExpression':
      return node['operator'] === '!' ? [{ start: node.start, end: node.start + 1, replacement: '' }] : []
    case 'Literal':
      return typeof node['value'] === 'boolean' ? [{ start: node.start, end: node.end, replacement: String(node['value'] !== true) }] : []
    case 'CallExpression':
      return methodChange(node)
    case 'ExpressionStatement':
      return isCall(node['expression']) ? [{ start: node.start, end: node.end, replacement: '' }] : []
    default:
      return []
  }
}

/** The operator stands between its two sides. */
function operatorChange(node: Node, text: string): Change[] {
  const operator = String(node['operator'])
  const replacement = OPERATORS[operator]
  const [left, right] = [spanOf(node['left']), spanOf(node['right'])]
  const at = text.slice(left.end, right.start).indexOf(operator)
  return replacement === undefined || at < 0 ? [] : [{ start: left.end + at, end: left.end + at + operator.length, replacement }]
}

function methodChange(node: Node): Change[] {
  const callee = node['callee'] as Node
  const property = callee.type === 'MemberExpression' ? (callee['property'] as Node) : undefined
  const replacement = property === undefined ? undefined : METHODS[String(property['name'])]
  return property === undefined || replacement === undefined ? [] : [{ ...spanOf(property), replacement }]
}

function isCall(value: unknown): boolean {
  const type = (value as Node | undefined)?.type
  return type === 'CallExpression' || type === 'AwaitExpression'
}

function spanOf(value: unknown): { readonly start: number; readonly end: number } {
  const { start, end } = value as Node
  return { start, end }
}

/** Types say nothing at run time. */
function visit(value: unknown, look: (node: Node) => void): void {
  if (Array.isArray(value)) return value.forEach((item) => visit(item, look))
  if (typeof value !== 'object' || value === null) return
  const node = value as Node
  if (typeof node.type === 'string') {
    if (node.type.startsWith('TS') && !['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'].includes(node.type)) return
    look(node)
  }
  for (const child of Object.values(node)) visit(child, look)
}
