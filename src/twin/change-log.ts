/** The log of a store's changes, from which watches are served; it remembers a bounded past, as the real watch cache does. */

import type { Change } from './store.ts'

/** Watchers that fall behind further than this must list again (410 Gone). */
const CHANGES_KEPT_MAX = 20_000

export interface ChangeLog {
  push(change: Change): void
  /** Changes after a resource version, oldest first; undefined when the log does not reach back so far. */
  after(resourceVersion: number): readonly Change[] | undefined
  /** Forgets everything: what was loaded up to this version was never a change. */
  restartFrom(resourceVersion: number): void
}

export function createChangeLog(fromVersion: number): ChangeLog {
  let changes: Change[] = []
  let reachesTo = fromVersion
  return {
    push(change) {
      changes.push(change)
      if (changes.length <= CHANGES_KEPT_MAX * 2) return
      changes = changes.slice(CHANGES_KEPT_MAX)
      reachesTo = (changes[0]?.resourceVersion ?? change.resourceVersion) - 1
    },
    after: (resourceVersion) => (resourceVersion < reachesTo ? undefined : changes.slice(firstIndexAfter(changes, resourceVersion))),
    restartFrom(resourceVersion) {
      reachesTo = resourceVersion
    },
  }
}

function firstIndexAfter(changes: readonly Change[], resourceVersion: number): number {
  let low = 0
  let high = changes.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((changes[middle]?.resourceVersion ?? 0) > resourceVersion) high = middle
    else low = middle + 1
  }
  return low
}
