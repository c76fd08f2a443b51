/** Images that could not be pulled: they stay so, wherever they were refused. */

import type { Inference } from './inference.ts'
import { nameOf, type Sight } from './observation.ts'

const REFUSALS = new Set(['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'ImageInspectError', 'RegistryUnavailable'])

export function missingImages(sight: Sight): Inference[] {
  const seen = new Set<string>()
  return sight.observations.flatMap((observation) => {
    const image = observation.container.image ?? ''
    const reason = observation.status?.state?.waiting?.reason ?? ''
    if (!REFUSALS.has(reason) || seen.has(image)) return []
    seen.add(image)
    return [{ image, change: { exists: false }, assumption: `Image ${image} cannot be pulled, as seen on ${nameOf(observation)} (${reason}); it is assumed to stay so.` }]
  })
}
