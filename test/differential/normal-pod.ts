/**
 * A pod in words that both sides share.
 *
 * A container that fails over and over is one state, not the several that it goes through; how often it was started
 * by now is a matter of time. The same for an image that cannot be pulled.
 */

import { controllerOf, type KubeObject } from '../../src/model/kube-object.ts'

interface ContainerStatus {
  readonly name: string
  readonly ready: boolean
  readonly restartCount: number
  readonly state?: { readonly waiting?: { readonly reason?: string }; readonly running?: object; readonly terminated?: { readonly reason?: string; readonly exitCode?: number } }
  readonly lastState?: { readonly terminated?: { readonly reason?: string; readonly exitCode?: number } }
}

interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
}

interface PodStatus {
  readonly phase?: string
  readonly reason?: string
  readonly nominatedNodeName?: string
  readonly conditions?: readonly Condition[]
  readonly containerStatuses?: readonly ContainerStatus[]
  readonly initContainerStatuses?: readonly ContainerStatus[]
}

/** Conditions whose sentence is part of what is compared; of the others it names containers. */
const TELLING = new Set(['PodScheduled', 'DisruptionTarget'])
const READINESS = new Set(['Ready', 'ContainersReady'])

/** Containers are told by name, whatever the order: a kubelet sorts them so, and the fake nodes keep the spec's. `zones`: the zones of nodes. Which zone a pod stands in is told where `comparesZones`: where constraints decide it. */
export function podState(pod: KubeObject, { zones, comparesZones }: { readonly zones: ReadonlyMap<string, string>; readonly comparesZones: boolean }): Readonly<Record<string, unknown>> {
  const status = (pod['status'] ?? {}) as PodStatus
  const nodeName = (pod['spec'] as { nodeName?: string } | undefined)?.nodeName
  const zoneOfNode = zones.get(nodeName ?? '')
  const containers = [...(status.initContainerStatuses ?? []), ...[...(status.containerStatuses ?? [])].sort((left, right) => (left.name < right.name ? -1 : 1))].map(containerState)
  const isFailing = containers.some(({ state }) => state === 'crashing')
  const { metadata } = pod
  const isNamed = metadata.generateName === undefined
  return {
    ...(isNamed ? { name: metadata.name } : { prefix: metadata.generateName }),
    owners: ownersOf(pod),
    hasOwner: controllerOf(pod) !== undefined,
    labels: labelsOf(pod, zoneOfNode),
    finalizers: metadata.finalizers,
    deleting: metadata.deletionTimestamp !== undefined,
    assigned: nodeName !== undefined,
    ...(!comparesZones || nodeName === undefined ? {} : { zone: zoneOfNode ?? 'gone' }),
    phase: status.phase,
    reason: status.reason,
    conditions: Object.fromEntries((status.conditions ?? []).filter(({ type }) => !isFailing || !READINESS.has(type)).sort((left, right) => (left.type < right.type ? -1 : 1)).map((condition) => [condition.type, conditionText(condition)])),
    containers,
  }
}

export function ownersOf({ metadata }: Pick<KubeObject, 'metadata'>): readonly string[] {
  return (metadata.ownerReferences ?? []).map(({ kind, name, controller, blockOwnerDeletion }) => [kind, name, controller, blockOwnerDeletion].join(' '))
}

const ZONE_LABEL = 'topology.kubernetes.io/zone'

/** In the order of their keys. The zone that a pod got from its node counts as such: nodes that are equal are chosen by chance. */
function labelsOf({ metadata }: KubeObject, zoneOfNode: string | undefined): Readonly<Record<string, string>> {
  const labels = Object.entries(metadata.labels ?? {}).map(([key, value]) => [key, key === ZONE_LABEL && value === zoneOfNode ? 'OF ITS NODE' : value] as const)
  return Object.fromEntries(labels.sort())
}

function conditionText({ type, status, reason, message }: Condition): string {
  return [status, reason, TELLING.has(type) ? message?.replaceAll(LEAVING_CLAIM, '$1 is gone or going') : undefined].filter((part) => part !== undefined && part !== '').join(' ')
}

/** A pod that waits hears that its claim is to go, and not that it went: what it says depends on whether it was tried at once or after a back-off. */
const LEAVING_CLAIM = /(persistentvolumeclaim "[^"]+") (is being deleted|not found)/g

function containerState({ name, ready, state, lastState, restartCount }: ContainerStatus): { readonly name: string; readonly state: string; readonly ready?: boolean; readonly restarts?: number } {
  const hasFailed = restartCount > 0 && (lastState?.terminated !== undefined || state?.terminated !== undefined)
  if (hasFailed || state?.waiting?.reason === 'CrashLoopBackOff') return { name, state: 'crashing' }
  if (state?.waiting?.reason === 'ErrImagePull' || state?.waiting?.reason === 'ImagePullBackOff') return { name, state: 'image', ready }
  return { name, state: state?.running === undefined ? (state?.terminated === undefined ? (state?.waiting?.reason ?? '') : `${state.terminated.reason} ${state.terminated.exitCode}`) : 'running', ready, restarts: restartCount }
}
