/**
 * Splits a file into documents and parses each alone, so that one broken document costs one document. Bombs are refused:
 * aliases that multiply, and nesting past NESTING_DEPTH_MAX.
 */

import { NESTING_DEPTH_MAX, YAML_DOCUMENT_BYTES_MAX } from '../../kernel/limits.ts'
import type { SnapshotNote } from '../../model/snapshot.ts'
import { jsonTexts } from './json-values.ts'
import { parseLongList } from './parse-long-list.ts'
import { parseYaml, type ParsedYaml } from './parse-yaml.ts'

export interface ManifestText {
  /** Path inside the folder. */
  readonly source: string
  readonly text: string
  readonly json: boolean
}

export type ReadDocument =
  | { readonly type: 'value'; readonly source: string; readonly index: number; readonly line: number; readonly value: unknown }
  | { readonly type: 'problem'; readonly code: SnapshotNote['code']; readonly index: number; readonly line: number; readonly message: string }

/** The text of one document, and where it begins. */
export interface Chunk {
  readonly index: number
  /** Line of the file at which the document begins, from 1. */
  readonly line: number
  readonly text: string
}

/** By the name of a file: JSON, one value or several. */
export function isJson(name: string): boolean {
  return /\.(json|jsonl|ndjson)(\.gz)?$/i.test(name)
}

/** Every document of a file, in order. Empty documents are left out. */
export function readDocuments(file: ManifestText): ReadDocument[] {
  const json = file.json ? parseJson(file) : undefined
  if (json !== undefined) return json
  return chunksOf(file.text)
    .filter((chunk) => /^\s*[^#\s]/m.test(chunk.text))
    .map((chunk) => parseChunk(file, chunk))
    .filter((document) => document.type === 'problem' || document.value !== null)
}

/** One JSON value, or several; undefined when it is neither, and YAML's located errors serve the reader better. */
function parseJson(file: ManifestText): ReadDocument[] | undefined {
  try {
    return [checked(file, { index: 1, line: 1, text: '' }, JSON.parse(file.text))]
  } catch {
    const texts = jsonTexts(file.text)
    try {
      return texts.length < 2 ? undefined : texts.map(({ text, line }, at) => checked(file, { index: at + 1, line, text: '' }, JSON.parse(text)))
    } catch {
      return undefined
    }
  }
}

/** At the start of a line, `---` ends a document even inside a block scalar, so lines are all we need; they are not taken apart, since a file may have millions. */
export function chunksOf(text: string): Chunk[] {
  const chunks: Chunk[] = []
  let [start, firstLine, line, counted] = [0, 1, 1, 0]
  const close = (end: number): void => void chunks.push({ index: chunks.length + 1, line: firstLine, text: text.slice(start, end) })
  for (const { index: at } of text.matchAll(/^(?:---|\.\.\.)(?:\s|$)/gm)) {
    if (at > 0 && text[at - 1] !== '\n') continue
    line += newlinesBetween(text, counted, at)
    counted = at
    const end = Math.max(start, at - 1)
    if (/\S/.test(text.slice(start, end))) close(end)
    start = text.slice(at + 3, endOfLine(text, at)).trim().startsWith('#') ? endOfLine(text, at) : at + 3
    firstLine = line
  }
  close(text.length)
  return chunks
}

function newlinesBetween(text: string, from: number, to: number): number {
  let count = 0
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count += 1
  return count
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

function parseChunk(file: ManifestText, chunk: Chunk): ReadDocument {
  const parsed = chunk.text.length > LIST_BYTES ? (parseLongList(chunk.text) ?? tooLong(chunk.text) ?? parseYaml(chunk.text)) : parseYaml(chunk.text)
  if (parsed.type === 'refused') return refused(chunk, parsed.reason)
  return parsed.type === 'malformed' ? malformed(chunk, parsed.line, parsed.reason) : checked(file, chunk, parsed.value)
}

/** From here on a list is read item by item: the events of all of it at once would take eighty times its size. */
const LIST_BYTES = 1_048_576

function tooLong(text: string): ParsedYaml | undefined {
  return text.length > YAML_DOCUMENT_BYTES_MAX ? { type: 'refused', reason: `one document of ${text.length} bytes, and the limit is ${YAML_DOCUMENT_BYTES_MAX}` } : undefined
}

function checked(file: ManifestText, chunk: Chunk, value: unknown): ReadDocument {
  if (deeperThan(value, NESTING_DEPTH_MAX)) return refused(chunk, `nested deeper than ${NESTING_DEPTH_MAX}`)
  return { type: 'value', source: file.source, index: chunk.index, line: chunk.line, value }
}

function refused({ index, line }: Chunk, why: string): ReadDocument {
  return { type: 'problem', code: 'unreadable', index, line, message: `document ${index}, line ${line}: refused, ${why}` }
}

function malformed(chunk: Chunk, lineInChunk: number, what: string): ReadDocument {
  const field = fieldNear(chunk.text.split('\n'), lineInChunk)
  const line = chunk.line + lineInChunk - 1
  const where = `document ${chunk.index}, line ${line}${field === undefined ? '' : `, field ${field}`}`
  return { type: 'problem', code: 'malformed', index: chunk.index, line, message: `${where}: ${what}` }
}

/** The key on the line of the error, or the last one before it. */
function fieldNear(lines: readonly string[], line: number): string | undefined {
  for (let at = Math.min(line, lines.length) - 1; at >= 0; at -= 1) {
    const key = /^[\s-]*["']?([\w./-]+)["']?\s*:/.exec(lines[at] ?? '')?.[1]
    if (key !== undefined) return key
  }
  return undefined
}

function deeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (depth === 0) return true
  // Asked of every value of every document: loops that make nothing.
  if (Array.isArray(value)) {
    for (const child of value) if (typeof child === 'object' && deeperThan(child, depth - 1)) return true
    return false
  }
  const fields = value as Readonly<Record<string, unknown>>
  for (const name in fields) {
    const child = fields[name]
    if (typeof child === 'object' && deeperThan(child, depth - 1)) return true
  }
  return false
}
