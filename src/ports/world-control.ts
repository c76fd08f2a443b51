/**
 * Faults for simulated clusters: the twin, and the fake nodes of a real control plane. Used by stories, tests and
 * game days alike. A real cluster has no such port.
 */

import type { World } from '../model/world.ts'

export type NodeCondition = 'DiskPressure' | 'MemoryPressure' | 'PIDPressure'

export type FilledResource = 'disk' | 'inodes' | 'pids'

export type NodeFault =
  /** The kubelet reports NotReady and keeps reporting; running containers stay, nothing new starts. */
  | { readonly type: 'not-ready'; readonly conditions: readonly NodeCondition[]; readonly message: string }
  /** Something that is no pod takes so much of a resource that `percent` of it are used; the kubelet does what it does then. */
  | { readonly type: 'fills'; readonly resource: FilledResource; readonly percent: number }
  /** The kubelet stops reporting: leases end, conditions turn Unknown. */
  | { readonly type: 'silent' }
  /** As it was before any fault. */
  | { readonly type: 'healthy' }

export interface WorldControl {
  setNode(name: string, nodeFault: NodeFault): Promise<void>
  /** Replaces the world; running containers notice at their next start or probe. */
  setWorld(world: World): Promise<void>
}
