/**
 * Private keys in PEM, whole, and the pieces that a cut log leaves of them. Certificates are public and stay.
 */

import type { Span } from './span.ts'

const BEGIN = /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----/g
const END = /-----END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----/g
const ONE_END = new RegExp(END.source)
/** A 4096 bit key has 3,300 characters; with time stamps before each line and escapes it stays under this. */
const KEY_LENGTH_MAX = 20_000
/** What a line of a key looks like, with whatever the collector wrote before it. */
const KEY_LINE = /^.{0,80}?[A-Za-z0-9+/]{40,76}={0,2}\\?$/

export function privateKeySpans(text: string): Span[] {
  if (!text.includes('PRIVATE KEY')) return []
  return [...fromBeginnings(text), ...fromEnds(text)]
}

/** From each beginning to its end; without one, as far as lines look like a key. */
function fromBeginnings(text: string): Span[] {
  const spans: Span[] = []
  for (const match of text.matchAll(BEGIN)) {
    const body = match.index + match[0].length
    const end = ONE_END.exec(text.slice(body, body + KEY_LENGTH_MAX))
    spans.push({ start: match.index, end: end === null ? endOfKeyLines(text, body) : body + end.index + end[0].length, type: 'private-key', class: 'secret' })
  }
  return spans
}

/** An end whose beginning was cut off: the lines before it that look like a key. */
function fromEnds(text: string): Span[] {
  return [...text.matchAll(END)].map((match) => ({ start: startOfKeyLines(text, match.index), end: match.index + match[0].length, type: 'private-key', class: 'secret' as const }))
}

function endOfKeyLines(text: string, from: number): number {
  let end = from
  let at = text.indexOf('\n', from)
  if (at < 0) return Math.min(text.length, from + KEY_LENGTH_MAX)
  end = at
  while (at >= 0 && at - from < KEY_LENGTH_MAX) {
    const next = text.indexOf('\n', at + 1)
    const line = text.slice(at + 1, next < 0 ? text.length : next)
    if (!KEY_LINE.test(line.trimEnd()) && !/^\s*$|^(?:Proc-Type|DEK-Info|Version|Comment):/.test(line)) return end
    end = next < 0 ? text.length : next
    at = next
  }
  return end
}

function startOfKeyLines(text: string, to: number): number {
  let start = text.lastIndexOf('\n', to - 1) + 1
  // On the line of the end itself, everything before it is the key.
  while (start > 0 && to - start < KEY_LENGTH_MAX) {
    const lineStart = text.lastIndexOf('\n', start - 2) + 1
    const line = text.slice(lineStart, start - 1)
    if (!KEY_LINE.test(line.trimEnd())) return start
    start = lineStart
  }
  return start
}
