/**
 * JSON, with or without comments: Kubernetes objects, configuration of MCP clients, settings of agents. Told apart by what
 * they hold, because the same content lies under many names.
 */

import { findNodeAtLocation, parse as parseTolerant, parseTree, printParseErrorCode, type ParseError } from 'jsonc-parser'
import type { TerraformBlock } from '../../model/audit.ts'
import { isRecord } from '../../kernel/json.ts'
import { NESTING_DEPTH_MAX } from '../../kernel/limits.ts'
import type { FindOffsets } from '../manifests/parse-yaml.ts'
import { readDocuments } from '../manifests/read-documents.ts'
import { readAgentSettings } from './read-agent-settings.ts'
import { fromDocuments } from './read-manifests.ts'
import { readPartsList } from './read-parts-list.ts'
import { terraformJsonBlocks } from './read-terraform-json.ts'
import { readToolServers } from './read-tool-servers.ts'
import type { FoundFile, Placed, SourceFile } from './source-file.ts'

export function readJson(file: FoundFile, text: string): SourceFile {
  if (/"apiVersion"\s*:/.test(text)) {
    const documents = readDocuments({ source: file.source, text, json: true })
    return fromDocuments(file, documents, documents.length > 1 ? 'jsonl' : 'json')
  }
  if (file.source.endsWith('.jsonl')) return { ...EMPTY, path: file.path, source: file.source, unrelated: true }
  if (tooDeep(text)) return problem(file, 1, `refused, nested deeper than ${NESTING_DEPTH_MAX}`)
  const errors: ParseError[] = []
  const value = parseTolerant(text, errors, { allowTrailingComma: true }) as unknown
  const [error] = errors
  if (error !== undefined) return problem(file, lineAt(text, error.offset), `is not JSON: ${printParseErrorCode(error.error)}`)
  if (isRecord(value) && TERRAFORM_JSON.test(file.source)) {
    const blocks = terraformJsonBlocks(file.source, value).map((found): Placed<TerraformBlock> => ({ ...found, document: 1, line: 1 }))
    return { ...EMPTY, path: file.path, source: file.source, others: blocks, unrelated: blocks.length === 0 }
  }
  const others = isRecord(value) ? [...readToolServers(file.source, value), ...readAgentSettings(file.source, value), ...readPartsList(file.source, value)].map(({ value: read, path }): Placed<typeof read> => ({ value: read, path, document: 1, line: 1 })) : []
  return { ...EMPTY, path: file.path, source: file.source, others, unrelated: others.length === 0 }
}

const TERRAFORM_JSON = /\.(tf|tofu)\.json$/

const EMPTY = { syntax: 'json', objects: [], others: [], problems: [], unrelated: false } as const

function problem(file: FoundFile, line: number, message: string): SourceFile {
  return { ...EMPTY, path: file.path, source: file.source, problems: [{ document: 1, line, message }] }
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

/** Counted before a recursive parser sees it; brackets inside texts only over-count. */
function tooDeep(text: string): boolean {
  let depth = 0
  for (const [bracket] of text.matchAll(/"(?:[^"\\\n]|\\.)*"|[[\]{}]/g)) {
    if (bracket === '[' || bracket === '{') depth += 1
    else if (bracket === ']' || bracket === '}') depth -= 1
    if (depth > NESTING_DEPTH_MAX) return true
  }
  return false
}

/** As `yamlOffsets`. */
export function jsonOffsets(text: string): FindOffsets {
  // What nests too deeply was refused when it was read; its only finding is about the file.
  const root = tooDeep(text) ? undefined : parseTree(text, [], { allowTrailingComma: true })
  if (root === undefined) return () => [0]
  return (path) => {
    const offsets = [root.offset]
    for (let length = 1; length <= path.length; length += 1) {
      const node = findNodeAtLocation(root, path.slice(0, length))
      if (node === undefined) break
      offsets.push(node.parent?.type === 'property' ? node.parent.offset : node.offset)
    }
    return offsets
  }
}
