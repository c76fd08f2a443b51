/**
 * Chance, as a thing that is handed in: the same seed gives the same draws on every machine.
 *
 * `fork(label)` gives each subsystem its own stream, so that one more draw in the scheduler never moves the
 * kubelet's. `clone` copies the stream where it stands; a fork of the twin needs that.
 */

import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator'

export interface Rng {
  /** A whole number in [0, bound). `bound` must be a positive safe integer. */
  below(bound: number): number
  /** A number in [0, 1) with 32 bits of resolution. */
  unit(): number
  /** An independent stream that depends on this one's seed and `label` only, not on how much was drawn. */
  fork(label: string): Rng
  /** A copy that will draw exactly what this one would draw next. */
  clone(): Rng
}

const UINT32 = 0x1_0000_0000

/** A generator seeded with any 32-bit integer. */
export function createRng(seed: number): Rng {
  return wrap(seed | 0, xoroshiro128plus(seed | 0))
}

function wrap(seed: number, source: RandomGenerator): Rng {
  const unit = (): number => (source.next() >>> 0) / UINT32
  return {
    below: (bound) => Math.floor(unit() * bound),
    unit,
    fork: (label) => createRng(seedFrom(seed, label)),
    clone: () => wrap(seed, xoroshiro128plusFromState(source.getState())),
  }
}

/** FNV-1a over the label, started from the parent's seed: spreads labels well and is stable across versions. */
function seedFrom(seed: number, label: string): number {
  let hash = (0x811c9dc5 ^ seed) | 0
  for (let index = 0; index < label.length; index += 1) {
    hash = Math.imul(hash ^ label.charCodeAt(index), 0x01000193)
  }
  return hash
}
