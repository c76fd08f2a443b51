/** The values of a text that holds several, one a line or one after another with nothing between, as kubectl takes both. */

export interface JsonText {
  readonly text: string
  /** Where it begins, from 1. */
  readonly line: number
}

/** Split at the end of each outermost object; what is left over stays a piece of its own, for the parser to complain about. */
export function jsonTexts(text: string): JsonText[] {
  const found: JsonText[] = []
  let [depth, start, line, startLine, inText] = [0, -1, 1, 1, false]
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === NEWLINE) line += 1
    if (start < 0 && code > BLANK) [start, startLine] = [at, line]
    if (inText) {
      if (code === BACKSLASH) at += 1
      else if (code === QUOTE) inText = false
    } else if (code === QUOTE) inText = true
    else if (code === OPEN_MAP || code === OPEN_LIST) depth += 1
    else if (code === CLOSE_MAP || code === CLOSE_LIST) {
      depth -= 1
      if (depth === 0) {
        found.push({ text: text.slice(start, at + 1), line: startLine })
        start = -1
      }
    }
  }
  return start < 0 ? found : [...found, { text: text.slice(start), line: startLine }]
}

const [NEWLINE, BLANK, BACKSLASH, QUOTE, OPEN_MAP, CLOSE_MAP, OPEN_LIST, CLOSE_LIST] = [10, 32, 92, 34, 123, 125, 91, 93] as const
