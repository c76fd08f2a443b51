/**
 * One look of the kubelet at one pod: what it stands on, and what it gathers on the way (events to record, when to
 * look again). The steps themselves turn one immutable runtime record into the next.
 */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import type { VersionProfile } from '../profile.ts'
import type { StoreReader } from '../store.ts'
import type { WorldIndex } from './behaviour.ts'
import { isEphemeral } from './ephemeral.ts'

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
  /** Since when the pod's probes tick: from when its volumes are there. */
  readonly probingSinceMs: number
  hasImage(image: string): boolean
  keepImage(image: string): void
  newContainerId(): string
  emit(event: KubeletEvent): void
  /** Asks to be called again at `atMs`; the earliest wins. */
  wakeAt(atMs: number): void
}

/** Containers of the init sequence and those added later have their own field paths in events. */
export function containerPath(step: Step, container: Container): string {
  if (isEphemeral(step.pod, container.name)) return `spec.ephemeralContainers{${container.name}}`
  const isInit = step.pod.spec?.initContainers?.some(({ name }) => name === container.name) === true
  return `spec.${isInit ? 'initContainers' : 'containers'}{${container.name}}`
}
