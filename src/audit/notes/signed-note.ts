/**
 * Signed notes (https://c2sp.org/signed-note): a text, an empty line, and a line for each signature:
 *
 *   — <key name> <base64(key id ‖ signature)>
 */

import { strictBase64 } from './base64.ts'
import { isKeyName, type NoteKey, type NoteSigner } from './note-key.ts'

const KEY_ID_BYTES = 4
const SIGNATURES_MAX = 16
const SIGNATURE_LINE = /^— (\S+) (\S+)$/

export interface NoteSignature {
  readonly name: string
  /** Eight hex digits. */
  readonly keyId: string
  readonly bytes: Buffer
}

export interface SignedNote {
  /** What is signed; ends in a line feed. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** `text` ends in a line feed and holds no empty last line. */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  const lines = signers.map(({ key, sign }) => `— ${key.name} ${Buffer.concat([Buffer.from(key.id, 'hex'), sign(text)]).toString('base64')}\n`)
  return `${text}\n${lines.join('')}`
}

/** Undefined for anything that is not one whole note. */
export function parseNote(note: string): SignedNote | undefined {
  const split = note.lastIndexOf('\n\n')
  if (split < 1 || !note.endsWith('\n') || hasControls(note)) return undefined
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length > SIGNATURES_MAX) return undefined
  const signatures = lines.map(parseSignature)
  if (!signatures.every((signature) => signature !== undefined)) return undefined
  return { text: note.slice(0, split + 1), signatures }
}

/** The notes in a text that holds one after the other, as an anchor file does. Undefined when something else is in it. */
export function parseNotes(text: string): readonly string[] | undefined {
  const notes: string[] = []
  let lines: string[] = []
  for (const line of text.split('\n')) {
    if (SIGNATURE_LINE.test(lines.at(-1) ?? '') && !SIGNATURE_LINE.test(line)) {
      notes.push(`${lines.join('\n')}\n`)
      lines = []
    }
    if (line !== '' || lines.length > 0) lines.push(line)
  }
  return lines.length === 0 && notes.every((note) => parseNote(note) !== undefined) ? notes : undefined
}

export interface NoteCheck {
  /** A signature under the id of a known key is not that key's. */
  readonly forged: boolean
  /** How many known keys signed it. */
  readonly signed: number
  /** Signatures of others: witnesses, or keys that were not given. */
  readonly unknown: number
}

export function checkNote(note: SignedNote, keys: Iterable<NoteKey>): NoteCheck {
  const known = new Map(Array.from(keys, (key) => [`${key.name}+${key.id}`, key]))
  const signers = new Set<NoteKey>()
  const check = { forged: false, unknown: 0 }
  for (const { name, keyId, bytes } of note.signatures) {
    const key = known.get(`${name}+${keyId}`)
    if (key === undefined) check.unknown += 1
    else if (key.verify(note.text, bytes)) signers.add(key)
    else check.forged = true
  }
  return { ...check, signed: signers.size }
}

function parseSignature(line: string): NoteSignature | undefined {
  const [, name = '', base64 = ''] = SIGNATURE_LINE.exec(line) ?? []
  const bytes = strictBase64(base64)
  if (!isKeyName(name) || bytes === undefined || bytes.length <= KEY_ID_BYTES) return undefined
  return { name, keyId: bytes.subarray(0, KEY_ID_BYTES).toString('hex'), bytes: bytes.subarray(KEY_ID_BYTES) }
}

function hasControls(note: string): boolean {
  return /[\p{Cc}\uFFFD]/u.test(note.replaceAll('\n', ''))
}
