/**
 * The world control of a twin: faults of nodes and a new world, put into the kubelets' state and felt at once by
 * everything that they concern.
 */

import type { World } from '../model/world.ts'
import type { NodeFault, WorldControl } from '../ports/world-control.ts'
import { isNode } from '../model/kube/workload.ts'
import { KUBELET_NAME, type NodeHealth } from './kubelet/liveness.ts'
import { resourceOf } from './kubelet/disk-pressure.ts'
import { nodeKey, podKey, pressureKey } from './kubelet/kubelet.ts'
import type { KubeletState } from './kubelet/state.ts'
import { NODE_POOL_NAME } from './controllers/node-pool.ts'
import type { Simulation } from './simulation.ts'
import type { StoreReader } from './store.ts'

interface Handles {
  readonly simulation: Pick<Simulation, 'poke' | 'nowMs'>
  readonly store: StoreReader
  readonly state: KubeletState
}

export function createWorldControl(handles: Handles): WorldControl {
  return {
    setNode: async (name, nodeFault) => applyNodeFault(handles, name, nodeFault),
    setWorld: async (world) => applyWorld(handles, world),
  }
}

/** Also used where a twin is made: nothing to wait for. */
export function applyNodeFault(handles: Handles, name: string, nodeFault: NodeFault): void {
  const { simulation, store } = handles
  if (nodeFault.type === 'fills') fillNode(handles, name, nodeFault)
  else setHealth(handles, name, nodeFault)
  simulation.poke(KUBELET_NAME, nodeKey(name))
  simulation.poke(KUBELET_NAME, pressureKey(name))
  for (const pod of store.podsOn(name)) simulation.poke(KUBELET_NAME, podKey(pod))
}

/** A pressure that the kubelet itself found ends as it does: some minutes after its cause. */
function setHealth({ simulation, state }: Handles, name: string, nodeFault: Exclude<NodeFault, { type: 'fills' }>): void {
  const health = healthFrom(nodeFault, simulation.nowMs())
  const before = state.nodes.get(name)
  if (health !== undefined) state.nodes.set(name, health)
  else if (before?.type !== 'pressed' || before.foundMs === undefined) state.nodes.delete(name)
  if (nodeFault.type === 'healthy') state.fills.delete(name)
}

function fillNode({ simulation, store, state }: Handles, name: string, { resource, percent }: Extract<NodeFault, { type: 'fills' }>): void {
  const node = store.get({ apiVersion: 'v1', kind: 'Node', name })
  if (node === undefined || !isNode(node)) return
  state.fills.delete(name)
  const { capacity, used } = resourceOf({ state, node, pods: store.podsOn(name), nowMs: simulation.nowMs() }, resource)
  state.fills.set(name, { resource, amount: Math.max(0, Math.floor((capacity * percent) / 100) - used) })
}

export function applyWorld({ simulation, store, state }: Handles, world: World): void {
  state.setWorld(world)
  for (const pod of store.list('/Pod')) simulation.poke(KUBELET_NAME, podKey(pod))
  for (const node of store.list('/Node')) if (isNode(node)) simulation.poke(KUBELET_NAME, nodeKey(node.metadata.name ?? ''))
  for (const pool of world.pools) simulation.poke(NODE_POOL_NAME, pool.name)
}

function healthFrom(nodeFault: Exclude<NodeFault, { type: 'fills' }>, nowMs: number): NodeHealth | undefined {
  if (nodeFault.type === 'healthy') return undefined
  if (nodeFault.type === 'silent') return { type: 'silent', sinceMs: nowMs }
  return { type: 'not-ready', conditions: nodeFault.conditions, message: nodeFault.message }
}
