/** Questions about Terraform: resources by type, attributes as literals, nested blocks. What is an expression is not guessed. */

import type { AuditFinding, AuditView, FieldPath, TerraformBlock, TerraformBody, TerraformExpression, TerraformValue } from '../../model/audit.ts'
import { isRecord } from '../../kernel/json.ts'

export function resourcesOf({ terraform }: AuditView, ...types: readonly string[]): TerraformBlock[] {
  return terraform.filter(({ block, labels }) => block === 'resource' && types.includes(labels[0] ?? ''))
}

/** `aws_instance.db`. */
export function addressOf({ block, labels }: TerraformBlock): string {
  return block === 'resource' ? labels.join('.') : [block, ...labels].join('.')
}

export function isExpression(value: unknown): value is TerraformExpression {
  return isRecord(value) && typeof value['expression'] === 'string' && Object.keys(value).length === 1
}

/** The text of a literal; undefined for expressions and for what is absent. */
export function literal(body: TerraformBody, name: string): string | number | boolean | undefined {
  const value = body[name]
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined
}

/** Text of a literal or of an expression: for patterns that hold in both. */
export function anyText(value: TerraformValue | readonly TerraformBody[] | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'object') return isExpression(value) ? value.expression : JSON.stringify(value)
  return String(value)
}

/** Nested blocks of that name, each with its path. In the JSON syntax a single one is no list. */
export function nested(body: TerraformBody, name: string): { readonly body: TerraformBody; readonly path: FieldPath }[] {
  const value = body[name]
  if (isRecord(value) && !isExpression(value)) return [{ body: value as TerraformBody, path: [name] }]
  return Array.isArray(value) ? (value as readonly unknown[]).flatMap((item, index) => (isRecord(item) && !isExpression(item) ? [{ body: item as TerraformBody, path: [name, index] }] : [])) : []
}

/** Does one block of the configuration name the other: `aws_iam_role.batch.arn`? */
export function mentions(body: TerraformBody, target: TerraformBlock): boolean {
  return new RegExp(`\\b${addressOf(target).replaceAll('.', '\\.')}\\b`).test(anyText(body as TerraformValue))
}

/** A finding for each resource of the types for which `look` answers. */
export function auditResources(view: AuditView, types: readonly string[], look: (block: TerraformBlock) => readonly Omit<AuditFinding, 'of'>[]): AuditFinding[] {
  return resourcesOf(view, ...types).flatMap((block) => look(block).map((finding) => ({ of: block, ...finding })))
}
