/**
 * The lines of a ledger file, byte by byte: a decoder that mends what is not UTF-8, or swallows a byte order mark, would
 * make two files out of one.
 */

const LINE_FEED = 0x0a

export interface Line {
  /** From 1. */
  readonly number: number
  readonly bytes: Uint8Array
  /** Undefined where the bytes are no UTF-8. */
  readonly text: string | undefined
  /** False for a last line without its line feed. */
  readonly complete: boolean
}

export function* readLines(content: Uint8Array): Iterable<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  for (let [number, start] = [1, 0]; start < content.length; number += 1) {
    const feed = content.indexOf(LINE_FEED, start)
    const end = feed === -1 ? content.length : feed
    const bytes = content.subarray(start, end)
    yield { number, bytes, text: decoded(decoder, bytes), complete: feed !== -1 }
    start = end + 1
  }
}

function decoded(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}
