/**
 * One file, read by the reader it is for. Pure but for the reading itself, so that threads may share the work.
 *
 * What cannot be read is a problem with a place and never an absence: a file that is silently skipped looks like a file
 * in which nothing is wrong.
 */

import { readFileSync, statSync } from 'node:fs'
import { SCAN_FILE_BYTES_MAX } from '../../kernel/limits.ts'
import { wideEncodingOf } from '../manifests/file-text.ts'
import { readDockerfile } from './read-dockerfile.ts'
import { readJson } from './read-json.ts'
import { readManifests } from './read-manifests.ts'
import { readTerraform } from './read-terraform.ts'
import { readToml } from './read-toml.ts'
import type { FoundFile, SourceFile, Syntax } from './source-file.ts'
import { readerFor, type Reader } from './which-reader.ts'

const SYNTAX: Readonly<Record<Reader, Syntax>> = { yaml: 'yaml', json: 'json', docker: 'docker', terraform: 'hcl', toml: 'toml' }

export async function readSource(file: FoundFile): Promise<SourceFile> {
  const reader = readerFor(file.source) ?? 'yaml'
  const text = textOf(file.path)
  if (typeof text !== 'string') return refused(file, SYNTAX[reader], text.refusal)
  return readText(file, text)
}

/** The same for a text that is at hand. */
export async function readText(file: FoundFile, text: string): Promise<SourceFile> {
  switch (readerFor(file.source) ?? 'yaml') {
    case 'docker':
      return readDockerfile(file, text)
    case 'json':
      return readJson(file, text)
    case 'terraform':
      return await readTerraform(file, text)
    case 'toml':
      return readToml(file, text)
    default:
      return readManifests(file, text)
  }
}

function refused(file: FoundFile, syntax: Syntax, message: string): SourceFile {
  return { path: file.path, source: file.source, syntax, objects: [], others: [], problems: [{ document: 1, line: 1, message }], unrelated: false }
}

/** The text, or why there is none. Read at once: for thousands of small files a promise each costs more than the disk. */
export function textOf(path: string): string | { readonly refusal: string } {
  try {
    const { size } = statSync(path)
    if (size > SCAN_FILE_BYTES_MAX) return { refusal: `refused: ${size} bytes, the limit is ${SCAN_FILE_BYTES_MAX}` }
    const bytes = readFileSync(path)
    const wide = wideEncodingOf(bytes)
    if (wide !== undefined) return new TextDecoder(wide).decode(bytes)
    if (bytes.subarray(0, 8192).includes(0)) return { refusal: 'refused: a binary file' }
    return bytes.toString('utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    return { refusal: `the file cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}` }
  }
}
