/**
 * Identifiers, as a thing that is handed in. System ids sort by time; seeded ids replay.
 */

import { randomBytes } from 'node:crypto'
import type { Rng } from './rng.ts'

export interface Ids {
  /** A new id such as `inc-06f3k9…`: the prefix says which noun it names, the rest is unique. */
  next(prefix: string): string
  /** A version-4 UUID in the usual form, for objects of the twin. */
  uuid(): string
}

/** Crockford's alphabet in lower case: no i, l, o, u, so an id can be read aloud. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** Ids for production: 10 characters of time, then 8 of chance (40 bits). */
export function systemIds(clock: { now(): number }): Ids {
  return {
    next: (prefix) => `${prefix}-${encodeTime(clock.now())}${encodeBytes(randomBytes(8))}`,
    uuid: () => uuidOf(randomBytes(16)),
  }
}

/** Ids that depend on the generator alone, so that a run replays from its seed. */
export function seededIds(rng: Rng): Ids {
  return {
    next: (prefix) => `${prefix}-${encodeBytes(Uint8Array.from({ length: 12 }, () => rng.below(256)))}`,
    uuid() {
      const bytes = new Uint8Array(16)
      for (let index = 0; index < bytes.length; index += 1) bytes[index] = rng.below(256)
      return uuidOf(bytes)
    },
  }
}

function encodeTime(timeMs: number): string {
  let left = timeMs
  let text = ''
  for (let index = 0; index < 10; index += 1) {
    text = (ALPHABET[left % 32] ?? '0') + text
    left = Math.floor(left / 32)
  }
  return text
}

function encodeBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => ALPHABET[byte % 32] ?? '0').join('')
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

function uuidOf(bytes: Uint8Array): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  let hex = ''
  for (const byte of bytes) hex += HEX[byte] ?? ''
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
