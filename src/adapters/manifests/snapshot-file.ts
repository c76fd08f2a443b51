/**
 * A snapshot in a file: JSON lines, so that a cluster of any size is written and read without being one string. The first
 * line says what it is, then an object, a log or a note a line, and a last line that counts them: a file that was cut short
 * is noticed. A name that ends in `.gz` is compressed.
 */

import { createReadStream, createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { z } from 'zod'
import { fault } from '../../kernel/fault.ts'
import { toKubeTime } from '../../kernel/clock.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { createSharing } from '../../model/siblings.ts'
import { createSnapshot, type ContainerLog, type Snapshot, type SnapshotNote } from '../../model/snapshot.ts'

const FORMAT = 'boyd-snapshot/1'

const headSchema = z.object({
  format: z.literal(FORMAT),
  takenAtMs: z.number(),
  clusterId: z.string(),
  clusterVersion: z.object({ major: z.number(), minor: z.number(), gitVersion: z.string() }),
  resourceVersion: z.string(),
})

/** Of the other lines only the outer shape is checked: objects are read as those of a folder are, by what they are. */
const lineSchema = z.union([
  z.object({ object: z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata: z.looseObject({ name: z.string() }) }) }),
  z.object({ log: z.object({ namespace: z.string(), pod: z.string(), container: z.string(), previous: z.boolean(), text: z.string() }) }),
  z.object({ note: z.object({ code: z.string(), source: z.string(), message: z.string() }) }),
  z.object({ end: z.object({ objects: z.int(), logs: z.int() }) }),
])

/** The file is complete when this resolves. */
export async function writeSnapshotFile(file: string, snapshot: Snapshot): Promise<void> {
  const source = Readable.from(linesOf(snapshot))
  const target = createWriteStream(file, { mode: 0o600 })
  if (file.endsWith('.gz')) await pipeline(source, createGzip(), target)
  else await pipeline(source, target)
}

function* linesOf(snapshot: Snapshot): Generator<string> {
  const { takenAtMs, clusterId, clusterVersion, resourceVersion, objects, logs, notes } = snapshot
  const line = (value: object): string => `${JSON.stringify(value)}\n`
  yield line({ format: FORMAT, takenAt: toKubeTime(takenAtMs), takenAtMs, clusterId, clusterVersion, resourceVersion })
  for (const object of objects) yield line({ object })
  for (const log of logs) yield line({ log })
  for (const note of notes) yield line({ note })
  yield line({ end: { objects: objects.length, logs: logs.length } })
}

/** By its name: what `writeSnapshotFile` would have been told to write. */
export function isSnapshotFile(path: string): boolean {
  return /\.jsonl(\.gz)?$/i.test(path)
}

/** Fault `invalid` names the line. `nowMs` overrides the moment at which it was taken. */
export async function readSnapshotFile(file: string, options: { readonly nowMs?: number } = {}): Promise<Snapshot> {
  const raw = createReadStream(file)
  const input = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]()
  const broken = new Promise<never>((_, reject) => {
    raw.once('error', reject)
    input.once('error', reject)
  })
  try {
    return await Promise.race([readLines({ file, lines, ...options }), broken])
  } catch (error) {
    throw invalid(file, error)
  } finally {
    raw.destroy()
  }
}

interface Reading {
  readonly file: string
  readonly lines: AsyncIterator<string>
  readonly nowMs?: number
}

async function readLines({ lines, nowMs }: Reading): Promise<Snapshot> {
  const first = await lines.next()
  const head = headSchema.safeParse(parse(first.done === true ? '' : first.value, 1))
  if (!head.success) throw new Error(`line 1 is not the head of a snapshot (${FORMAT})`)
  const objects: KubeObject[] = []
  const logs: ContainerLog[] = []
  const notes: SnapshotNote[] = []
  const share = createSharing()
  for (let number = 2; ; number += 1) {
    const next = await lines.next()
    if (next.done === true) throw new Error(`it ends after line ${number - 1} without its last line; the file was cut short`)
    const line = lineSchema.safeParse(parse(next.value, number))
    if (!line.success) throw new Error(`line ${number} is neither an object nor a log, a note or the end`)
    if ('object' in line.data) objects.push(share(line.data.object as KubeObject))
    else if ('log' in line.data) logs.push(line.data.log)
    else if ('note' in line.data) notes.push(line.data.note as SnapshotNote)
    else if (line.data.end.objects !== objects.length || line.data.end.logs !== logs.length) throw new Error(`it holds ${objects.length} objects and ${logs.length} logs, and says ${line.data.end.objects} and ${line.data.end.logs}`)
    else return snapshotFrom(head.data, { objects, logs, notes, ...(nowMs === undefined ? {} : { takenAtMs: nowMs }) })
  }
}

function snapshotFrom({ takenAtMs, clusterId, clusterVersion, resourceVersion }: z.infer<typeof headSchema>, parts: Pick<Snapshot, 'objects' | 'logs' | 'notes'> & Partial<Snapshot>): Snapshot {
  return createSnapshot({ takenAtMs, clusterId, clusterVersion, resourceVersion, ...parts })
}

function parse(text: string, number: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`line ${number} is not JSON`)
  }
}

function invalid(file: string, error: unknown): unknown {
  const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
  return fault({
    code: missing ? 'not-found' : 'invalid',
    operation: 'read snapshot',
    subject: file,
    message: missing ? 'there is no such file' : error instanceof Error ? error.message : String(error),
    hint: 'Take one with: boyd snapshot --context NAME -o FILE.jsonl.gz',
    cause: error,
  })
}
