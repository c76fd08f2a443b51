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
const PLACES = new Set(['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'])
const READINESS = new Set(['Ready', 'ContainersReady'])

export function podState(pod: KubeObject, zones: ReadonlyMap<string, string> | undefined): Readonly<Record<string, unknown>> {
  const status = (pod['status'] ?? {}) as PodStatus
  const nodeName = (pod['spec'] as { nodeName?: string } | undefined)?.nodeName
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].map(containerState)
  const isFailing = containers.some(({ state }) => state === 'crashing')
  const { metadata } = pod
  const isNamed = metadata.generateName === undefined
  return {
    ...(isNamed ? { name: metadata.name } : { prefix: metadata.generateName }),
    owners: (metadata.ownerReferences ?? []).map(({ kind, name, controller, blockOwnerDeletion }) => [kind, name, controller, blockOwnerDeletion].join(' ')),
    hasOwner: controllerOf(pod) !== undefined,
    labels: labelsOf(metadata.labels ?? {}, zones !== undefined),
    finalizers: metadata.finalizers,
    deleting: metadata.deletionTimestamp !== undefined,
    assigned: nodeName !== undefined,
    ...(zones === undefined || nodeName === undefined ? {} : { zone: zones.get(nodeName) ?? 'gone' }),
    phase: status.phase,
    reason: status.reason,
    conditions: Object.fromEntries((status.conditions ?? []).filter(({ type }) => !isFailing || !READINESS.has(type)).sort((left, right) => (left.type < right.type ? -1 : 1)).map((condition) => [condition.type, conditionText(condition)])),
    containers,
  }
}

/** In order of their keys. Binding puts the labels of the node's place on a pod: which, is chance where its zone is. */
function labelsOf(labels: Readonly<Record<string, string>>, withPlace: boolean): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).sort().map(([key, value]) => [key, withPlace || !PLACES.has(key) ? value : 'PLACE']))
}

function conditionText({ type, status, reason, message }: Condition): string {
  return [status, reason, TELLING.has(type) ? message : undefined].filter((part) => part !== undefined && part !== '').join(' ')
}

function containerState({ name, ready, state, lastState, restartCount }: ContainerStatus): { readonly name: string; readonly state: string; readonly ready?: boolean; readonly restarts?: number } {
  const hasFailed = restartCount > 0 && (lastState?.terminated !== undefined || state?.terminated !== undefined)
  if (hasFailed || state?.waiting?.reason === 'CrashLoopBackOff') return { name, state: 'crashing' }
  if (state?.waiting?.reason === 'ErrImagePull' || state?.waiting?.reason === 'ImagePullBackOff') return { name, state: 'image', ready }
  return { name, state: state?.running === undefined ? (state?.terminated === undefined ? (state?.waiting?.reason ?? '') : `${state.terminated.reason} ${state.terminated.exitCode}`) : 'running', ready, restarts: restartCount }
}
