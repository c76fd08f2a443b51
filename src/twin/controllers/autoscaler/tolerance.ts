/** How far a metric may be off its target before anything is done, in each direction. */

import { parseMilli } from '../../../model/kube/quantity.ts'
import type { VersionProfile } from '../../profile.ts'
import { behaviourOf, type AutoscalerObject, type ScalingRules } from './autoscaler-object.ts'

export interface Tolerances {
  readonly down: number
  readonly up: number
}

export function tolerancesOf(autoscaler: AutoscalerObject, profile: VersionProfile): Tolerances {
  const behaviour = profile.hpaConfigurableTolerance ? behaviourOf(autoscaler) : undefined
  return { down: shareOf(behaviour?.scaleDown) ?? profile.hpaTolerance, up: shareOf(behaviour?.scaleUp) ?? profile.hpaTolerance }
}

export function isWithin({ down, up }: Tolerances, ratio: number): boolean {
  return 1 - down <= ratio && ratio <= 1 + up
}

/** As `AsApproximateFloat64` of the canonical form: a count of thousandths times 0.001, which is not always the nearest number. */
function shareOf(rules: ScalingRules | undefined): number | undefined {
  const milli = parseMilli(rules?.tolerance)
  if (milli === undefined) return undefined
  return milli % 1000 === 0 ? milli / 1000 : milli * 0.001
}
