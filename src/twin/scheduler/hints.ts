/**
 * Queueing hints: which changes may help a pod that a plugin refused (upstream's EventsToRegister).
 *
 * A hint that says yes too often costs an attempt; one that says no wrongly leaves a pod waiting for the
 * five-minute flush. So hints look at kinds of change and only then at cheap facts.
 */

import type { ClusterEvent, NodeAspect, PodAspect } from './cluster-event.ts'

type Hint = (event: ClusterEvent) => boolean

/** May this change help a pod that these plugins refused? Nobody in particular refused: any change may. */
export function mayHelp(rejectedBy: readonly string[], event: ClusterEvent): boolean {
  if (rejectedBy.length === 0) return true
  return rejectedBy.some((plugin) => (HINTS[plugin] ?? always)(event))
}

const always: Hint = () => true

/** Whoever wants to hear of new nodes hears of every change of taints too (`buildQueueingHintMap`): a new node may have been refused for one. */
function onNode(event: ClusterEvent, ...aspects: readonly NodeAspect[]): boolean {
  if (event.type === 'node-added') return true
  return event.type === 'node-changed' && (event.aspects.has('taints') || aspects.some((aspect) => event.aspects.has(aspect)))
}

function onPods(event: ClusterEvent, ...aspects: readonly PodAspect[]): boolean {
  if (event.type === 'pod-placed' || event.type === 'pod-gone') return true
  return event.type === 'pod-changed' && aspects.some((aspect) => event.aspects.has(aspect))
}

/** Room on a node: a pod left, or asks for less. */
function onRoom(event: ClusterEvent): boolean {
  return event.type === 'pod-gone' || (event.type === 'pod-changed' && event.aspects.has('spec'))
}

function onKind(event: ClusterEvent, ...kinds: readonly string[]): boolean {
  return event.type === 'object' && kinds.includes(event.groupKind)
}

const CLAIM = '/PersistentVolumeClaim'
const VOLUME = '/PersistentVolume'
const CLASS = 'storage.k8s.io/StorageClass'
const CSI_NODE = 'storage.k8s.io/CSINode'
const CAPACITY = 'storage.k8s.io/CSIStorageCapacity'
const ATTACHMENT = 'storage.k8s.io/VolumeAttachment'

const HINTS: Readonly<Record<string, Hint>> = {
  NodeUnschedulable: (event) => onNode(event, 'unschedulable'),
  NodeName: (event) => onNode(event),
  TaintToleration: (event) => onNode(event),
  NodeAffinity: (event) => onNode(event, 'labels'),
  NodePorts: (event) => event.type === 'pod-gone' || onNode(event),
  NodeResourcesFit: (event) => onRoom(event) || onNode(event, 'allocatable'),
  PodTopologySpread: (event) => onPods(event, 'labels', 'terminating') || event.type === 'node-gone' || onNode(event, 'labels'),
  InterPodAffinity: (event) => onPods(event, 'labels') || onNode(event, 'labels') || onKind(event, '/Namespace'),
  VolumeRestrictions: (event) => event.type === 'pod-gone' || onNode(event) || onKind(event, CLAIM),
  NodeVolumeLimits: (event) => event.type === 'pod-gone' || onKind(event, CSI_NODE, CLAIM, ATTACHMENT),
  VolumeBinding: (event) => onNode(event, 'labels') || onKind(event, CLAIM, VOLUME, CLASS, CSI_NODE, CAPACITY),
  NodeDeclaredFeatures: (event) => onNode(event, 'features'),
  VolumeZone: (event) => onNode(event, 'labels') || onKind(event, CLAIM, VOLUME, CLASS),
}
