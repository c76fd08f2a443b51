/**
 * PodTopologyLabels admission (`plugin/pkg/admission/podtopologylabels`, on from 1.35): a pod learns the zone and the
 * region of its node, whether a scheduler binds it or it is made with its node.
 *
 * The node's word wins over what the pod said of itself; a node that is not there says nothing.
 */

import type { KubeObject } from '../../model/kube-object.ts'
import type { ApiEnvironment } from './environment.ts'

const TOPOLOGY_LABELS = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone']

/** The pod as it is on this node; the same value where the node tells nothing. */
export function withTopologyLabels({ store, profile }: Pick<ApiEnvironment, 'store' | 'profile'>, pod: KubeObject, nodeName: string): KubeObject {
  if (!profile.podTopologyLabels || nodeName === '') return pod
  const labels = store.get({ apiVersion: 'v1', kind: 'Node', name: nodeName })?.metadata.labels ?? {}
  const copied = TOPOLOGY_LABELS.flatMap((key) => (labels[key] === undefined ? [] : [[key, labels[key]] as const]))
  return copied.length === 0 ? pod : { ...pod, metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, ...Object.fromEntries(copied) } } }
}
