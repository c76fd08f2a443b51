/**
 * A snapshot in a file of JSON lines; a name that ends in `.gz` is compressed. It is written beside its place and then put
 * there: whoever finds the file finds all of it, and what was there before stays until then.
 */

import { createReadStream, createWriteStream, openSync, rmSync } from 'node:fs'
import { access, constants, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline as joined, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { fault, type Fault } from '../../kernel/fault.ts'
import { textLines } from '../../kernel/text-lines.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { readSnapshotLines, snapshotPieces } from '../../model/snapshot-lines.ts'

/** By its name: what `writeSnapshotFile` would have been told to write. */
export function isSnapshotFile(path: string): boolean {
  return /\.jsonl(\.gz)?$/i.test(path)
}

/** Before anything is read that might take long. Fault `invalid` where the file could not be written, or not be found again. */
export async function checkSnapshotPlace(file: string): Promise<void> {
  if (!isSnapshotFile(file)) throw unwritable(file, 'its name does not end in .jsonl or .jsonl.gz', 'By that it is known again wherever --from is taken.')
  const found = await stat(file).catch(() => undefined)
  if (found?.isDirectory() === true) throw unwritable(file, 'this is a folder', 'Name a file in it.')
  await access(dirname(file), constants.W_OK | constants.X_OK).catch((error: unknown) => {
    throw unwritable(file, (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such folder' : 'its folder may not be written to', 'Name a file in a folder of yours.', error)
  })
}

/** The file is complete when this resolves; when it does not, or the process ends meanwhile, nothing is left behind. `written` is told of the objects so far. */
export async function writeSnapshotFile(file: string, snapshot: Snapshot, written?: (objects: number) => void): Promise<void> {
  await checkSnapshotPlace(file)
  const partial = `${file}.${process.pid}.partial`
  const remove = (): void => rmSync(partial, { force: true })
  process.once('exit', remove)
  try {
    const source = Readable.from(snapshotPieces(snapshot, written))
    // Opened here and now: an opening under way would make the file after `remove` had run.
    const target = createWriteStream(partial, { fd: openSync(partial, 'w', 0o600), flush: true })
    if (file.endsWith('.gz')) await pipeline(source, createGzip(), target)
    else await pipeline(source, target)
    await rename(partial, file)
  } catch (error) {
    throw unwritable(file, error instanceof Error ? error.message : String(error), 'Nothing was written.', error)
  } finally {
    process.off('exit', remove)
    remove()
  }
}

/** Fault `invalid` names the line. `nowMs` overrides the moment at which it was taken. */
export async function readSnapshotFile(file: string, options: { readonly nowMs?: number } = {}): Promise<Snapshot> {
  const raw = createReadStream(file)
  // Hands errors on, which `pipe` would not.
  const input = file.endsWith('.gz') ? joined(raw, createGunzip(), () => undefined) : raw
  try {
    const snapshot = await readSnapshotLines(textLines(input))
    return options.nowMs === undefined ? snapshot : { ...snapshot, takenAtMs: options.nowMs }
  } catch (error) {
    throw unreadable(file, error)
  } finally {
    raw.destroy()
  }
}

function unreadable(file: string, error: unknown): Fault {
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

function unwritable(file: string, message: string, hint: string, cause?: unknown): Fault {
  return fault({ code: 'invalid', operation: 'write snapshot', subject: file, message, hint, cause })
}
