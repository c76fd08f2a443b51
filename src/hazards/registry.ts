/** All hazards, one line each. The order means nothing: orient ranks what they find. */

import type { Hazard } from '../model/hazard.ts'
import { badImage } from './bad-image/bad-image.ts'
import { containerExits } from './container-exits/container-exits.ts'
import { memoryLimitTooLow } from './memory-limit-too-low/memory-limit-too-low.ts'

export const hazards: readonly Hazard[] = [
  badImage,
  containerExits,
  memoryLimitTooLow,
]

/** The hazard of that id; undefined when none is registered. */
export function hazardOf(id: string): Hazard | undefined {
  return hazards.find((hazard) => hazard.id === id)
}
