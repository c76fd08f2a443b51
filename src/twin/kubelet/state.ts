/**
 * What all virtual kubelets of a twin remember together: the world, the health of each node, the containers.
 *
 * One controller plays every node, because a node that does nothing then costs nothing. The state forks with the
 * twin; the world is in it, so that two futures may have two worlds.
 */

import type { World } from '../../model/world.ts'
import { parseWorld } from '../../model/world.ts'
import type { FilledResource } from '../../ports/world-control.ts'
import { CowMap } from '../cow-map.ts'
import type { Forkable } from '../controller.ts'
import { indexWorld, type WorldIndex } from './behaviour.ts'
import type { NodeHealth } from './liveness.ts'
import type { PodRuntime } from './runtime.ts'

/** In bytes, inodes or process numbers. */
export interface Fill {
  readonly resource: FilledResource | 'memory'
  readonly amount: number
}

export interface KubeletState extends Forkable {
  readonly world: World
  readonly index: WorldIndex
  setWorld(world: World): void
  /** By node name; a node that is not here is healthy. */
  readonly nodes: CowMap<NodeHealth>
  /** By pod uid. */
  readonly pods: CowMap<PodRuntime>
  /** Pod uid by `namespace/name`, for logs and for pods whose object is gone. */
  readonly uidByPod: CowMap<string>
  /** Images on a node: `node|image`. */
  readonly images: CowMap<true>
  /** Uids of pods whose status is still the one that was collected: it holds more than these kubelets know. */
  readonly asCollected: CowMap<true>
  /** `namespace/name` by uid of pods whose resize waits for room on their node. */
  readonly deferred: CowMap<string>
  /** What others than pods hold of a node, by its name, where a fault says so. */
  readonly fills: CowMap<Fill>
  /** Counter for addresses and container ids. */
  nextNumber(): number
  fork(): KubeletState
}

export function createKubeletState(): KubeletState {
  return stateOver({ world: parseWorld({}), nodes: new CowMap(), pods: new CowMap(), uidByPod: new CowMap(), images: new CowMap(), asCollected: new CowMap(), deferred: new CowMap(), fills: new CowMap(), counter: 0 })
}

interface Parts {
  readonly world: World
  readonly nodes: CowMap<NodeHealth>
  readonly pods: CowMap<PodRuntime>
  readonly uidByPod: CowMap<string>
  readonly images: CowMap<true>
  readonly asCollected: CowMap<true>
  readonly deferred: CowMap<string>
  readonly fills: CowMap<Fill>
  readonly counter: number
}

function stateOver(parts: Parts): KubeletState {
  const { nodes, pods, uidByPod, images, asCollected, deferred, fills } = parts
  let world = parts.world
  let index = indexWorld(world)
  let counter = parts.counter
  return {
    get world() {
      return world
    },
    get index() {
      return index
    },
    setWorld(next) {
      world = next
      index = indexWorld(next)
    },
    nodes,
    pods,
    uidByPod,
    images,
    asCollected,
    deferred,
    fills,
    nextNumber: () => (counter += 1),
    fork: () => stateOver({ world, nodes: nodes.fork(), pods: pods.fork(), uidByPod: uidByPod.fork(), images: images.fork(), asCollected: asCollected.fork(), deferred: deferred.fork(), fills: fills.fork(), counter }),
  }
}
