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
  /** Counted when asked: writes are many, and few ask. */
  get size(): number {
    let size = 0
    for (const _ of this.keys()) size += 1
    return size
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
    this.#top.set(key, value)
  }

  delete(key: string): void {
    if (this.get(key) === undefined) return
    if (this.#layers.length === 0) this.#top.delete(key)
    else this.#top.set(key, REMOVED)
  }

  /** Oldest layer first, insertion order within a layer. Writing while iterating is allowed and not seen reliably. */
  *entries(): IterableIterator<[string, V]> {
    for (let depth = this.#layers.length - 1; depth >= 0; depth -= 1) {
      const newer = [this.#top, ...this.#layers.slice(0, depth)]
      for (const entry of this.#layers[depth] as Layer<V>) {
        if (entry[1] !== REMOVED && !isHidden(entry[0], newer)) yield entry as [string, V]
      }
    }
    for (const entry of this.#top) if (entry[1] !== REMOVED) yield entry as [string, V]
  }

  values(): IterableIterator<V> {
    return this.#only()?.values() ?? this.#valuesOfAll()
  }

  keys(): IterableIterator<string> {
    return this.#only()?.keys() ?? this.#keysOfAll()
  }

  *#valuesOfAll(): IterableIterator<V> {
    for (let depth = this.#layers.length - 1; depth >= 0; depth -= 1) {
      const newer = [this.#top, ...this.#layers.slice(0, depth)]
      for (const [key, value] of this.#layers[depth] as Layer<V>) if (value !== REMOVED && !isHidden(key, newer)) yield value
    }
    for (const value of this.#top.values()) if (value !== REMOVED) yield value
  }

  *#keysOfAll(): IterableIterator<string> {
    for (const [key] of this.entries()) yield key
  }

  /** The one layer there is: nothing is marked as removed in the lowest. */
  #only(): ReadonlyMap<string, V> | undefined {
    if (this.#layers.length === 0) return this.#top as ReadonlyMap<string, V>
    return this.#layers.length === 1 && this.#top.size === 0 ? (this.#layers[0] as ReadonlyMap<string, V>) : undefined
  }

  /** A map with the same content; from now on neither sees the other's writes. */
  fork(): CowMap<V> {
    this.#freezeTop()
    const child = new CowMap<V>()
    child.#layers = this.#layers
    return child
  }

  #freezeTop(): void {
    if (this.#top.size === 0) return
    this.#layers = mergeLayers([this.#top, ...this.#layers])
    this.#top = new Map()
  }
}

function isHidden(key: string, newer: readonly ReadonlyMap<string, unknown>[]): boolean {
  for (const layer of newer) if (layer.has(key)) return true
  return false
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
