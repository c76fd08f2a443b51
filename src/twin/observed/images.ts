/**
 * Images that could not be pulled: they stay so, wherever they were refused. Nodes that have one keep using it. A refusal
 * that only events tell (its pod is gone) counts where nobody has the image.
 */

import { isNode } from '../../model/kube/workload.ts'
import type { Inference } from './inference.ts'
import { nameOf, type Sight } from './observation.ts'

const REFUSALS = new Set(['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'ImageInspectError', 'RegistryUnavailable'])
const REFUSED = /^Failed to pull image "([^"]+)": .*(not found|manifest unknown|does not exist|repository .* not exist)/i

export function missingImages(sight: Sight): Inference[] {
  const seen = new Set<string>()
  const refused = sight.observations.flatMap((observation) => {
    const image = observation.container.image ?? ''
    const reason = observation.status?.state?.waiting?.reason ?? ''
    if (!REFUSALS.has(reason) || seen.has(image)) return []
    seen.add(image)
    const have = nodesWith(sight, image)
    const kept = have === 0 ? '' : ` (${have} ${have === 1 ? 'node has' : 'nodes have'} it and can go on using it)`
    return [{ image, change: { exists: false }, assumption: `Image ${image} cannot be pulled, as seen on ${nameOf(observation)} (${reason}); it is assumed to stay so${kept}.` }]
  })
  return [...refused, ...toldByEvents(sight, seen)]
}

function toldByEvents(sight: Sight, seen: ReadonlySet<string>): Inference[] {
  const told = new Set(sight.objects.flatMap((object) => {
    const image = object.kind === 'Event' && object['reason'] === 'Failed' ? REFUSED.exec(String(object['message'] ?? object['note'] ?? ''))?.[1] : undefined
    return image === undefined || seen.has(image) ? [] : [image]
  }))
  return [...told].filter((image) => nodesWith(sight, image) === 0).map((image) => ({ image, change: { exists: false }, assumption: `Image ${image} cannot be pulled, as events say; it is assumed to stay so.` }))
}

/** Nodes that list the image, or on which a container of it got as far as to have it. */
function nodesWith({ objects, observations }: Sight, image: string): number {
  const listed = objects.filter(isNode).filter(({ status }) => status?.images?.some(({ names }) => names?.includes(image) === true) === true).map(({ metadata }) => metadata.name ?? '')
  const running = observations.filter(({ container, status }) => container.image === image && (status?.imageID ?? '') !== '').map(({ pod }) => pod.spec?.nodeName ?? '')
  return new Set([...listed, ...running]).size
}
