/**
 * The keys of the ledger: a file with a private key a line, mode 0600. One line is the rule; two while one key takes over from
 * the other. Every live key signs every checkpoint.
 */

import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { generateNoteSigner, parseNoteSigner, type NoteKey, type NoteSigner } from '../audit/notes/note-key.ts'
import { fault } from '../kernel/fault.ts'

const KEYS_MAX = 2
const OWNER_ONLY = 0o600
const ALL_BUT_OWNER = 0o077
/** The group may read a mounted key, and no more. */
const OTHERS = 0o037

export type Signers = readonly [NoteSigner, ...NoteSigner[]]

export interface KeyPlace {
  readonly file: string
  readonly origin: string
  /** The settings name it: a mounted Secret is its group's to read. */
  readonly mounted: boolean
}

export function keyPlace(place: { readonly home: string; pathOf(path: string): string }, settings: { readonly keyFile?: string; readonly origin: string }): KeyPlace {
  const { keyFile, origin } = settings
  return keyFile === undefined ? { file: join(place.home, 'ledger.key'), origin, mounted: false } : { file: place.pathOf(keyFile), origin, mounted: true }
}

/** Faults: `not-found` when there is no file, `invalid` when it holds anything but keys of this origin, `forbidden` when others may read it. */
export function readSigners({ file, origin, mounted }: KeyPlace): Signers {
  if (!existsSync(file)) throw fault({ code: 'not-found', recovery: 'ask-human', operation: 'ledger key', subject: file, message: 'there is no such file', hint: 'Put the key back, or see docs/guides/ledger.md on a lost key.' })
  if (process.platform !== 'win32' && (statSync(file).mode & (mounted ? OTHERS : ALL_BUT_OWNER)) !== 0) throw fault({ code: 'forbidden', operation: 'ledger key', subject: file, message: 'others than its owner may read it', hint: `Run: chmod 600 ${file}` })
  const signers = readFileSync(file, 'utf8').split('\n').filter((line) => line !== '').map(parseNoteSigner)
  const [first, ...more] = signers.filter((signer) => signer !== undefined)
  if (first === undefined || signers.includes(undefined) || signers.length > KEYS_MAX) throw fault({ code: 'invalid', operation: 'ledger key', subject: file, message: 'it does not hold one or two private keys, a line each', hint: 'Put the key back as it was.' })
  const stranger = [first, ...more].find(({ key }) => key.name !== origin)
  if (stranger !== undefined) throw fault({ code: 'invalid', operation: 'ledger key', subject: file, message: `its key is of ${stranger.key.name}, and the ledger is ${origin}`, hint: 'Set ledger.origin in the settings to the name of the key.' })
  return [first, ...more]
}

/** Makes the first key; one that is there is left alone. */
export function ensureKey(place: KeyPlace): void {
  if (existsSync(place.file)) return
  writeKeys(place.file, [generateNoteSigner(place.origin).privateText], (from, to) => {
    try {
      linkSync(from, to)
    } catch (error) {
      // Another process that starts with the same home was first: its key is the one.
      if ((error as { readonly code?: string }).code !== 'EEXIST') throw error
    }
    rmSync(from)
  })
}

/** A second key beside the first; both sign from now on. Fault `conflict` while two are live already. */
export function addKey(place: KeyPlace): NoteKey {
  if (readSigners(place).length >= KEYS_MAX) throw fault({ code: 'conflict', operation: 'ledger key', subject: place.file, message: 'two keys are live already', hint: 'Retire the old one first: boyd ledger key retire ID.' })
  const { signer, privateText } = generateNoteSigner(place.origin)
  writeKeys(place.file, [...linesOf(place.file), privateText])
  return signer.key
}

/** Takes the key with this id out of use. Faults: `not-found`, `conflict` for the only one. */
export function retireKey(place: KeyPlace, id: string): void {
  const signers = readSigners(place)
  if (!signers.some(({ key }) => key.id === id)) throw fault({ code: 'not-found', operation: 'ledger key', subject: id, message: 'no live key has this id', hint: 'boyd ledger key lists them.', recovery: 'give-up' })
  if (signers.length === 1) throw fault({ code: 'conflict', operation: 'ledger key', subject: id, message: 'it is the only one', hint: 'Make another first: boyd ledger key rotate.', recovery: 'give-up' })
  writeKeys(place.file, linesOf(place.file).filter((line) => parseNoteSigner(line)?.key.id !== id))
}

function linesOf(file: string): readonly string[] {
  return readFileSync(file, 'utf8').split('\n').filter((line) => line !== '')
}

/** Whole or not at all, and never readable by others in between. */
function writeKeys(file: string, lines: readonly string[], put: (from: string, to: string) => void = renameSync): void {
  const beside = `${file}.${process.pid}`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(beside, `${lines.join('\n')}\n`, { mode: OWNER_ONLY })
    chmodSync(beside, OWNER_ONLY)
    put(beside, file)
  } catch (cause) {
    throw fault({ code: 'forbidden', operation: 'ledger key', subject: file, message: `it cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`, hint: 'Change it where it is kept, or let Boyd write there.', cause })
  }
}
