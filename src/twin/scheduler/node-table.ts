/**
 * Nodes by slot, by name, and in the order in which the scheduler looks at them.
 *
 * That order takes one node from each zone in turn, zones in the order they were first seen
 * (pkg/scheduler/backend/cache/node_tree.go); it is made anew only after nodes came, went or moved zone. Slots
 * are small numbers, so that counts per node can be kept without names. A fork copies two flat tables.
 */

import { emptyNodeInfo, type NodeInfo } from './node-info.ts'
import type { Labels } from '../../model/kube/selector.ts'

export interface NodeTable {
  at(slot: number): NodeInfo | undefined
  byName(name: string): NodeInfo | undefined
  /** The info under this name, with a slot of its own from now on. */
  ensure(name: string): NodeInfo
  /** Replaces the info in its slot; one without node and pods gives its slot back. */
  put(info: NodeInfo): void
  /** Slots of existing nodes, one zone after the other in turn. */
  order(): readonly number[]
  /** How many nodes exist. */
  readonly count: number
  fork(): NodeTable
}

interface Tables {
  readonly infos: (NodeInfo | undefined)[]
  readonly slots: Map<string, number>
  readonly free: number[]
  /** Slots by zone, both in order of arrival. */
  readonly zones: Map<string, readonly number[]>
  order: readonly number[] | undefined
}

export function createNodeTable(): NodeTable {
  return tableOver({ infos: [], slots: new Map(), free: [], zones: new Map(), order: undefined })
}

function tableOver(tables: Tables): NodeTable {
  const { infos, slots, free, zones } = tables
  const place = (info: NodeInfo): void => {
    infos[info.slot] = info
    slots.set(info.name, info.slot)
  }
  return {
    get count() {
      return Array.from(zones.values()).reduce((sum, members) => sum + members.length, 0)
    },
    at: (slot) => infos[slot],
    byName: (name) => infos[slots.get(name) ?? -1],
    ensure(name) {
      const slot = slots.get(name)
      const known = slot === undefined ? undefined : infos[slot]
      if (known !== undefined) return known
      const fresh = emptyNodeInfo(name, free.pop() ?? infos.length)
      place(fresh)
      return fresh
    },
    put(info) {
      moveZone(tables, infos[info.slot], info)
      place(info)
      if (info.node !== undefined || info.pods.length > 0) return
      infos[info.slot] = undefined
      slots.delete(info.name)
      free.push(info.slot)
    },
    order: () => (tables.order ??= roundRobin(Array.from(zones.values()))),
    fork: () => tableOver({ infos: [...infos], slots: new Map(slots), free: [...free], zones: new Map(zones), order: tables.order }),
  }
}

function moveZone(tables: Tables, before: NodeInfo | undefined, after: NodeInfo): void {
  // Most changes are of the pods on a node.
  if (before?.node === after.node) return
  const from = before?.node === undefined ? undefined : zoneOf(before.labels)
  const to = after.node === undefined ? undefined : zoneOf(after.labels)
  if (from === to) return
  const { zones } = tables
  if (from !== undefined) {
    const rest = (zones.get(from) ?? []).filter((slot) => slot !== after.slot)
    if (rest.length === 0) zones.delete(from)
    else zones.set(from, rest)
  }
  if (to !== undefined) zones.set(to, [...(zones.get(to) ?? []), after.slot])
  tables.order = undefined
}

/** Region and zone together (k8s.io/component-helpers/node/topology); nodes without either share one zone. */
export function zoneOf(labels: Labels): string {
  const zone = labels['topology.kubernetes.io/zone'] ?? labels['failure-domain.beta.kubernetes.io/zone'] ?? ''
  const region = labels['topology.kubernetes.io/region'] ?? labels['failure-domain.beta.kubernetes.io/region'] ?? ''
  return zone === '' && region === '' ? '' : `${region}:\u0000:${zone}`
}

function roundRobin(zones: readonly (readonly number[])[]): readonly number[] {
  const order: number[] = []
  const longest = zones.reduce((max, members) => Math.max(max, members.length), 0)
  for (let round = 0; round < longest; round += 1) {
    for (const members of zones) {
      const slot = members[round]
      if (slot !== undefined) order.push(slot)
    }
  }
  return order
}
