/** One hazard's findings on a view, by its id: how conditions ask whether a hazard is still there. */

import { assert } from '../kernel/assert.ts'
import type { Finding } from '../model/hazard.ts'
import type { View } from '../model/view.ts'
import { hazards } from '../hazards/registry.ts'

export function detectHazard(id: string, view: View): readonly Finding[] {
  const hazard = hazards.find((candidate) => candidate.id === id)
  assert(hazard !== undefined, `hazard ${id} is registered`)
  return hazard.detect(view)
}
