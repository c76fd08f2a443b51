/** Kinds that no part of Kubernetes itself acts on: they load and can be read and changed, and nothing answers them. */

import { groupKind, type KubeObject } from '../../model/kube-object.ts'
import { BUILT_IN_RESOURCES } from '../api/built-in-resources.ts'

const BUILT_IN = new Set(BUILT_IN_RESOURCES.map(({ group, kind }) => `${group}/${kind}`))
/** Read as observations, or another face of what is played. */
const READ_ONLY = new Set(['metrics.k8s.io/PodMetrics', 'metrics.k8s.io/NodeMetrics', 'events.k8s.io/Event'])
const NAMED_MAX = 8

/** One sentence; none where all kinds are Kubernetes' own. */
export function unplayedKinds(objects: readonly KubeObject[]): string[] {
  const counts = new Map<string, number>()
  for (const { apiVersion, kind } of objects) {
    const id = groupKind(apiVersion, kind)
    if (!BUILT_IN.has(id) && !READ_ONLY.has(id)) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  if (counts.size === 0) return []
  const sorted = [...counts].sort(([leftId, left], [rightId, right]) => right - left || (leftId < rightId ? -1 : 1))
  const named = sorted.slice(0, NAMED_MAX).map(([id, count]) => `${count} ${id.replace(/^\//, '')}`)
  const more = sorted.length - named.length
  return [`Of kinds that the twin does not know it holds ${named.join(', ')}${more > 0 ? ` and ${more} more kinds` : ''}: they load, and nobody acts on them.`]
}
