/** The votes of a ledger file, checked with nothing but the file and the public keys. */

import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { createVerifier } from '../../gate/signing.ts'
import { verifyVotes, type VotesCheck } from '../../gate/verify-votes.ts'
import { fault } from '../../kernel/fault.ts'
import { isRecord } from '../../kernel/json.ts'
import type { LedgerEntry } from '../../model/ledger-entry.ts'

/** `ledgerFile`: lines of a ledger; those that are no entries (checkpoints) are passed over. Fault `invalid` for what cannot be read. */
export function verifyVotesIn(ledgerFile: string, keysFile: string): VotesCheck {
  const keys = read(keysFile, (text) => createVerifier(z.record(z.string(), z.string()).parse(JSON.parse(text))), 'Take what "boyd approvals keys" printed.')
  const entries = read(ledgerFile, (text) => text.split('\n').flatMap(entryOf), 'Take what "boyd ledger export" wrote.')
  return verifyVotes(entries, keys)
}

function entryOf(line: string): LedgerEntry[] {
  if (!line.startsWith('{')) return []
  const value: unknown = JSON.parse(line)
  const entry = isRecord(value) && isRecord(value['entry']) ? value['entry'] : value
  return isRecord(entry) && typeof entry['type'] === 'string' && typeof entry['seq'] === 'number' ? [entry as unknown as LedgerEntry] : []
}

function read<T>(file: string, parse: (text: string) => T, hint: string): T {
  try {
    return parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw fault({ code: 'invalid', operation: 'verify votes', subject: file, message: 'the file cannot be read', hint, cause })
  }
}
