/**
 * Terraform through the grammar of HCL: blocks and their attributes, literals as values, anything that only Terraform can
 * evaluate as the text of its expression. Works offline, without providers and without a plan.
 */

import { createRequire } from 'node:module'
import type { Node, Parser } from 'web-tree-sitter'
import type { TerraformBlock, TerraformBody, TerraformValue } from '../../model/audit.ts'
import type { FindOffsets } from '../manifests/parse-yaml.ts'
import type { FoundFile, Placed, SourceFile } from './source-file.ts'

let parser: Promise<Parser> | undefined

/** Started once, at the first file that needs it. */
function hclParser(): Promise<Parser> {
  parser ??= (async () => {
    const { Language, Parser } = await import('web-tree-sitter')
    await Parser.init()
    const made = new Parser()
    made.setLanguage(await Language.load(createRequire(import.meta.url).resolve('@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm')))
    return made
  })()
  return parser
}

export async function readTerraform(file: FoundFile, text: string): Promise<SourceFile> {
  const base = { path: file.path, source: file.source, syntax: 'hcl', objects: [] } as const
  const tree = (await hclParser()).parse(text)
  if (tree === null) return { ...base, others: [], problems: [{ document: 1, line: 1, message: 'is not HCL' }], unrelated: false }
  try {
    const broken = tree.rootNode.hasError ? firstError(tree.rootNode) : undefined
    if (broken !== undefined) return { ...base, others: [], problems: [{ document: 1, line: broken.startPosition.row + 1, message: 'is not HCL' }], unrelated: false }
    if (file.source.endsWith('.tfvars')) return { ...base, others: [{ value: { type: 'terraform', file: file.source, block: 'tfvars', labels: [], body: attributesOf(tree.rootNode.namedChildren.find((node) => node.type === 'body')) }, document: 1, line: 1, path: [] }], problems: [], unrelated: false }
    const others = blocksIn(tree.rootNode).map((node, index) => placedBlock(file.source, node, index))
    return { ...base, others, problems: [], unrelated: others.length === 0 }
  } finally {
    tree.delete()
  }
}

function firstError(node: Node): Node | undefined {
  if (node.isError || node.isMissing) return node
  for (const child of node.children) {
    const found = child.hasError || child.isMissing ? firstError(child) : undefined
    if (found !== undefined) return found
  }
  return node.hasError ? node : undefined
}

function blocksIn(root: Node): Node[] {
  return root.namedChildren.flatMap((child) => (child.type === 'body' ? child.namedChildren : [child])).filter((child) => child.type === 'block')
}

function placedBlock(source: string, node: Node, index: number): Placed<TerraformBlock> {
  const [type, ...labels] = headOf(node)
  return { value: { type: 'terraform', file: source, block: type ?? '', labels, body: bodyOf(node) }, document: 1, line: 1, path: [index] }
}

function headOf(block: Node): string[] {
  return block.namedChildren.filter((child) => child.type === 'identifier' || child.type === 'string_lit').map((child) => (child.type === 'identifier' ? child.text : child.text.slice(1, -1)))
}

function bodyOf(block: Node): TerraformBody {
  return attributesOf(block.namedChildren.find((node) => node.type === 'body'))
}

function attributesOf(body: Node | undefined): TerraformBody {
  const entries: Record<string, TerraformValue | TerraformBody[]> = {}
  for (const child of body?.namedChildren ?? []) {
    if (child.type === 'attribute') entries[child.namedChildren[0]?.text ?? ''] = valueOf(child.namedChildren[1])
    else if (child.type === 'block') addBlock(entries, child)
  }
  return entries
}

/** `dynamic "ebs_block_device" { content { … } }` makes blocks of that type; what their content says holds for each. */
function addBlock(entries: Record<string, TerraformValue | TerraformBody[]>, block: Node): void {
  const [type = '', label] = headOf(block)
  const content = type === 'dynamic' ? block.namedChildren.find((node) => node.type === 'body')?.namedChildren.find((node) => node.type === 'block' && headOf(node)[0] === 'content') : block
  const name = type === 'dynamic' ? (label ?? '') : type
  const list = Array.isArray(entries[name]) ? (entries[name] as TerraformBody[]) : []
  entries[name] = [...list, content === undefined ? {} : bodyOf(content)]
}

function valueOf(node: Node | undefined): TerraformValue {
  const inner = node?.type === 'expression' && node.namedChildCount === 1 ? node.namedChildren[0] : node
  if (inner === undefined || inner === null) return null
  switch (inner.type) {
    case 'literal_value':
      return literalOf(inner)
    case 'collection_value':
      return collectionOf(inner)
    case 'template_expr':
      return templateOf(inner)
    default:
      return { expression: inner.text }
  }
}

function literalOf(node: Node): TerraformValue {
  const [literal] = node.namedChildren
  switch (literal?.type) {
    case 'string_lit':
      return unescaped(literal.text.slice(1, -1))
    case 'numeric_lit':
      return Number(literal.text)
    case 'bool_lit':
      return literal.text === 'true'
    default:
      return null
  }
}

function collectionOf(node: Node): TerraformValue {
  const [collection] = node.namedChildren
  if (collection?.type === 'tuple') return collection.namedChildren.filter((child) => child.type === 'expression').map((child) => valueOf(child))
  const pairs = collection?.namedChildren.filter((child) => child.type === 'object_elem') ?? []
  return Object.fromEntries(pairs.map((pair) => [keyText(pair.childForFieldName('key')), valueOf(pair.childForFieldName('val') ?? undefined)]))
}

function keyText(node: Node | null): string {
  return (node?.text ?? '').replaceAll(/^["(]+|[")]+$/g, '')
}

/** A here-document or quoted text without interpolation is a literal; with one, its text is what can be said. */
function templateOf(node: Node): TerraformValue {
  const literal = node.descendantsOfType('template_interpolation').length === 0 && node.descendantsOfType('template_directive').length === 0
  const text = node.text.startsWith('<<') ? node.text.split('\n').slice(1, -1).join('\n') : unescaped(node.text.slice(1, -1))
  return literal ? text : { expression: text }
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(["\\nt])/g, (_, escape: string) => (escape === 'n' ? '\n' : escape === 't' ? '\t' : escape))
}

/** The first step of a path is the index of the block. */
export async function terraformOffsets(text: string): Promise<FindOffsets> {
  const tree = (await hclParser()).parse(text)
  if (tree === null) return () => [0]
  const blocks = blocksIn(tree.rootNode)
  return (path) => {
    const block = blocks[Number(path[0])]
    return block === undefined ? [0] : [0, block.startIndex, ...attributeOffsets(block, path.slice(1))]
  }
}

function attributeOffsets(block: Node, path: readonly (string | number)[]): number[] {
  const [name, index = 0, ...rest] = path
  if (name === undefined) return []
  const children = block.namedChildren.find((node) => node.type === 'body')?.namedChildren ?? []
  const attribute = children.find((child) => child.type === 'attribute' && child.namedChildren[0]?.text === name)
  if (attribute !== undefined) return [attribute.startIndex]
  const nested = children.filter((child) => child.type === 'block' && (headOf(child)[0] === name || headOf(child)[1] === name))[Number(index)]
  return nested === undefined ? [] : [nested.startIndex, ...attributeOffsets(nested, rest)]
}
