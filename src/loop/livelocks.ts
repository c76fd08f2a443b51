/** Controllers that undo each other's work: what a simulation that was stopped says about it. */

const NAMED_MAX = 4

/**
 * One sentence for a run in which controllers kept each other busy, none otherwise. `livelocks` are `controller key` as
 * the twin names them; a key is `namespace/name` with whatever the controller puts before it.
 */
export function livelockProblems(livelocks: readonly string[]): string[] {
  if (livelocks.length === 0) return []
  const named = livelocks.slice(0, NAMED_MAX).map((entry) => {
    const space = entry.indexOf(' ')
    return `${entry.slice(0, space)} over ${entry.slice(space + 1).replaceAll('|', ' ').trim()}`
  })
  const more = livelocks.length - named.length
  return [`controllers keep each other busy and were stopped: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`]
}
