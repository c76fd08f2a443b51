/**
 * A world inferred from what a snapshot shows. It decides what a rehearsal predicts, so every inference comes with
 * the sentence that says what was assumed and from what; it never sees the world a story was written with.
 */

import { parseWorld, type World } from '../model/world.ts'
import { diskUsed } from './observed/disk.ts'
import { startDurations } from './observed/durations.ts'
import { exitsSeen } from './observed/exits.ts'
import { gatesSeen } from './observed/gates.ts'
import { hooksAssumed } from './observed/hooks.ts'
import { missingImages } from './observed/images.ts'
import { mergeInferences } from './observed/inference.ts'
import { kubeletConfigSeen } from './observed/kubelet-config.ts'
import { loadsSeen } from './observed/loads.ts'
import { memoryNeeds } from './observed/memory.ts'
import type { Sight } from './observed/observation.ts'
import { neverReady } from './observed/never-ready.ts'
import { poolsSeen } from './observed/pools.ts'
import { pressuresSeen, type NodePressure } from './observed/pressure.ts'
import { probesSeen } from './observed/probes.ts'
import { pullsSeen } from './observed/pulls.ts'
import { stopDurations } from './observed/stops.ts'
import { taskDurations } from './observed/tasks.ts'
import { memoryUsed, systemMemory, systemSentence, usageSentence } from './observed/usage.ts'
import { volumesSeen } from './observed/volumes.ts'

export interface ObservedWorld {
  readonly world: World
  /** By name, of nodes that say that they are short of something. */
  readonly pressures: ReadonlyMap<string, NodePressure>
  readonly assumptions: readonly string[]
}

const REST = 'Images of which nothing bad was seen are assumed to start and to answer their probes, and processes that nobody saw end to end a second after SIGTERM; tasks (init containers, containers of Jobs) that nobody saw run, to end well after two seconds.'

export function inferWorld(sight: Sight): ObservedWorld {
  const kills = memoryNeeds(sight)
  const used = memoryUsed(sight, new Set(kills.map(({ image }) => image)))
  const pulls = pullsSeen(sight)
  const inferences = [...missingImages(sight), ...kills, ...exitsSeen(sight), ...probesSeen(sight), ...neverReady(sight), ...startDurations(sight), ...stopDurations(sight), ...taskDurations(sight), ...pulls.inferences, ...used, ...diskUsed(sight)]
  const { pools, assumptions } = poolsSeen(sight)
  const disks = volumesSeen(sight)
  const gates = gatesSeen(sight)
  const kubelets = kubeletConfigSeen(sight)
  const loads = loadsSeen(sight.objects)
  const pressures = pressuresSeen(sight)
  const othersSeconds = pulls.othersSeconds ?? 1
  const images = mergeInferences(inferences).map((image) => ({ pullSeconds: othersSeconds, ...image }))
  const system = systemMemory(sight)
  const world = parseWorld({ images, unlistedPullSeconds: othersSeconds, pools, volumes: disks.volumes, readinessGates: gates.gates, loads: loads.loads, kubelet: { ...kubelets.kubelet, systemMemory: system } })
  const usage = usageSentence(sight, new Set([...kills, ...used].map(({ image }) => image)))
  return { world, pressures: pressures.byNode, assumptions: [...inferences.map(({ assumption }) => assumption), ...assumptions, ...disks.assumptions, ...gates.assumptions, ...kubelets.assumptions, ...loads.assumptions, ...systemSentence(system), ...hooksAssumed(sight), ...pulls.assumptions, ...pressures.assumptions, usage, REST] }
}
