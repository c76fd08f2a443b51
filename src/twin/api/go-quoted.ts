/** A text as `%q` of Go writes it. */

const ESCAPES: Readonly<Record<string, string>> = { '\u0007': String.raw`\a`, '\b': String.raw`\b`, '\f': String.raw`\f`, '\n': String.raw`\n`, '\r': String.raw`\r`, '\t': String.raw`\t`, '\v': String.raw`\v` }
const ASCII_END = 0x80

export function goQuoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll(/\p{Cc}/gu, (control) => ESCAPES[control] ?? code(control.codePointAt(0) ?? 0))}"`
}

function code(point: number): string {
  return point < ASCII_END ? `\\x${point.toString(16).padStart(2, '0')}` : `\\u${point.toString(16).padStart(4, '0')}`
}
