/**
 * Many files, by threads where there are enough of them to pay for a start of two hundred milliseconds each. The order of
 * the answer is the order of the question, whoever read it.
 */

import { Worker } from 'node:worker_threads'
import { digestOf } from '../../kernel/canonical-json.ts'
import { mapLimited } from '../../kernel/map-limited.ts'
import type { Cache } from './cache.ts'
import { readText, readSource, textOf } from './read-file.ts'
import type { FoundFile, SourceFile } from './source-file.ts'

/** Fewer files than this a thread are read sooner than a thread is up. */
const FILES_PER_THREAD_MIN = 10_000
/** Files open at a time. */
const OPEN_MAX = 32

export interface ReadMany {
  readonly files: readonly SourceFile[]
  readonly remembered: number
}

export async function readMany(files: readonly FoundFile[], options: { readonly threads: number; readonly cache?: Cache; readonly filesPerThreadMin?: number }): Promise<ReadMany> {
  const { threads, cache, filesPerThreadMin = FILES_PER_THREAD_MIN } = options
  if (cache !== undefined) return readThroughCache(files, cache)
  const parts = Math.min(threads, Math.floor(files.length / filesPerThreadMin))
  return { files: parts < 2 ? await readHere(files) : (await Promise.all(split(files, parts).map(readInThread))).flat(), remembered: 0 }
}

/** In this thread. */
export function readHere(files: readonly FoundFile[]): Promise<SourceFile[]> {
  return mapLimited(files, OPEN_MAX, readSource)
}

async function readThroughCache(files: readonly FoundFile[], cache: Cache): Promise<ReadMany> {
  let remembered = 0
  const read = await mapLimited(files, OPEN_MAX, async (file): Promise<SourceFile> => {
    const text = textOf(file.path)
    if (typeof text !== 'string') return readSource(file)
    const digest = digestOf(`${file.named}|${file.source.split('/').at(-1) ?? ''}|${text}`)
    const known = cache.get(digest)
    if (known !== undefined) {
      remembered += 1
      return { ...known, path: file.path, source: file.source, others: known.others.map((other) => ({ ...other, value: { ...other.value, file: file.source } })) }
    }
    const { path: _path, source: _source, ...fresh } = await readText(file, text)
    cache.put(digest, fresh)
    return { ...fresh, path: file.path, source: file.source }
  })
  return { files: read, remembered }
}

function split(files: readonly FoundFile[], parts: number): FoundFile[][] {
  const size = Math.ceil(files.length / parts)
  return Array.from({ length: parts }, (_, index) => files.slice(index * size, (index + 1) * size))
}

function readInThread(files: readonly FoundFile[]): Promise<SourceFile[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('read-worker.ts', import.meta.url), { workerData: files })
    const read: SourceFile[] = []
    worker.on('message', (text: string) => void read.push(...(JSON.parse(text) as SourceFile[])))
    worker.once('error', reject)
    worker.once('exit', (code) => (code === 0 ? resolve(read) : reject(new Error(`a reading thread ended with ${code}`))))
  })
}
