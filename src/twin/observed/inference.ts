/** What inference produces: pieces of a world, each with the sentence that says why it is assumed. */

import type { ImageBehaviour } from '../../model/world.ts'

export interface Inference {
  readonly image: string
  readonly change: Partial<Omit<ImageBehaviour, 'image'>>
  readonly assumption: string
}

/** Later pieces of one image add to earlier ones; lists are joined. */
export function mergeInferences(inferences: readonly Inference[]): { readonly image: string; readonly [field: string]: unknown }[] {
  const merged = new Map<string, Record<string, unknown>>()
  for (const { image, change } of inferences) {
    const current = merged.get(image) ?? { image }
    for (const [field, value] of Object.entries(change)) {
      const before = current[field]
      current[field] = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value
    }
    merged.set(image, current)
  }
  return [...merged.values()] as { readonly image: string }[]
}
