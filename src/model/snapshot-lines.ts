/**
 * A snapshot as JSON lines, so that a cluster of any size is written and read without being one text. The first line says
 * what it is, then an object, a log or a note a line, and a last line that counts them: what was cut short is noticed.
 */

import { z } from 'zod'
import { toKubeTime } from '../kernel/clock.ts'
import type { KubeObject } from './kube-object.ts'
import { createSharing } from './siblings.ts'
import { createSnapshot, type ContainerLog, type Snapshot, type SnapshotNote } from './snapshot.ts'

const FORMAT = 'boyd-snapshot/1'

const headSchema = z.object({
  format: z.literal(FORMAT),
  takenAtMs: z.number(),
  clusterId: z.string(),
  clusterVersion: z.object({ major: z.number(), minor: z.number(), gitVersion: z.string() }),
  resourceVersion: z.string(),
  reflected: z.object({ ageMs: z.number(), resourceVersions: z.record(z.string(), z.string()) }).optional(),
})

const aboutSchema = z.object({ apiVersion: z.string(), kind: z.string(), namespace: z.string().optional(), name: z.string().optional() })

/** Of the other lines only the outer shape is checked: objects are read as those of a folder are, by what they are. */
const lineSchema = z.union([
  z.object({ object: z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata: z.looseObject({ name: z.string() }) }) }),
  z.object({ log: z.object({ namespace: z.string(), pod: z.string(), container: z.string(), previous: z.boolean(), text: z.string() }) }),
  z.object({ note: z.object({ code: z.string(), source: z.string(), message: z.string(), about: aboutSchema.optional() }) }),
  z.object({ end: z.object({ objects: z.int(), logs: z.int() }) }),
])

/** Texts as long as a stream likes them; a piece for each of 150,000 pods would cost more than the pods. */
const PIECE_CHARS = 64 * 1024

/** The lines in pieces of several. `written` is told how many objects are in what was given so far. */
export function* snapshotPieces(snapshot: Snapshot, written: (objects: number) => void = () => undefined): Generator<string> {
  let piece = ''
  let objects = 0
  for (const line of linesOf(snapshot)) {
    piece += `${JSON.stringify(line)}\n`
    if ('object' in line) objects += 1
    if (piece.length < PIECE_CHARS) continue
    yield piece
    piece = ''
    written(objects)
  }
  yield piece
}

function* linesOf({ takenAtMs, clusterId, clusterVersion, resourceVersion, reflected, objects, logs, notes }: Snapshot): Generator<object> {
  yield { format: FORMAT, takenAt: toKubeTime(takenAtMs), takenAtMs, clusterId, clusterVersion, resourceVersion, ...(reflected === undefined ? {} : { reflected }) }
  for (const object of objects) yield { object }
  for (const log of logs) yield { log }
  for (const note of notes) yield { note }
  yield { end: { objects: objects.length, logs: logs.length } }
}

/** Whether a text begins as `snapshotPieces` does. */
export function isSnapshotText(text: string): boolean {
  return text.startsWith(`{"format":${JSON.stringify(FORMAT)}`)
}

/** Throws an error that names the line. What comes after the last line is not read. */
export async function readSnapshotLines(lines: AsyncIterable<string>): Promise<Snapshot> {
  let head: z.infer<typeof headSchema> | undefined
  let number = 0
  const objects: KubeObject[] = []
  const logs: ContainerLog[] = []
  const notes: SnapshotNote[] = []
  const share = createSharing()
  for await (const text of lines) {
    number += 1
    if (head === undefined) {
      head = headOf(text)
      continue
    }
    const line = lineSchema.safeParse(parse(text, number))
    if (!line.success) throw new Error(`line ${number} is neither an object nor a log, a note or the end`)
    if ('object' in line.data) objects.push(share(line.data.object as KubeObject))
    else if ('log' in line.data) logs.push(line.data.log)
    else if ('note' in line.data) notes.push(line.data.note as SnapshotNote)
    else if (line.data.end.objects !== objects.length || line.data.end.logs !== logs.length) throw new Error(`it holds ${objects.length} objects and ${logs.length} logs, and says ${line.data.end.objects} and ${line.data.end.logs}`)
    else return snapshotFrom(head, { objects, logs, notes })
  }
  throw new Error(head === undefined ? NO_HEAD : `it ends after line ${number} without its last line; the file was cut short`)
}

const NO_HEAD = `line 1 is not the head of a snapshot (${FORMAT})`

function headOf(text: string): z.infer<typeof headSchema> {
  const head = headSchema.safeParse(parse(text, 1))
  if (!head.success) throw new Error(NO_HEAD)
  return head.data
}

function snapshotFrom({ takenAtMs, clusterId, clusterVersion, resourceVersion, reflected }: z.infer<typeof headSchema>, parts: Pick<Snapshot, 'objects' | 'logs' | 'notes'>): Snapshot {
  return createSnapshot({ takenAtMs, clusterId, clusterVersion, resourceVersion, ...(reflected === undefined ? {} : { reflected }), ...parts })
}

function parse(text: string, number: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`line ${number} is not JSON`)
  }
}
