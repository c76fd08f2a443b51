/**
 * A map that forks in constant time: the shape under every fork of the twin.
 *
 * Writes go to a private top layer; a fork freezes that layer and both sides share it from then on. Reads walk
 * the layers from newest to oldest, so layers are merged once there are several; the big base layer is merged
 * only when the layers above it have grown to a good part of it.
 */

const LAYERS_MAX = 6
const REMOVED = Symbol('removed')

type Layer<V> = Map<string, V | typeof REMOVED>

export class CowMap<V> {
  #top: Layer<V> = new Map()
  /** Frozen, newest first. */
  #layers: readonly ReadonlyMap<string, V | typeof REMOVED>[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  get(key: string): V | undefined {
    const own = this.#top.get(key)
    if (own !== undefined) return own === REMOVED ? undefined : own
    for (const layer of this.#layers) {
      const found = layer.get(key)
      if (found !== undefined) return found === REMOVED ? undefined : found
    }
    return undefined
  }

  has(key: string): boolean {
    return this.get(key) !== undefined
  }

  set(key: string, value: V): void {
    if (this.get(key) === undefined) this.#size += 1
    this.#top.set(key, value)
  }

  delete(key: string): void {
    if (this.get(key) === undefined) return
    this.#size -= 1
    if (this.#layers.length === 0) this.#top.delete(key)
    else this.#top.set(key, REMOVED)
  }

  /** Oldest layer first, insertion order within a layer. Writing while iterating is allowed and not seen reliably. */
  *entries(): IterableIterator<[string, V]> {
    const layers = [...this.#layers].reverse()
    for (const [depth, layer] of [...layers, this.#top].entries()) {
      const newer = [...layers.slice(depth + 1), ...(layer === this.#top ? [] : [this.#top])]
      for (const [key, value] of layer) {
        if (value !== REMOVED && !newer.some((other) => other.has(key))) yield [key, value]
      }
    }
  }

  *values(): IterableIterator<V> {
    for (const [, value] of this.entries()) yield value
  }

  *keys(): IterableIterator<string> {
    for (const [key] of this.entries()) yield key
  }

  /** A map with the same content; from now on neither sees the other's writes. */
  fork(): CowMap<V> {
    this.#freezeTop()
    const child = new CowMap<V>()
    child.#layers = this.#layers
    child.#size = this.#size
    return child
  }

  #freezeTop(): void {
    if (this.#top.size === 0) return
    this.#layers = mergeLayers([this.#top, ...this.#layers])
    this.#top = new Map()
  }
}

function mergeLayers<V>(layers: readonly ReadonlyMap<string, V | typeof REMOVED>[]): readonly ReadonlyMap<string, V | typeof REMOVED>[] {
  if (layers.length <= LAYERS_MAX) return layers
  const base = layers.at(-1) ?? new Map<string, V>()
  const upperSize = layers.slice(0, -1).reduce((sum, layer) => sum + layer.size, 0)
  if (upperSize * 4 < base.size) return [overlay(layers.slice(0, -1), false), base]
  return [overlay(layers, true)]
}

function overlay<V>(layers: readonly ReadonlyMap<string, V | typeof REMOVED>[], isBase: boolean): Layer<V> {
  const merged: Layer<V> = new Map()
  for (const layer of [...layers].reverse()) {
    for (const [key, value] of layer) {
      if (value === REMOVED && isBase) merged.delete(key)
      else merged.set(key, value)
    }
  }
  return merged
}
