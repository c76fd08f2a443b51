/**
 * Long lines for people: broken between words at the width of the terminal, with what follows hanging under the
 * text. Where nobody looks (a pipe, a file) a line stays whole, so that grep finds it; COLUMNS asks for a width anyway.
 */

import { stripVTControlCharacters } from 'node:util'

/** Narrower than this, breaking helps nobody. */
const WIDTH_MIN = 30

/** Columns of the terminal; Infinity where there is none. */
export function terminalWidth(): number {
  const asked = Number(process.env['COLUMNS'])
  const width = process.stdout.columns ?? (Number.isInteger(asked) && asked > 0 ? asked : Infinity)
  return Math.max(WIDTH_MIN, width)
}

/**
 * Each line of `text` broken at `width` columns (default: the terminal's). What follows a break is indented by `hang`
 * columns more than the line itself was. Words longer than a line are left whole: they are ids, to be copied.
 */
export function wrap(text: string, options: { readonly hang?: number; readonly width?: number } = {}): string {
  const { hang = 0, width = terminalWidth() } = options
  return text.split('\n').map((line) => wrapLine(line, hang, width)).join('\n')
}

function wrapLine(line: string, hang: number, width: number): string {
  if (columnsOf(line) <= width) return line
  const indent = ' '.repeat(line.length - line.trimStart().length)
  const [first = '', ...words] = line.trimStart().split(/(?<=\S) /)
  const lines = [indent + first]
  for (const word of words) {
    const last = lines.at(-1) ?? ''
    if (columnsOf(last) + 1 + columnsOf(word) <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(`${indent}${' '.repeat(hang)}${word}`)
  }
  return lines.join('\n')
}

/** Colours take no columns. */
function columnsOf(text: string): number {
  return stripVTControlCharacters(text).length
}
