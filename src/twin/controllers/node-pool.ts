/**
 * Node pools: what a cloud's instance group does. Where a pool has fewer nodes than its size, a machine is ordered
 * and joins `provisionSeconds` later. A cordoned or broken node still counts: only a deleted one is replaced.
 */

import type { NodePool } from '../../model/world.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { Context, Controller, Forkable } from '../controller.ts'
import { CowMap } from '../cow-map.ts'
import { KUBELET_NAME } from '../kubelet/liveness.ts'
import type { KubeletState } from '../kubelet/state.ts'
import type { StoreReader } from '../store.ts'

export const NODE_POOL_NAME = 'node-pool'

interface Order {
  readonly atMs: number
  /** The node that is replaced: its zone and labels are the new one's. */
  readonly lost?: KubeObject
}

export interface PoolState extends Forkable {
  /** By pool. */
  readonly orders: CowMap<readonly Order[]>
  /** Nodes that went and were not replaced yet, by name. */
  readonly lost: CowMap<KubeObject>
  fork(): PoolState
}

/** Every pool is asked after any node came or went: pools are few, and their labels live in the world. */
const ALL = '*'

export const nodePool: Controller<PoolState> = {
  name: NODE_POOL_NAME,
  watches: ['/Node'],
  latencyMs: 10,
  createState: () => poolState(new CowMap(), new CowMap()),
  observe({ before, after }, state) {
    if (after === undefined && before !== undefined) state.lost.set(before.metadata.name ?? '', before)
  },
  keysFor: (change) => (change.before === undefined || change.after === undefined ? [ALL] : []),
  sync(key, context) {
    const { world } = context.stateOf<KubeletState>(KUBELET_NAME)
    for (const pool of world.pools) if (key === ALL || key === pool.name) syncPool(context, pool)
  },
}

function poolState(orders: PoolState['orders'], lost: PoolState['lost']): PoolState {
  return { orders, lost, fork: () => poolState(orders.fork(), lost.fork()) }
}

function syncPool(context: Context<PoolState>, pool: NodePool): void {
  const nowMs = context.nowMs()
  const orders = context.state.orders.get(pool.name) ?? []
  for (const order of orders) if (order.atMs <= nowMs) context.api.create(newNode(context, pool, order))
  const coming = orders.filter((order) => order.atMs > nowMs)
  const missing = Math.max(0, pool.size - membersOf(context.store, pool).length - coming.length)
  const ordered = Array.from({ length: missing }, () => newOrder(context, pool))
  const next = [...coming, ...ordered]
  context.state.orders.set(pool.name, next)
  if (next.length > 0) context.wakeAfter(pool.name, Math.min(...next.map((order) => order.atMs)) - nowMs)
}

function newOrder({ state, ...context }: Context<PoolState>, pool: NodePool): Order {
  const atMs = context.nowMs() + pool.provisionSeconds * 1000
  for (const [name, lost] of state.lost.entries()) {
    if (!isMember(lost, pool)) continue
    state.lost.delete(name)
    return { atMs, lost }
  }
  return { atMs }
}

export function isMember(node: KubeObject, pool: Pick<NodePool, 'matchLabels'>): boolean {
  return Object.entries(pool.matchLabels).every(([key, value]) => node.metadata.labels?.[key] === value)
}

function membersOf(store: StoreReader, pool: NodePool): KubeObject[] {
  return [...store.list('/Node')].filter((node) => isMember(node, pool))
}

/** Shaped after the one it replaces, else after a member that is still there, else after the pool alone. */
function newNode(context: Context<PoolState>, pool: NodePool, order: Order): KubeObject {
  const name = `${pool.name}-${suffix(context)}`
  const model = order.lost ?? membersOf(context.store, pool)[0]
  const labels = { 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64', ...model?.metadata.labels, ...pool.matchLabels, 'kubernetes.io/hostname': name }
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels },
    spec: {},
    status: { capacity: pool.capacity, allocatable: pool.capacity },
  }
}

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'

function suffix({ rng }: Context<PoolState>): string {
  return Array.from({ length: 5 }, () => ALPHABET[rng.below(ALPHABET.length)]).join('')
}
