/** Secrets stand in files of their own, never in the settings: those are read aloud, committed and sent around. */

import { readFileSync } from 'node:fs'
import { fault } from '../../kernel/fault.ts'

/** The file's text without the line break at its end. Fault `invalid` when it cannot be read or is empty. */
export function readSecretFile(file: string, setting: string): string {
  const text = readOr(file, setting).trim()
  if (text === '') throw fault({ code: 'invalid', operation: 'read settings', subject: file, message: `the file of ${setting} is empty`, hint: 'Write the secret into it, and nothing else.' })
  return text
}

function readOr(file: string, setting: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw fault({ code: 'invalid', operation: 'read settings', subject: file, message: `the file of ${setting} cannot be read`, hint: 'Name a file that the account of Boyd may read.', cause })
  }
}
