/**
 * The keys that sign votes and links: made at the first start, kept where only this account reads them. The newest signs; the
 * one before it still verifies. A new one is made when the newest is a quarter of a year old.
 */

import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { createKeyRing, newPrivateKey, type KeyRing } from '../../gate/signing.ts'
import type { Clock } from '../../kernel/clock.ts'
import { fault } from '../../kernel/fault.ts'

const fileSchema = z.strictObject({ keys: z.array(z.strictObject({ createdAtMs: z.int(), privateKey: z.string() })).min(1) })

type KeysFile = z.infer<typeof fileSchema>

const ROTATE_AFTER_MS = 90 * 86_400_000
const KEYS_KEPT = 2

/** The ring of this file; made where there is none. Fault `invalid` for a file that holds no keys. */
export function keyRingOf(file: string, clock: Pick<Clock, 'now'>): KeyRing {
  const nowMs = clock.now()
  const before = existsSync(file) ? readKeys(file) : { keys: [] }
  const [newest] = before.keys
  if (newest !== undefined && nowMs - newest.createdAtMs < ROTATE_AFTER_MS) return followed(file, ringOf(file, before))
  const keys = { keys: [{ createdAtMs: nowMs, privateKey: newPrivateKey() }, ...before.keys].slice(0, KEYS_KEPT) }
  return followed(file, ringOf(file, newest === undefined ? writeFirst(file, keys) : replace(file, keys)))
}

/** Another process may have rotated the keys of a shared file since: a key that is not known is looked for there once more. */
function followed(file: string, first: KeyRing): KeyRing {
  let known = first
  return {
    ...first,
    verify(text, signature) {
      if (!Object.hasOwn(known.publicKeys, signature.kid)) known = readAgain(file) ?? known
      return known.verify(text, signature)
    },
  }
}

function readAgain(file: string): KeyRing | undefined {
  try {
    return ringOf(file, readKeys(file))
  } catch {
    // A file that is broken now vouches for nobody; who starts with it hears why.
    return undefined
  }
}

function ringOf(file: string, { keys }: KeysFile): KeyRing {
  try {
    return createKeyRing(keys.map(({ privateKey }) => privateKey))
  } catch (cause) {
    throw notKeys(file, cause)
  }
}

function readKeys(file: string): KeysFile {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    throw notKeys(file, cause)
  }
}

/** Of two processes that start at once, one makes the file and the other reads it. */
function writeFirst(file: string, keys: KeysFile): KeysFile {
  mkdirSync(dirname(file), { recursive: true })
  try {
    writeFileSync(file, textOf(keys), { mode: 0o600, flag: 'wx' })
    return keys
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw notKeys(file, error)
    return readKeys(file)
  }
}

function replace(file: string, keys: KeysFile): KeysFile {
  writeFileSync(`${file}.new`, textOf(keys), { mode: 0o600 })
  chmodSync(`${file}.new`, 0o600)
  renameSync(`${file}.new`, file)
  return keys
}

function textOf(keys: KeysFile): string {
  return `${JSON.stringify(keys, null, 2)}\n`
}

function notKeys(file: string, cause: unknown): Error {
  return fault({ code: 'invalid', operation: 'read approval keys', subject: file, message: 'the file holds no keys that can be used', hint: 'Bring it back from a copy. Moved away, new keys are made, and votes that are under way do not count any more.', cause })
}
