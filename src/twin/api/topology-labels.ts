/**
 * PodTopologyLabels admission (`plugin/pkg/admission/podtopologylabels`, on from 1.35): a pod learns the zone and the
 * region of its node, whether a scheduler binds it or it is made with its node.
 *
 * The node's word wins over what the pod said of itself; a node that is not there says nothing.
 */

import type { KubeObject } from '../../model/kube-object.ts'
import type { Labels } from '../../model/kube/selector.ts'
import type { ApiEnvironment } from './environment.ts'

const TOPOLOGY_LABELS = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone']

/** The pod as it is on this node; the same value where the node tells nothing. */
export function withTopologyLabels({ store, profile }: Pick<ApiEnvironment, 'store' | 'profile'>, pod: KubeObject, nodeName: string): KubeObject {
  if (!profile.podTopologyLabels || nodeName === '') return pod
  const labels = store.get({ apiVersion: 'v1', kind: 'Node', name: nodeName })?.metadata.labels ?? {}
  const copied = TOPOLOGY_LABELS.flatMap((key) => (labels[key] === undefined ? [] : [[key, labels[key]] as const]))
  return copied.length === 0 ? pod : { ...pod, metadata: { ...pod.metadata, labels: labelsWith(pod.metadata.labels ?? NONE, copied) } }
}

const NONE: Labels = {}
const made = new WeakMap<Labels, Map<string, Labels>>()

/** Pods of one template share their labels, and those of them in one zone go on doing so: what is made of labels is remembered by the object. */
function labelsWith(own: Labels, copied: readonly (readonly [string, string])[]): Labels {
  const places = made.get(own) ?? new Map<string, Labels>()
  made.set(own, places)
  const place = JSON.stringify(copied)
  const known = places.get(place)
  if (known !== undefined) return known
  const labels = { ...own, ...Object.fromEntries(copied) }
  places.set(place, labels)
  return labels
}
