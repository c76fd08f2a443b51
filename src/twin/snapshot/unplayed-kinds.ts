/** Kinds that nobody in the twin acts on: they load and can be read and changed, and nothing answers them. */

import { groupKind, type KubeObject } from '../../model/kube-object.ts'
import { BUILT_IN_RESOURCES } from '../api/built-in-resources.ts'

const BUILT_IN = new Set(BUILT_IN_RESOURCES.map(({ group, kind }) => `${group}/${kind}`))
/** Read as observations, or another face of what is played. */
const READ_ONLY = new Set(['metrics.k8s.io/PodMetrics', 'metrics.k8s.io/NodeMetrics', 'events.k8s.io/Event'])
const NAMED_MAX = 8

/** Kubernetes' own, and a part that is not played would answer them. */
const ONLY_KEPT = new Set(['certificates.k8s.io/CertificateSigningRequest', 'resource.k8s.io/ResourceClaim', 'resource.k8s.io/ResourceClaimTemplate', 'resource.k8s.io/ResourceSlice', 'resource.k8s.io/DeviceClass'])

/** A sentence for each sort; none where all kinds are played. */
export function unplayedKinds(objects: readonly KubeObject[]): string[] {
  const unknown = counted(objects, (id) => !BUILT_IN.has(id) && !READ_ONLY.has(id))
  const kept = counted(objects, (id) => ONLY_KEPT.has(id))
  return [
    ...(unknown === '' ? [] : [`Of kinds that the twin does not know it holds ${unknown}: they load, and nobody acts on them.`]),
    ...(kept === '' ? [] : [`It holds ${kept}: they load, and nobody signs or hands out what they ask for.`]),
  ]
}

/** Most first; empty where there are none. */
function counted(objects: readonly KubeObject[], isMeant: (id: string) => boolean): string {
  const counts = new Map<string, number>()
  for (const { apiVersion, kind } of objects) {
    const id = groupKind(apiVersion, kind)
    if (isMeant(id)) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  const sorted = [...counts].sort(([leftId, left], [rightId, right]) => right - left || (leftId < rightId ? -1 : 1))
  const named = sorted.slice(0, NAMED_MAX).map(([id, count]) => `${count} ${id.replace(/^\//, '')}`)
  const more = sorted.length - named.length
  return `${named.join(', ')}${more > 0 ? ` and ${more} more kinds` : ''}`
}
