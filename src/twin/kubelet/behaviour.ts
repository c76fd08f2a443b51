/**
 * What a container's process will do, looked up in the world: by the image, and by the digest of the container's
 * spec where a behaviour was observed for exactly that spec.
 */

import type { ImageBehaviour, World } from '../../model/world.ts'

export interface WorldIndex {
  readonly byImage: ReadonlyMap<string, readonly ImageBehaviour[]>
}

export function indexWorld(world: World): WorldIndex {
  const byImage = new Map<string, ImageBehaviour[]>()
  for (const behaviour of world.images) {
    const list = byImage.get(behaviour.image)
    if (list === undefined) byImage.set(behaviour.image, [behaviour])
    else list.push(behaviour)
  }
  return { byImage }
}
