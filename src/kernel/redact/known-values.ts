/**
 * Secrets that Boyd itself holds: its tokens, its keys, the password of its database, and canaries planted to see whether
 * anything leaks. They are found by value, in any text and in the usual encodings, whatever stands around them.
 *
 * The values live in this process's memory, where they are anyway; nothing writes them down.
 */

import type { Span } from './span.ts'

export interface KnownValues {
  /** Texts shorter than `KNOWN_LENGTH_MIN` are refused: they would match by chance. False then. */
  add(type: string, value: string): boolean
  spans(text: string): Span[]
  /** The type of the first known value in the text, also encoded; undefined when it is clean. */
  firstIn(text: string): string | undefined
}

const KNOWN_LENGTH_MIN = 8

interface Needle {
  readonly type: string
  readonly text: string
}

export function createKnownValues(): KnownValues {
  const needles = new Map<string, Needle>()
  return {
    add: (type, value) => {
      if (value.length < KNOWN_LENGTH_MIN) return false
      for (const text of formsOf(value)) needles.set(text, { type, text })
      return true
    },
    spans: (text) => [...needles.values()].flatMap((needle) => spansOf(text, needle)),
    firstIn: (text) => [...needles.values()].find((needle) => text.includes(needle.text))?.type,
  }
}

function spansOf(text: string, { type, text: needle }: Needle): Span[] {
  const spans: Span[] = []
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + needle.length)) spans.push({ start: at, end: at + needle.length, type, class: 'secret' })
  return spans
}

/** As it is, escaped for JSON and for addresses, in hexadecimal, and in base64 at each of the three offsets it may have in a longer text. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value)
  const forms = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), bytes.toString('hex'), bytes.toString('hex').toUpperCase(), ...[0, 1, 2].map((offset) => base64Core(bytes, offset))]
  return [...new Set([...forms, ...forms.slice(-3).map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))])].filter((form) => form.length >= KNOWN_LENGTH_MIN)
}

/** The characters of the encoding that depend on the value alone, whatever stands before and after it. */
function base64Core(bytes: Uint8Array, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64').replaceAll('=', '')
  const head = offset === 0 ? 0 : offset === 1 ? 2 : 3
  const tail = (bytes.length + offset) % 3 === 0 ? 0 : 1
  return encoded.slice(head, encoded.length - tail)
}
