/**
 * The lines of a stream, one at a time. A line ends with a line feed and nothing else: readline would also end it at U+2028,
 * which may stand inside a JSON text.
 */

/** What is kept of a line that is longer. Whoever reads lines has a smaller limit of their own, and says so. */
const LINE_LENGTH_KEPT = 1_048_576

/** Without their ends; the last one need not have one. */
export async function* linesOf(input: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of input) {
    const parts = chunk.split('\n')
    const last = parts.pop() ?? ''
    for (const part of parts) {
      yield withoutReturn(kept(rest, part))
      rest = ''
    }
    rest = kept(rest, last)
  }
  if (rest !== '') yield withoutReturn(rest)
}

function kept(before: string, more: string): string {
  return before.length > LINE_LENGTH_KEPT ? before : before + more
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
