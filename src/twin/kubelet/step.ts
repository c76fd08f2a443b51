/**
 * One look of the kubelet at one pod: what it stands on, and what it gathers on the way (events to record, when to
 * look again). The steps themselves turn one immutable runtime record into the next.
 */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import type { VersionProfile } from '../profile.ts'
import type { StoreReader } from '../store.ts'
import type { WorldIndex } from './behaviour.ts'

export interface KubeletEvent {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  readonly fieldPath?: string
}

export interface Step {
  readonly pod: PodObject
  readonly nowMs: number
  readonly store: StoreReader
  readonly profile: VersionProfile
  readonly index: WorldIndex
  /** False on a node that is not ready: what runs goes on, nothing starts. */
  readonly canStart: boolean
  readonly podIp: string
  hasImage(image: string): boolean
  keepImage(image: string): void
  newContainerId(): string
  emit(event: KubeletEvent): void
  /** Asks to be called again at `atMs`; the earliest wins. */
  wakeAt(atMs: number): void
}

/** Containers of the init sequence have their own field path in events. */
export function containerPath(step: Step, container: Container): string {
  const isInit = step.pod.spec?.initContainers?.some(({ name }) => name === container.name) === true
  return `spec.${isInit ? 'initContainers' : 'containers'}{${container.name}}`
}

/** An init container that is restarted always: it runs beside the others. */
export function isSidecar(container: Container): boolean {
  return (container as { restartPolicy?: string }).restartPolicy === 'Always'
}

export function restartPolicyOf(step: Step, container: Container): 'Always' | 'OnFailure' | 'Never' {
  if (isSidecar(container)) return 'Always'
  const podPolicy = (step.pod.spec?.restartPolicy ?? 'Always') as 'Always' | 'OnFailure' | 'Never'
  const isInit = step.pod.spec?.initContainers?.some(({ name }) => name === container.name) === true
  return isInit && podPolicy === 'Always' ? 'OnFailure' : podPolicy
}

/** The same question where only a pod is at hand. */
export function restartsAlways(pod: PodObject, container: Container): boolean {
  if (isSidecar(container)) return true
  const isInit = pod.spec?.initContainers?.some(({ name }) => name === container.name) === true
  return !isInit && (pod.spec?.restartPolicy ?? 'Always') === 'Always'
}
