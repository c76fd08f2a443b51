/** The word that somebody who mistyped most likely meant. */

/** Beyond this share of the longer word it is another word, not a slip. */
const SLIP_SHARE_MAX = 0.4

/** Of `known`, the nearest by letters that are added, left out, changed or swapped with the next; undefined where none is near. */
export function closestWord(word: string, known: Iterable<string>): string | undefined {
  let best: { readonly word: string; readonly slips: number } | undefined
  for (const candidate of known) {
    const slips = slipsBetween(word, candidate)
    if (slips <= Math.max(word.length, candidate.length) * SLIP_SHARE_MAX && (best === undefined || slips < best.slips)) best = { word: candidate, slips }
  }
  return best?.word
}

/** Optimal string alignment: Levenshtein's distance, in which two letters that are swapped are one slip. */
export function slipsBetween(left: string, right: string): number {
  let [beforeLast, last]: [number[], number[]] = [[], Array.from({ length: right.length + 1 }, (_, index) => index)]
  for (let row = 1; row <= left.length; row += 1) {
    const present = [row]
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[row - 1] === right[column - 1]
      const isSwapped = row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
      const steps = [(last[column] ?? 0) + 1, (present[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + (isSame ? 0 : 1)]
      present.push(Math.min(...steps, isSwapped ? (beforeLast[column - 2] ?? 0) + 1 : Infinity))
    }
    ;[beforeLast, last] = [last, present]
  }
  return last[right.length] ?? 0
}
