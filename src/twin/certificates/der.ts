/**
 * Reads DER (X.690): just enough to take a certificate request apart. What it carries is checked by Node's own cryptography; a value
 * that is not as it says it is ends the reading with the words of Go's `encoding/asn1`.
 */

export interface Der {
  readonly tag: number
  readonly isConstructed: boolean
  /** With its head. */
  readonly whole: Buffer
  readonly content: Buffer
}

export class DerError extends Error {}

/** One value, and nothing behind it. */
export function readDer(bytes: Buffer): Der {
  const { value, rest } = readNext(bytes)
  if (rest.length > 0) throw new DerError('asn1: syntax error: trailing data')
  return value
}

/** The values inside of one; of a structure its first `max`, since what comes behind them is for later versions of it. */
export function partsOf({ content }: Der, max = Infinity): readonly Der[] {
  const parts: Der[] = []
  for (let rest = content; rest.length > 0 && parts.length < max; ) {
    const next = readNext(rest)
    parts.push(next.value)
    rest = next.rest
  }
  return parts
}

/** `1.2.840.113549.1.1.11`. */
export function objectIdentifier({ content }: Der): string {
  const numbers: number[] = []
  let value = 0
  for (const byte of content) {
    value = value * 128 + (byte & 0x7f)
    if ((byte & 0x80) !== 0) continue
    numbers.push(value)
    value = 0
  }
  const [first = 0, ...others] = numbers
  const root = Math.min(Math.trunc(first / 40), 2)
  return [root, first - root * 40, ...others].join('.')
}

function readNext(bytes: Buffer): { readonly value: Der; readonly rest: Buffer } {
  const [head = 0, first = 0] = bytes
  if (bytes.length < 2 || (head & 0x1f) === 0x1f) throw new DerError('asn1: syntax error: truncated tag or length')
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  if (lengthBytes > 4 || first === 0x80 || bytes.length < 2 + lengthBytes) throw new DerError('asn1: syntax error: truncated tag or length')
  const start = 2 + lengthBytes
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes)
  if (start + length > bytes.length) throw new DerError('asn1: syntax error: data truncated')
  const value = { tag: head & 0x1f, isConstructed: (head & 0x20) !== 0, whole: bytes.subarray(0, start + length), content: bytes.subarray(start, start + length) }
  return { value, rest: bytes.subarray(start + length) }
}
