/**
 * What can be said of Terraform's references without Terraform: `local.x` where it is a literal, `var.x` where a call of the module, a
 * `.tfvars` file that Terraform loads by itself, or a default says so. Everything else stays the expression it is; nothing is guessed.
 *
 * A default may be overridden by whoever runs it; it is still what the author meant, and what a scan can hold them to.
 */

import { dirname, join, normalize } from 'node:path'
import { isRecord } from '../../kernel/json.ts'
import type { TerraformBlock, TerraformBody, TerraformExpression, TerraformValue } from '../../model/audit.ts'
import type { SourceFile } from './source-file.ts'

type Values = ReadonlyMap<string, TerraformValue>

/** References to references, as far as anybody nests them. */
const ROUNDS = 3

export function resolveTerraform(files: readonly SourceFile[]): SourceFile[] {
  const blocks = files.flatMap(({ others }) => others.map(({ value }) => value)).filter((value) => value.type === 'terraform')
  if (blocks.length === 0) return [...files]
  let known = new Map<string, Values>()
  for (let round = 0; round < ROUNDS; round += 1) known = valuesByFolder(blocks, known)
  return files.map((file) => (file.others.some(({ value }) => value.type === 'terraform') ? { ...file, others: file.others.map((other) => (other.value.type === 'terraform' ? { ...other, value: resolveBlock(other.value, known) } : other)) } : file))
}

function resolveBlock(block: TerraformBlock, known: ReadonlyMap<string, Values>): TerraformBlock {
  const values = known.get(folderOf(block))
  return values === undefined || values.size === 0 ? block : { ...block, body: resolveValue(block.body as TerraformValue, values) as TerraformBody }
}

/** `var.x` and `local.x` by folder, which is a module. */
function valuesByFolder(blocks: readonly TerraformBlock[], before: ReadonlyMap<string, Values>): Map<string, Values> {
  const calls = Map.groupBy(blocks.filter(({ block }) => block === 'module').flatMap((call) => calledFolder(call)), ({ folder }) => folder)
  return new Map(
    [...Map.groupBy(blocks, folderOf)].map(([folder, own]) => {
      const inCaller = (calls.get(folder) ?? []).map(({ call }) => resolveBlock(call, before).body)
      const values = new Map<string, TerraformValue>()
      for (const { block, labels, body } of own) {
        if (block === 'variable') note(values, `var.${labels[0] ?? ''}`, variableValue(labels[0] ?? '', body, inCaller))
        if (block === 'locals') for (const [name, value] of Object.entries(resolveValue(body as TerraformValue, before.get(folder) ?? new Map()) as TerraformBody)) note(values, `local.${name}`, value as TerraformValue)
      }
      for (const { block, body } of own) if (block === 'tfvars') for (const [name, value] of Object.entries(body)) note(values, `var.${name}`, value as TerraformValue)
      return [folder, values] as const
    }),
  )
}

/** What the calls say, where they agree; without a call, the default. */
function variableValue(name: string, body: TerraformBody, calls: readonly TerraformBody[]): TerraformValue | undefined {
  const given = calls.map((call) => (call[name] ?? body['default']) as TerraformValue | undefined)
  const [first] = given
  if (given.length === 0) return body['default'] as TerraformValue | undefined
  return given.every((value) => JSON.stringify(value) === JSON.stringify(first)) ? first : undefined
}

function note(values: Map<string, TerraformValue>, name: string, value: TerraformValue | undefined): void {
  if (value !== undefined && value !== null && !isExpression(value)) values.set(name, value)
}

/** Modules of the same repository, which a path names. */
function calledFolder(call: TerraformBlock): { readonly folder: string; readonly call: TerraformBlock }[] {
  const source = call.body['source']
  return typeof source === 'string' && /^\.\.?\//.test(source) ? [{ folder: normalize(join(folderOf(call), source)).replace(/\/$/, ''), call }] : []
}

function folderOf({ file }: TerraformBlock): string {
  return dirname(file)
}

function resolveValue(value: TerraformValue, values: Values): TerraformValue {
  if (isExpression(value)) return resolved(value, values)
  if (Array.isArray(value)) return value.map((item) => resolveValue(item as TerraformValue, values))
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolveValue(inner as TerraformValue, values)])) : value
}

/** The whole of it, or each part of a template; a template with a part that is not known stays one. */
function resolved(value: TerraformExpression, values: Values): TerraformValue {
  const whole = values.get(value.expression.trim())
  if (whole !== undefined) return whole
  if (!value.expression.includes('${')) return value
  const text = value.expression.replaceAll(/\$\{\s*((?:var|local)\.[\w-]+)\s*\}/g, (reference, name: string) => {
    const known = values.get(name)
    return typeof known === 'string' || typeof known === 'number' ? String(known) : reference
  })
  return text.includes('${') || text.includes('%{') ? value : text
}

function isExpression(value: unknown): value is TerraformExpression {
  return isRecord(value) && typeof value['expression'] === 'string' && Object.keys(value).length === 1
}
