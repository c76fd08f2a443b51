/**
 * The text of a file of manifests, from the bytes that people have: compressed, with the mark that Windows puts in front, in the
 * two bytes a character that its shell writes, or in an alphabet that is none.
 */

import { isUtf8 } from 'node:buffer'
import { gunzipSync } from 'node:zlib'
import { MANIFEST_BYTES_MAX } from '../../kernel/limits.ts'

export type FileText =
  /** `flaw`: it was read all the same, and not all of it is as it was. */
  | { readonly type: 'text'; readonly text: string; readonly flaw?: string }
  | { readonly type: 'unreadable'; readonly reason: string }

/** By the name of the file: what ends in `.gz` is compressed. */
export function fileText(name: string, bytes: Buffer): FileText {
  if (!/\.gz$/i.test(name)) return textOf(bytes)
  try {
    return textOf(gunzipSync(bytes, { maxOutputLength: MANIFEST_BYTES_MAX }))
  } catch (error) {
    return { type: 'unreadable', reason: error instanceof RangeError ? `unpacked it is more than ${MANIFEST_BYTES_MAX} bytes` : `it cannot be unpacked: ${error instanceof Error ? error.message : String(error)}` }
  }
}

/** How much is looked at to tell text from something else. */
const HEAD_BYTES = 8_192

function textOf(bytes: Buffer): FileText {
  const wide = wideEncodingOf(bytes)
  if (wide !== undefined) return { type: 'text', text: new TextDecoder(wide).decode(bytes) }
  if (bytes.subarray(0, HEAD_BYTES).includes(0)) return { type: 'unreadable', reason: 'skipped: a binary file' }
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '')
  return isUtf8(bytes) ? { type: 'text', text } : { type: 'text', text, flaw: 'it is not UTF-8: each character that cannot be read stands as \uFFFD' }
}

/** UTF-16 with its mark, as a redirection in PowerShell writes it; YAML allows it, and so does kubectl. */
export function wideEncodingOf(bytes: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const mark = bytes.subarray(0, 2).toString('hex')
  return mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : undefined
}
