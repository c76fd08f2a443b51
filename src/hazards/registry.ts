/** All hazards, one line each. The order means nothing: orient ranks what they find. */

import type { Hazard } from '../model/hazard.ts'
import { applicationUnhealthy } from './application-unhealthy/application-unhealthy.ts'
import { badImage } from './bad-image/bad-image.ts'
import { badProbe } from './bad-probe/bad-probe.ts'
import { containerExits } from './container-exits/container-exits.ts'
import { memoryLimitTooLow } from './memory-limit-too-low/memory-limit-too-low.ts'
import { missingConfig } from './missing-config/missing-config.ts'
import { nodeNotReady } from './node-not-ready/node-not-ready.ts'
import { quotaExceeded } from './quota-exceeded/quota-exceeded.ts'
import { rolloutStuck } from './rollout-stuck/rollout-stuck.ts'
import { unschedulable } from './unschedulable/unschedulable.ts'

export const hazards: readonly Hazard[] = [
  applicationUnhealthy,
  badImage,
  badProbe,
  containerExits,
  memoryLimitTooLow,
  missingConfig,
  nodeNotReady,
  quotaExceeded,
  rolloutStuck,
  unschedulable,
]

/** The hazard of that id; undefined when none is registered. */
export function hazardOf(id: string): Hazard | undefined {
  return hazards.find((hazard) => hazard.id === id)
}
