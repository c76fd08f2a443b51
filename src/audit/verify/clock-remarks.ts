/** Where the clock went back. The order of entries is that of their numbers, so this is told and not refused. */

import type { CheckedEntry } from './entry-flaw.ts'

export interface Remark {
  readonly line: number
  readonly text: string
}

/** Told of each entry in order; says when it is earlier than the one before it. */
export function followClock(): (entry: CheckedEntry) => string | undefined {
  let latestMs = -Infinity
  return ({ at }) => {
    const atMs = Date.parse(at)
    const backMs = latestMs - atMs
    latestMs = atMs
    return backMs > 0 ? `the clock went back by ${backMs / 1_000} s, to ${at}` : undefined
  }
}
