/**
 * Is a name that leads nowhere a slip of one that is there? Two or fewer letters that are added, left out, changed or
 * swapped, in a name long enough that this is no accident, and one candidate only.
 */

const SLIPS_MAX = 2
/** One letter in four at most: `db` and `da` are two names. */
const LETTERS_PER_SLIP = 4

/** The only candidate that is spelled nearly so; undefined where none is, or two are. */
export function meantBy(written: string, candidates: readonly string[]): string | undefined {
  const near = [...new Set(candidates)].filter((candidate) => candidate !== written && isSlip(written, candidate))
  return near.length === 1 ? near[0] : undefined
}

function isSlip(written: string, meant: string): boolean {
  const allowed = Math.min(SLIPS_MAX, Math.floor(Math.max(written.length, meant.length) / LETTERS_PER_SLIP))
  if (digits(written) !== digits(meant)) return false
  return Math.abs(written.length - meant.length) <= allowed && slipsBetween(written, meant) <= allowed
}

/** `db-1` and `db-2` are neighbours and no slip of each other. */
function digits(text: string): string {
  return text.replaceAll(/\D/g, '')
}

/** Optimal string alignment: edits, with a swap of neighbours as one. */
function slipsBetween(left: string, right: string): number {
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_, index) => index)]
  for (let at = 1; at <= left.length; at += 1) {
    const row = [at]
    for (let to = 1; to <= right.length; to += 1) row.push(cheapest({ rows, row, left, right, at, to }))
    rows.push(row)
  }
  return rows.at(-1)?.at(-1) ?? 0
}

interface Cell {
  readonly rows: readonly (readonly number[])[]
  readonly row: readonly number[]
  readonly left: string
  readonly right: string
  readonly at: number
  readonly to: number
}

function cheapest({ rows, row, left, right, at, to }: Cell): number {
  const cell = (line: readonly number[] | undefined, index: number): number => line?.[index] ?? Infinity
  const changed = cell(rows[at - 1], to - 1) + (left[at - 1] === right[to - 1] ? 0 : 1)
  const swapped = left[at - 1] === right[to - 2] && left[at - 2] === right[to - 1] ? cell(rows[at - 2], to - 2) + 1 : Infinity
  return Math.min(changed, swapped, cell(rows[at - 1], to) + 1, cell(row, to - 1) + 1)
}
