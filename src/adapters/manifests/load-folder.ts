/**
 * A folder of collected Kubernetes objects and logs, read as a snapshot.
 *
 * People attach such folders to tickets: `kubectl get … -o yaml` in any nesting, hand-cut documents, logs. What can
 * be read is read; what cannot becomes a note that names the file, the document, the line and the field. A bad file
 * is never silence, because a missing object looks like an absent one to every hazard.
 */

import { createHash, type Hash } from 'node:crypto'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { digestOfJsonLines } from '../../kernel/canonical-json.ts'
import { fault } from '../../kernel/fault.ts'
import { MANIFEST_BYTES_MAX } from '../../kernel/limits.ts'
import { createRedactor } from '../../kernel/redact/redactor.ts'
import { redactObjects } from '../../model/redact-object.ts'
import { createSiblings, type Siblings } from '../../model/siblings.ts'
import { isSnapshotText } from '../../model/snapshot-lines.ts'
import { createSnapshot, withheldNote, type ContainerLog, type Snapshot, type SnapshotNote } from '../../model/snapshot.ts'
import { addDefaults } from './add-defaults.ts'
import { fileText } from './file-text.ts'
import { clusterVersionOf, newestTimeMs } from './folder-facts.ts'
import { isJson, readDocuments } from './read-documents.ts'
import { mergeObjects } from './merge-objects.ts'
import { readObjects, type ReadObject } from './read-objects.ts'
import { isSnapshotFile, readSnapshotFile } from './snapshot-file.ts'

const MANIFEST = /\.(ya?ml|json|jsonl|ndjson)(\.gz)?$/i
const ARCHIVE = /\.(tar|tgz|zip|7z|tar\.\w+|(ya?ml|json|jsonl|ndjson)\.(bz2|xz|zst))$/i
const LOG = /(?:^|\/)logs\/([^/]+)\/([^/]+)\/([^/]+?)(\.previous)?\.log$/

interface Reading {
  readonly objects: ReadObject[]
  readonly siblings: Siblings
  readonly logs: ContainerLog[]
  readonly notes: SnapshotNote[]
  /** Of every text that was read, in order. */
  readonly digest: Hash
}

/**
 * Reads a folder, one file of manifests, or the file of a snapshot. `nowMs` overrides the time of the snapshot, which is otherwise the newest time found in it.
 * Throws fault `not-found` when there is no such folder or file; everything else that is wrong is a note.
 */
export async function loadFolder(directory: string, options: { readonly nowMs?: number } = {}): Promise<Snapshot> {
  if (isSnapshotFile(directory)) return readSnapshotFile(directory, options)
  const { root, only } = await openFolder(directory)
  const reading: Reading = { objects: [], siblings: createSiblings(), logs: [], notes: [], digest: createHash('sha256') }
  for (const path of only === undefined ? await filesUnder(root, reading.notes) : [only]) await readOne(root, path, reading)
  const merged = mergeObjects(reading.objects)
  const plain = addDefaults(merged.objects)
  // Keyed by what was read: the same folder gives the same marks, and who has not got it cannot guess behind them.
  const redactor = createRedactor({ key: reading.digest.digest() })
  const objects = redactObjects(plain, redactor)
  const logs = reading.logs.map((log) => ({ ...log, text: redactor.text(log.text) }))
  return createSnapshot({
    takenAtMs: options.nowMs ?? newestTimeMs(plain, reading.logs),
    clusterVersion: clusterVersionOf(objects),
    clusterId: clusterIdOf(objects),
    resourceVersion: newestResourceVersion(objects),
    objects,
    logs,
    notes: [...reading.notes, ...merged.notes, ...withheldNote(redactor.withheld(), 'the folder')],
  })
}

