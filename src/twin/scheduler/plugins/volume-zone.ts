/**
 * VolumeZone: zone and region labels on a bound volume must be the node's, where the node has any.
 *
 * It serves volumes of old in-tree drivers, which say their zone in labels; newer ones say it in node affinity.
 */

import type { Labels } from '../../../model/kube/selector.ts'
import type { PodInfo } from '../pod-info.ts'
import { SKIP, type FilterPlugin } from '../plugin.ts'
import { PASS, unresolvable, type Rejection } from '../status.ts'
import type { StoreReader } from '../../store.ts'
import { claimNamed, classNamed, classOf, diskNamed } from '../storage.ts'

const REFUSED = unresolvable('node(s) had no available volume zone')

/** Old label names and what they are called now. */
const TODAY: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
}
const TOPOLOGY_KEYS = [...Object.keys(TODAY), ...Object.values(TODAY)]

interface Topology {
  readonly key: string
  readonly values: ReadonlySet<string>
}

export const volumeZone: FilterPlugin = {
  name: 'VolumeZone',
  preFilter(pod, { store }) {
    const topologies: Topology[] = []
    for (const name of pod.claims) {
      const found = topologiesOf(pod, name, store)
      if ('reasons' in found) return { type: 'reject', rejection: found }
      topologies.push(...found)
    }
    if (topologies.length === 0) return SKIP
    return { type: 'check', filter: { check: ({ labels }) => (!hasTopology(labels) || topologies.every((topology) => isIn(labels, topology)) ? PASS : REFUSED) } }
  },
}

function hasTopology(labels: Labels): boolean {
  return TOPOLOGY_KEYS.some((key) => labels[key] !== undefined)
}

function isIn(labels: Labels, { key, values }: Topology): boolean {
  const value = labels[key] ?? labels[TODAY[key] ?? key]
  return value !== undefined && values.has(value)
}

/** Topologies of the volume behind a claim: none while the claim waits for its first consumer. */
function topologiesOf(pod: PodInfo, name: string, store: StoreReader): readonly Topology[] | Rejection {
  const claim = claimNamed(store, pod.namespace, name)
  if (claim === undefined) return unresolvable(`persistentvolumeclaim "${name}" not found`)
  const volumeName = claim.spec?.volumeName ?? ''
  if (volumeName === '') {
    if (classOf(claim) === '') return unresolvable('PersistentVolumeClaim had no pv name and storageClass name')
    const storageClass = classNamed(store, classOf(claim))
    if (storageClass === undefined) return unresolvable(`storageclass.storage.k8s.io "${classOf(claim)}" not found`)
    return storageClass.volumeBindingMode === 'WaitForFirstConsumer' ? [] : unresolvable('PersistentVolume had no name')
  }
  const disk = diskNamed(store, volumeName)
  if (disk === undefined) return unresolvable(`persistentvolume "${volumeName}" not found`)
  const labels = disk.metadata.labels ?? {}
  return TOPOLOGY_KEYS.flatMap((key) => (labels[key] === undefined ? [] : [{ key, values: new Set(labels[key].split('__')) }]))
}
