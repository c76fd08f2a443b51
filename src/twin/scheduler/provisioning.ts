/** Can a class make a volume that this node reaches? By its allowed topologies and, where tracked, its capacity. */

import type { CSIStorageCapacity } from 'kubernetes-types/storage/v1.d.ts'
import { matchesSelector, type Labels } from '../../model/kube/selector.ts'
import { parseQuantity } from '../../model/kube/quantity.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { StoreReader } from '../store.ts'
import type { NodeInfo } from './node-info.ts'
import { bytesOf, type Claim, type Class } from './storage.ts'

/** No topologies allow every node; else one term must hold in all its keys. */
export function firstMatchingTerm(storageClass: Class, labels: Labels): boolean {
  const terms = storageClass.allowedTopologies ?? []
  return terms.length === 0 || terms.some((term) => (term.matchLabelExpressions ?? []).every(({ key, values }) => labels[key] !== undefined && values.includes(labels[key])))
}

/** Only drivers that say so (`storageCapacity: true`) are held to the capacities they publish. */
export function hasCapacity(claim: Claim, storageClass: Class, node: NodeInfo, store: StoreReader): boolean {
  const driver = store.get({ apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', name: storageClass.provisioner })
  if ((driver?.['spec'] as { storageCapacity?: boolean } | undefined)?.storageCapacity !== true) return true
  const wanted = bytesOf(claim.spec?.resources?.requests)
  const published = Array.from(store.list('storage.k8s.io/CSIStorageCapacity')) as unknown as (KubeObject & CSIStorageCapacity)[]
  return published.some((capacity) => {
    if (capacity.storageClassName !== storageClass.metadata.name || !matchesSelector(capacity.nodeTopology, node.labels)) return false
    const largest = parseQuantity(capacity.maximumVolumeSize ?? capacity.capacity) ?? 0
    return largest >= wanted
  })
}