/** One file of manifests is a folder with nothing else in it. */
async function openFolder(directory: string): Promise<{ readonly root: string; readonly only?: string }> {
  const found = await stat(directory).catch(() => undefined)
  if (found?.isDirectory() === true) return { root: await realpath(directory) }
  if (found?.isFile() === true && MANIFEST.test(directory)) return { root: dirname(await realpath(directory)), only: await realpath(directory) }
  throw fault({
    code: 'not-found',
    operation: 'read manifests',
    subject: directory,
    message: found === undefined ? 'there is no such folder or file' : 'this is neither a folder nor a file of manifests',
    hint: 'Name a folder that holds .yaml or .json files, or one such file.',
    recovery: 'give-up',
  })
}

/** Files below the root in a stable order. A link that leads outside is noted and not followed. */
async function filesUnder(root: string, notes: SnapshotNote[]): Promise<string[]> {
  const files: string[] = []
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) files.push(path)
    else if (entry.isSymbolicLink()) await followLink({ root, path, files, notes })
  }
  return files.filter((path) => !relative(root, path).split(sep).includes('.git')).sort()
}

async function followLink(options: { readonly root: string; readonly path: string; readonly files: string[]; readonly notes: SnapshotNote[] }): Promise<void> {
  const { root, path, files, notes } = options
  const target = await realpath(path).catch(() => undefined)
  const found = target === undefined ? undefined : await stat(target).catch(() => undefined)
  if (target?.startsWith(root + sep) === true && found?.isFile() === true) files.push(path)
  else if (MANIFEST.test(path) || LOG.test(path)) notes.push({ code: 'unreadable', source: relative(root, path), message: 'a link that leads outside the folder is not followed' })
}

async function readOne(root: string, path: string, reading: Reading): Promise<void> {
  const source = relative(root, path).split(sep).join('/')
  const log = LOG.exec(source)
  if (ARCHIVE.test(source)) reading.notes.push({ code: 'unreadable', source, message: 'an archive is not opened: unpack it' })
  if (log === null && !MANIFEST.test(source)) return
  const text = await readText(path, source, reading.notes)
  if (text === undefined) return
  reading.digest.update(`${source}\0`).update(text).update('\0')
  if (isSnapshotText(text)) return void reading.notes.push({ code: 'unreadable', source, message: 'a file of boyd snapshot is not read beside others: name it by itself' })
  if (log !== null) return void reading.logs.push(logOf(log, text))
  for (const document of readDocuments({ source, text, json: isJson(source) })) {
    if (document.type === 'problem') reading.notes.push({ code: document.code, source, message: document.message })
    else {
      const read = readObjects(document, reading.siblings)
      // One by one: an argument each would not fit on the stack.
      for (const object of read.objects) reading.objects.push(object)
      reading.notes.push(...read.notes)
    }
  }
}

async function readText(path: string, source: string, notes: SnapshotNote[]): Promise<string | undefined> {
  const size = (await stat(path)).size
  if (size > MANIFEST_BYTES_MAX) {
    notes.push({ code: 'unreadable', source, message: `refused: ${size} bytes, the limit is ${MANIFEST_BYTES_MAX}` })
    return undefined
  }
  const bytes = await readFile(path).catch(() => undefined)
  const read = bytes === undefined ? ({ type: 'unreadable', reason: 'the file cannot be read' } as const) : fileText(source, bytes)
  const message = read.type === 'text' ? read.flaw : read.reason
  if (message !== undefined) notes.push({ code: 'unreadable', source, message })
  return read.type === 'text' ? read.text : undefined
}

function logOf(match: RegExpExecArray, text: string): ContainerLog {
  const [, namespace = '', pod = '', container = '', previous] = match
  return { namespace, pod, container, previous: previous !== undefined, text }
}

/** The uid of `kube-system`, or a digest of what was read: two folders are two clusters unless they say otherwise. */
function clusterIdOf(objects: Snapshot['objects']): string {
  const system = objects.find((object) => object.kind === 'Namespace' && object.metadata.name === 'kube-system')
  return system?.metadata.uid ?? digestOfJsonLines(objects)
}

function newestResourceVersion(objects: Snapshot['objects']): string {
  let newest = 0n
  for (const { metadata } of objects) {
    const text = metadata.resourceVersion ?? ''
    if (/^\d{1,20}$/.test(text) && BigInt(text) > newest) newest = BigInt(text)
  }
  return String(newest)
}
