/**
 * Kubelets that give cores or memory to containers for themselves, as far as a KubeletConfiguration in a ConfigMap says so: they may refuse a
 * pod for which the scheduler found room, and no resize of a Guaranteed pod. The twin plays nodes that share everything.
 */

import type { Snapshot } from '../../model/snapshot.ts'
import { gapOf, type Gap } from './gap.ts'

/** Settings under which a kubelet decides more than sums (kubelet.config.k8s.io/v1beta1). */
const OWN_WAYS = [
  ['CPU manager', /^\s*"?cpuManagerPolicy"?:\s*"?static\b/m],
  ['memory manager', /^\s*"?memoryManagerPolicy"?:\s*"?Static\b/m],
  ['topology manager', /^\s*"?topologyManagerPolicy"?:\s*"?(?:restricted|single-numa-node)\b/m],
] as const

export function nodeManagers({ objects }: Snapshot): Gap[] {
  return OWN_WAYS.flatMap(([manager, pattern]) => {
    const set = objects.filter(({ kind, ...object }) => kind === 'ConfigMap' && Object.values((object['data'] ?? {}) as Readonly<Record<string, unknown>>).some((text) => typeof text === 'string' && /^\s*"?kind"?:\s*"?KubeletConfiguration/m.test(text) && pattern.test(text)))
    return gapOf(set, (names) => `${names} set the ${manager} of kubelets: which cores and memory a container gets, and whom a node refuses for it, is not played.`, (_, { hasScheduled }) => hasScheduled)
  })
}
