/**
 * Everything the user named, read: files by a few threads where that pays, charts and overlays by their own programs, and
 * what a former run has read already from the cache.
 */

import { findFiles, type NotRead } from './find-files.ts'
import { openCache } from './cache.ts'
import { readMany } from './read-many.ts'
import { resolveTerraform } from './resolve-terraform.ts'
import { renderAll } from './render.ts'
import type { SourceFile } from './source-file.ts'

export interface ReadSet {
  /** In the order of their names; rendered ones last. */
  readonly files: readonly SourceFile[]
  readonly notRead: readonly NotRead[]
  /** Files that came from the cache. */
  readonly remembered: number
}

export interface ReadSetOptions {
  readonly paths: readonly string[]
  readonly here: string
  readonly helmValues: readonly string[]
  /** Undefined: nothing is remembered. */
  readonly cacheFolder?: string
  readonly threads: number
}

/** Fault `not-found` when a path names nothing; everything else that is wrong is in what is returned. */
export async function readSet(options: ReadSetOptions): Promise<ReadSet> {
  const found = await findFiles(options.paths, options.here)
  const rendered = await renderAll(found, options)
  const wanted = found.files.filter(({ path, named }) => named || !rendered.covered.has(path))
  const cache = options.cacheFolder === undefined ? undefined : openCache(options.cacheFolder)
  const { files: read, remembered } = await readMany(wanted, { threads: options.threads, ...(cache === undefined ? {} : { cache }) })
  cache?.save()
  const files = resolveTerraform(read)
  const templates = files.flatMap(({ source, notRead }) => (notRead === undefined ? [] : [{ source, ...notRead }]))
  return { files: [...files, ...rendered.files], notRead: [...found.notRead, ...rendered.notRead, ...templates], remembered }
}
