/** Nodes of the real side that come and go with a play, or with a family of plays. */

import type { KubeObject } from '../../src/model/kube-object.ts'
import { isReady } from '../../src/model/kube/workload.ts'
import type { Side } from './sides.ts'
import { until } from './until.ts'

interface Taint {
  readonly key: string
  readonly effect: string
}

interface NodeSpec {
  readonly unschedulable?: boolean
  readonly taints?: readonly Taint[]
}

/** Made in this order, and ready for pods when this returns. */
export async function openNodes(real: Side, nodes: readonly KubeObject[]): Promise<void> {
  for (const node of nodes) await real.cluster.create(node)
  await until(real, () => present(real, nodes).filter(isSettled).length === nodes.length)
}

export async function closeNodes(real: Side, nodes: readonly KubeObject[]): Promise<void> {
  await Promise.all(present(real, nodes).map(({ metadata }) => real.cluster.remove({ apiVersion: 'v1', kind: 'Node', name: metadata.name ?? '' }).catch(() => undefined)))
  await until(real, () => present(real, nodes).length === 0)
}

function present(real: Side, nodes: readonly KubeObject[]): readonly KubeObject[] {
  const names = new Set(nodes.map(({ metadata }) => metadata.name))
  return real.objects('v1', 'Node').filter(({ metadata }) => names.has(metadata.name))
}

/** The taints that a new node gets are gone, and that of a cordon is there. One that only advises is nobody's to take away. */
function isSettled(node: KubeObject): boolean {
  const { unschedulable = false, taints = [] } = (node['spec'] ?? {}) as NodeSpec
  const has = (key: string): boolean => taints.some((taint) => taint.key === `node.kubernetes.io/${key}` && taint.effect !== 'PreferNoSchedule')
  return isReady(node) && !has('not-ready') && (!unschedulable || has('unschedulable'))
}
