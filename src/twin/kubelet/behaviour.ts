/**
 * What a container's process will do, looked up in the world by its image.
 *
 * An image that nobody described starts in a second and answers every probe: the least surprising process there is.
 * A rehearsal states that as an assumption.
 */

import type { ImageBehaviour, World } from '../../model/world.ts'

export interface WorldIndex {
  readonly world: World
  readonly byImage: ReadonlyMap<string, ImageBehaviour>
}

export function indexWorld(world: World): WorldIndex {
  return { world, byImage: new Map(world.images.map((behaviour) => [behaviour.image, behaviour])) }
}

export function behaviourOf(index: WorldIndex, image: string): ImageBehaviour {
  const listed = index.byImage.get(image)
  if (listed !== undefined) return listed
  return {
    image,
    exists: index.world.unlistedImages === 'run',
    pullSeconds: index.world.unlistedPullSeconds,
    startSeconds: 1,
    memoryAfterSeconds: 2,
    failingProbes: [],
    exits: [],
    log: '',
    stopSeconds: 1,
  }
}
