/** Refusals without what the server tells of its own insides: differences of Go structs, and structs that may not change. */

const DIFFERENCE = /(previously negative\)|for bound claims|immutable after creation)(?:\n(?:@@|[ +-])[^\n]*)+\n/g
const SHOWN = 'Invalid value: {'
/** Behind a struct that is not shown. */
const FIXED = [': field is immutable', ': only [Description Type Format', ": spec of '"]

/** The sentences stay; so does everything that is not behind one of the known ones. */
export function withoutInsides(text: string): string {
  return withoutStructs(text.replaceAll(DIFFERENCE, '$1'))
}

function withoutStructs(text: string, from = 0): string {
  const at = text.indexOf(SHOWN, from)
  if (at < 0) return text
  const start = at + SHOWN.length - 1
  const end = endOfStruct(text, start)
  if (!FIXED.some((words) => text.startsWith(words, end))) return withoutStructs(text, start)
  const short = `${text.slice(0, start)}STRUCT${text.slice(end)}`
  return withoutStructs(short, start)
}

/** Behind the brace that closes the one at `start`; the end of the text when none does. */
function endOfStruct(text: string, start: number): number {
  let depth = 0
  for (const { 0: part, index } of text.slice(start).matchAll(/"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (part === '{') depth += 1
    if (part === '}') depth -= 1
    if (depth === 0) return start + index + 1
  }
  return text.length
}
