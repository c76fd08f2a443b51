/** The files of one layer, read whole, and the digest over them. */

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { digestOf, digestOfJson } from '../kernel/canonical-json.ts'
import type { PolicyFile } from './check-policies.ts'
import type { PolicyProblem } from './policy-fault.ts'

/** All files of a layer together. A person can read some hundred rules; a megabyte of them is an accident. */
const LAYER_BYTES_MAX = 262_144

export const SCHEMA_FILE = 'schema.cedarschema'

export interface LayerFiles {
  readonly name: string
  readonly folder: string
  /** SHA-256 over names and digests of the files. */
  readonly digest: string
  readonly files: readonly PolicyFile[]
  readonly problems: readonly PolicyProblem[]
}

export function filesOfLayer({ name, folder }: { readonly name: string; readonly folder: string }): LayerFiles {
  try {
    const names = namesIn(folder)
    const bytes = names.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)
    if (bytes > LAYER_BYTES_MAX) return unread({ name, folder }, `the policies are ${bytes} bytes, the limit is ${LAYER_BYTES_MAX}`, 'Remove what is not a policy or an example.')
    const texts = names.map((file) => ({ name: file, text: readFileSync(join(folder, file), 'utf8') }))
    const digest = digestOfJson(texts.map((file) => [file.name, digestOf(file.text)]))
    const files = texts.map((file) => ({ ...file, name: name === 'platform' ? file.name : `${name}/${file.name}` }))
    return { name, folder, digest, files, problems: [] }
  } catch (error) {
    return unread({ name, folder }, error instanceof Error ? error.message : String(error), 'Point it to a directory with *.cedar and tests/*.yaml, and schema.cedarschema where it is the platform’s.')
  }
}

/** In an order of their own, which no file system has a say in. */
function namesIn(folder: string): string[] {
  const top = readdirSync(folder).filter((name) => name.endsWith('.cedar') || name === SCHEMA_FILE)
  const tests = readdirSync(join(folder, 'tests')).filter((name) => name.endsWith('.yaml'))
  return [...top, ...tests.map((name) => `tests/${name}`)].sort()
}

function unread(layer: { readonly name: string; readonly folder: string }, message: string, hint: string): LayerFiles {
  return { ...layer, digest: '', files: [], problems: [{ file: layer.folder, message, hint }] }
}
