/** Terraform in its JSON syntax: the same blocks, by the keys that lead to them. A text with `${` in it is an expression, as Terraform has it. */

import { isRecord } from '../../kernel/json.ts'
import type { FieldPath, TerraformBlock, TerraformBody, TerraformValue } from '../../model/audit.ts'

interface Found {
  readonly value: TerraformBlock
  readonly path: FieldPath
}

/** How many labels a block of that type has. */
const LABELS: Readonly<Record<string, number>> = { resource: 2, data: 2, ephemeral: 2, module: 1, provider: 1, variable: 1, output: 1, terraform: 0, locals: 0 }

export function terraformJsonBlocks(file: string, root: Readonly<Record<string, unknown>>): Found[] {
  return Object.entries(root).flatMap(([block, value]) => {
    const count = LABELS[block]
    return count === undefined ? [] : bodiesIn(value, count, [block]).map(({ labels, body, path }): Found => ({ value: { type: 'terraform', file, block, labels, body: bodyOf(body) }, path }))
  })
}

interface Labelled {
  readonly labels: readonly string[]
  readonly body: Readonly<Record<string, unknown>>
  readonly path: FieldPath
}

/** A label leads to a body, or to a list of bodies. */
function bodiesIn(value: unknown, labels: number, path: FieldPath): Labelled[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => bodiesIn(item, labels, [...path, index]))
  if (!isRecord(value)) return []
  if (labels === 0) return [{ labels: [], body: value, path }]
  return Object.entries(value).flatMap(([label, inner]) => bodiesIn(inner, labels - 1, [...path, label]).map((found) => ({ ...found, labels: [label, ...found.labels] })))
}

function bodyOf(body: Readonly<Record<string, unknown>>): TerraformBody {
  return Object.fromEntries(Object.entries(body).filter(([key]) => key !== '//').map(([key, value]) => [key, valueOf(value)]))
}

function valueOf(value: unknown): TerraformValue {
  if (typeof value === 'string') return value.includes('${') || value.includes('%{') ? { expression: bare(value) } : value
  if (Array.isArray(value)) return value.map(valueOf)
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, valueOf(inner)]))
  return typeof value === 'number' || typeof value === 'boolean' ? value : null
}

/** `${var.x}` alone is the expression `var.x`; among other text it stays a template. */
function bare(text: string): string {
  return /^\$\{([^{}]*)\}$/.exec(text)?.[1]?.trim() ?? text
}
