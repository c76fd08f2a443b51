/**
 * Where fields lie in the text of a file, and which comments there ask for silence. Only files with findings come here, so
 * the rest is never looked at twice.
 */

import type { FieldPath } from '../../model/audit.ts'
import { LOCATE_BYTES_MAX } from '../../kernel/limits.ts'
import { jsonTexts } from '../manifests/json-values.ts'
import { yamlOffsets, type FindOffsets } from '../manifests/parse-yaml.ts'
import { chunksOf } from '../manifests/read-documents.ts'
import { lineOfOffset, lineStarts } from './line-starts.ts'
import { dockerOffsets } from './read-dockerfile.ts'
import { textOf } from './read-file.ts'
import { jsonOffsets } from './read-json.ts'
import { terraformOffsets } from './read-terraform.ts'
import { tomlOffsets } from './read-toml.ts'
import type { Syntax } from './source-file.ts'

export interface Question {
  readonly document: number
  readonly path: FieldPath
}

/** Lines and columns count from 1. */
export interface Spot {
  readonly line: number
  readonly column: number
  /** Lines on which the field and everything around it begin: where a comment above speaks of it. */
  readonly within: readonly number[]
}

export interface Comment {
  /** The line that it speaks of: its own, or the next one with content. */
  readonly line: number
  /** What follows `boyd:ignore`. */
  readonly text: string
}

export interface Located {
  readonly spots: readonly Spot[]
  readonly comments: readonly Comment[]
}

/** A spot for each question, in their order. */
export async function locate(file: { readonly path: string; readonly syntax: Syntax; readonly text?: string }, questions: readonly Question[]): Promise<Located> {
  const text = file.text ?? textOf(file.path)
  if (typeof text !== 'string' || text.length > LOCATE_BYTES_MAX) return { spots: questions.map(() => ({ line: 1, column: 1, within: [1] })), comments: [] }
  const open = await opener(text, file.syntax)
  const opened = new Map<number, OpenDocument>()
  const spots = questions.map(({ document, path }) => {
    const found = opened.get(document) ?? open(document)
    opened.set(document, found)
    return toSpot(found, path)
  })
  return { spots, comments: commentsIn(text) }
}

interface OpenDocument {
  readonly firstLine: number
  readonly starts: readonly number[]
  readonly find: FindOffsets
}

async function opener(text: string, syntax: Syntax): Promise<(document: number) => OpenDocument> {
  if (syntax === 'yaml') {
    const chunks = new Map(chunksOf(text).map((chunk) => [chunk.index, chunk]))
    return (document) => openDocument(chunks.get(document)?.text ?? text, chunks.get(document)?.line ?? 1, yamlOffsets)
  }
  if (syntax === 'jsonl') {
    const texts = jsonTexts(text)
    return (document) => openDocument(texts[document - 1]?.text ?? '', texts[document - 1]?.line ?? 1, jsonOffsets)
  }
  const find = syntax === 'hcl' ? await terraformOffsets(text) : { json: jsonOffsets, docker: dockerOffsets, toml: tomlOffsets }[syntax](text)
  return () => openDocument(text, 1, () => find)
}

function openDocument(text: string, firstLine: number, finder: (text: string) => FindOffsets): OpenDocument {
  return { firstLine, starts: lineStarts(text), find: finder(text) }
}

function toSpot({ firstLine, starts, find }: OpenDocument, path: FieldPath): Spot {
  const places = find(path).map((offset) => {
    const line = lineOfOffset(starts, offset)
    return { line: firstLine + line, column: offset - (starts[line] ?? 0) + 1 }
  })
  const last = places.at(-1) ?? { line: firstLine, column: 1 }
  return { ...last, within: places.map((place) => place.line) }
}

const COMMENT = /(?:#|\/\/)\s*boyd:ignore\b([^\n]*)$/

function commentsIn(text: string): Comment[] {
  if (!text.includes('boyd:ignore')) return []
  const lines = text.split('\n')
  return lines.flatMap((line, index) => {
    const match = COMMENT.exec(line)
    if (match === null) return []
    const alone = line.slice(0, match.index).trim() === ''
    const next = lines.findIndex((other, at) => at > index && /^\s*[^\s#]/.test(other) && !/^\s*(\/\/|---\s*$)/.test(other))
    return [{ line: (alone && next >= 0 ? next : index) + 1, text: (match[1] ?? '').trim() }]
  })
}
