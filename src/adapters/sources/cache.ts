/**
 * What a former run read, by the digest of the content. One file; deleting it costs nothing but time.
 *
 * A file that holds a Secret is never remembered: its values would lie in a second place that nobody thinks of.
 */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRecord } from '../../kernel/json.ts'
import type { SourceFile } from './source-file.ts'

/** To be raised whenever a reader reads differently. */
const FORMAT = 4

export type Remembered = Omit<SourceFile, 'path' | 'source'>

export interface Cache {
  get(digest: string): Remembered | undefined
  put(digest: string, read: Remembered): void
  /** Keeps what this run asked for, and nothing else. Silent where it cannot: a cache is no promise. */
  save(): void
}

export function openCache(folder: string): Cache {
  const file = join(folder, 'read.json')
  const before = load(file)
  const kept = new Map<string, Remembered>()
  let news = false
  return {
    get(digest) {
      const found = before.get(digest)
      if (found !== undefined) kept.set(digest, found)
      return found
    },
    put(digest, read) {
      if (holdsSecret(read)) return
      kept.set(digest, read)
      news = true
    },
    save() {
      if (news || kept.size !== before.size) store(folder, file, kept)
    },
  }
}

function holdsSecret(read: Remembered): boolean {
  return read.objects.some(({ value }) => value.kind === 'Secret')
}

function load(file: string): ReadonlyMap<string, Remembered> {
  try {
    const stored = JSON.parse(readFileSync(file, 'utf8')) as unknown
    if (!isRecord(stored) || stored['format'] !== FORMAT || !isRecord(stored['files'])) return new Map()
    return new Map(Object.entries(stored['files'] as Record<string, Remembered>))
  } catch {
    return new Map()
  }
}

function store(folder: string, file: string, kept: ReadonlyMap<string, Remembered>): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const fresh = `${file}.${process.pid}`
    writeFileSync(fresh, JSON.stringify({ format: FORMAT, files: Object.fromEntries(kept) }), { mode: 0o600 })
    renameSync(fresh, file)
  } catch {
    // A read-only home must not stop a scan.
  }
}
