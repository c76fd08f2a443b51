/** Files of the ledger's commands: bytes as they are, and public keys. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fault } from '../../../kernel/fault.ts'
import { parseNoteKey, type NoteKey } from '../../../app/use-cases/verify-ledger.ts'

/** `-` is standard input. */
export function readBytes(file: string, hint = 'Fetch one with "boyd ledger export -o ledger.jsonl".'): Uint8Array {
  try {
    return readFileSync(file === '-' ? 0 : file)
  } catch (cause) {
    throw fault({ code: 'invalid', operation: 'ledger', subject: file, message: 'the file cannot be read', hint, cause })
  }
}

/** A public key, or a file that holds some, a line each. */
export function readKeys(given: readonly string[]): readonly NoteKey[] {
  return given.flatMap((text) => {
    const key = parseNoteKey(text)
    if (key !== undefined) return [key]
    const lines = existsSync(text) ? readFileSync(text, 'utf8').split('\n').map((line) => line.trim()).filter((line) => line !== '') : []
    const keys = lines.map(parseNoteKey).filter((one) => one !== undefined)
    if (keys.length > 0 && keys.length === lines.length) return keys
    throw fault({ code: 'invalid', operation: 'ledger', subject: text.slice(0, 80), message: 'it is no public key and no file of them', hint: 'boyd ledger key prints it, as name+id+key.' })
  })
}

/** To the file, or to standard output where none is named. */
export function writeOut(text: string, file: string | undefined): void {
  if (file === undefined) return void process.stdout.write(text)
  try {
    writeFileSync(file, text)
  } catch (cause) {
    throw fault({ code: 'invalid', operation: 'write', subject: file, message: cause instanceof Error ? cause.message : String(cause), hint: 'Name a file in a folder that is there.', cause })
  }
}
