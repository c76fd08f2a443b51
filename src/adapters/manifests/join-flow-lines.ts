/**
 * Brackets that close at the indentation of their key, as people write them and kubectl takes them:
 *
 *     args: [
 *       "--verbose",
 *     ]
 *
 * YAML asks for more indentation, and the parser that we read with insists. Such a list is drawn onto the line on which it begins;
 * every character keeps its offset, so that places are still found in the text as it was.
 */

/** A key or an item whose value opens a bracket. */
const OPENS = /^\s*(?:- +)*(?:[\w./"'-]+:[ \t]+)?[[{]/

/** The same text where nothing opens; never shorter or longer. */
export function joinFlowLines(text: string): string {
  let depth = 0
  return text
    .split('\n')
    .map((line, index, lines) => {
      if (depth === 0 && !OPENS.test(line)) return `${line}${index < lines.length - 1 ? '\n' : ''}`
      const plain = withoutComment(line)
      depth = Math.max(0, depth + depthChange(plain))
      return `${depth > 0 ? plain : line}${index === lines.length - 1 ? '' : depth > 0 ? ' ' : '\n'}`
    })
    .join('')
}

const QUOTED = /"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'/g

function depthChange(line: string): number {
  const bare = line.replaceAll(QUOTED, '')
  return (bare.match(/[[{]/g) ?? []).length - (bare.match(/[\]}]/g) ?? []).length
}

/** Blanks in place of a comment, which would swallow what is joined to it. */
function withoutComment(line: string): string {
  const hidden = line.replaceAll(QUOTED, (quoted) => '_'.repeat(quoted.length))
  const at = /(^|\s)#/.exec(hidden)?.index
  return at === undefined ? line : line.slice(0, at).padEnd(line.length)
}
