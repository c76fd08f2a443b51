/**
 * One level of encoding: a secret in base64, percent or hexadecimal is as much of a secret. Stretches that decode to
 * plain text are scanned again; what is found there takes the whole stretch away.
 */

import type { Span } from './span.ts'

const BASE64_MIN = 24
const HEX_ONLY = /^(?:[0-9a-f]{2})+$/i
const PERCENT = /%(?:3[ad]|40|22|7b|2d|2e|5f)/gi
const WORD_END = /[\s"'<>\\^`{|}]/
/** A longer word is looked at in pieces of this length around its escapes. */
const PERCENT_WORD_MAX = 4_096
/** Bytes looked at before the whole stretch is decoded. Digests and pictures fail here. */
const SAMPLE_LENGTH = 32

type Scan = (decoded: string) => readonly Span[]

export function encodedSpans(text: string, scan: Scan): Span[] {
  return [...runSpans(text, scan), ...percentSpans(text, scan)]
}

/** Long runs of the alphabet of base64, which holds that of hexadecimal. By hand, because every text is full of short ones. */
function runSpans(text: string, scan: Scan): Span[] {
  const spans: Span[] = []
  let start = 0
  for (let at = 0; at <= text.length; at += 1) {
    const code = at < text.length ? text.charCodeAt(at) : 0
    if (code < 128 && IN_ALPHABET[code] === 1) continue
    if (at - start >= BASE64_MIN) spans.push(...runSpan(text, { start, end: at }, scan))
    start = at + 1
  }
  return spans
}

const IN_ALPHABET = Uint8Array.from({ length: 128 }, (_, code) => (/[A-Za-z0-9+/_=-]/.test(String.fromCharCode(code)) ? 1 : 0))

function runSpan(text: string, run: { readonly start: number; readonly end: number }, scan: Scan): Span[] {
  const word = text.slice(run.start, run.end)
  // `NAME=dGV4dA==`: the encoded part begins after the sign.
  const sign = /=(?=[A-Za-z0-9+/])/.exec(word)
  const skipped = sign === null ? 0 : sign.index + 1
  const decoded = HEX_ONLY.test(word) ? fromHex(word) : fromBase64(word.slice(skipped))
  const found = decoded === undefined ? undefined : scan(decoded)[0]
  return found === undefined ? [] : [{ start: run.start + skipped, end: run.end, type: found.type, class: found.class }]
}

function fromHex(word: string): string | undefined {
  return isPrintable(Buffer.from(word.slice(0, SAMPLE_LENGTH * 2), 'hex')) ? Buffer.from(word, 'hex').toString('utf8') : undefined
}

function percentSpans(text: string, scan: Scan): Span[] {
  if (!text.includes('%')) return []
  const spans: Span[] = []
  PERCENT.lastIndex = 0
  for (let match = PERCENT.exec(text); match !== null; match = PERCENT.exec(text)) {
    const { start, end } = wordAround(text, match.index)
    const decoded = fromPercent(text.slice(start, end))
    const [found] = decoded === undefined ? [] : scan(decoded)
    if (found !== undefined) spans.push({ start, end, type: found.type, class: found.class })
    PERCENT.lastIndex = Math.max(end, match.index + 3)
  }
  return spans
}

function wordAround(text: string, index: number): { readonly start: number; readonly end: number } {
  let start = index
  while (start > 0 && index - start < PERCENT_WORD_MAX && !WORD_END.test(text.charAt(start - 1))) start -= 1
  let end = index
  while (end < text.length && end - index < PERCENT_WORD_MAX && !WORD_END.test(text.charAt(end))) end += 1
  return { start, end }
}

function fromBase64(word: string): string | undefined {
  // A word, a path or a name in kebab-case is in the alphabet too; what encodes text mixes.
  if (!/[A-Z]/.test(word) || !/[a-z]/.test(word)) return undefined
  if (!isPrintable(Buffer.from(word.slice(0, SAMPLE_LENGTH), 'base64'))) return undefined
  return Buffer.from(word, 'base64').toString('utf8')
}

function fromPercent(word: string): string | undefined {
  try {
    const decoded = decodeURIComponent(word.replaceAll(/%(?![0-9a-f]{2})/gi, '%25'))
    return decoded === word ? undefined : decoded
  } catch {
    return undefined
  }
}

function isPrintable(bytes: Uint8Array): boolean {
  if (bytes.length < 12) return false
  for (const byte of bytes) if ((byte < 32 && byte !== 10 && byte !== 13 && byte !== 9) || byte === 127) return false
  return bytes.filter((byte) => byte > 126).length <= 2
}
