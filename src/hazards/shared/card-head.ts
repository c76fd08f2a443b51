/** What a hazard or rule is, in the words at the head of its module: written once, shown on its page and by `--explain`. */

/** The first comment of a module, as prose. */
export function headOf(source: string): string {
  const comment = /^\/\*\*([\s\S]*?)\*\//.exec(source)?.[1] ?? ''
  return comment.split('\n').map((line) => line.replace(/^\s*\*? ?/, '').trimEnd()).join('\n').trim()
}
