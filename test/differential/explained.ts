/**
 * Differences that are known and right to be there, each with its reason. They are matched narrowly and counted; one that
 * matches nothing in a whole run is reported, since it may hide the next difference.
 */

import type { Difference } from './difference.ts'

export interface Explanation {
  readonly name: string
  /** As docs/twin.md gives it. */
  readonly reason: string
  matches(difference: Difference): boolean
}

export const EXPLANATIONS: readonly Explanation[] = []

export interface Explained {
  readonly counts: Map<string, number>
}

export function unexplained(differences: readonly Difference[], { counts }: Explained): readonly Difference[] {
  return differences.filter((difference) => {
    const explanation = EXPLANATIONS.find(({ matches }) => matches(difference))
    if (explanation !== undefined) counts.set(explanation.name, (counts.get(explanation.name) ?? 0) + 1)
    return explanation === undefined
  })
}
