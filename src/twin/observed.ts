/**
 * A world inferred from what a snapshot shows. It decides what a rehearsal predicts, so every inference comes with
 * the sentence that says what was assumed and from what; it never sees the world a story was written with.
 */

import { parseWorld, type World } from '../model/world.ts'
import { exitsSeen } from './observed/exits.ts'
import { missingImages } from './observed/images.ts'
import { mergeInferences } from './observed/inference.ts'
import { memoryNeeds } from './observed/memory.ts'
import type { Sight } from './observed/observation.ts'
import { poolsSeen } from './observed/pools.ts'
import { probesSeen } from './observed/probes.ts'
import { startDurations } from './observed/durations.ts'
import { volumesSeen } from './observed/volumes.ts'

export interface ObservedWorld {
  readonly world: World
  readonly assumptions: readonly string[]
}

export function inferWorld(sight: Sight): ObservedWorld {
  const inferences = [...missingImages(sight), ...memoryNeeds(sight), ...exitsSeen(sight), ...probesSeen(sight), ...startDurations(sight)]
  const { pools, assumptions } = poolsSeen(sight)
  const disks = volumesSeen(sight)
  const world = parseWorld({ images: mergeInferences(inferences), pools, volumes: disks.volumes })
  const rest = 'Images of which nothing bad was seen are assumed to start and to answer their probes.'
  return { world, assumptions: [...inferences.map(({ assumption }) => assumption), ...assumptions, ...disks.assumptions, rest] }
}
