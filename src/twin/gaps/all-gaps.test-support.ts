/** Every sentence about what is not played, whatever a play would touch. */

import { splitGaps, type Affected, type Gap } from './gap.ts'

export const NOTHING_AFFECTED: Affected = { objects: new Set(), nodes: new Set(), lostNodes: new Set(), written: [], hasScheduled: false, hasUnplaced: false }

export function allGaps(gaps: readonly Gap[]): string[] {
  const { touched, elsewhere } = splitGaps(gaps, NOTHING_AFFECTED)
  return [...touched, ...elsewhere]
}
