/**
 * Containers that are in trouble now: the one reading of container statuses that the crash, image, configuration and
 * memory hazards share.
 *
 * A restart counter is history, not trouble. A container that runs and is ready counts only while it keeps falling:
 * its last end is recent, and it has ended before.
 */

import type { Container, ContainerState, ContainerStatus } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { containersOf, isPod, isTerminating, podTemplateOf, type PodObject } from '../../model/kube/workload.ts'
import type { View } from '../../model/view.ts'
import { workloadOf } from '../../model/topology/ownership.ts'
import { perView } from '../../model/per-view.ts'
import { isSettled } from './settled-pods.ts'

export interface Ending {
  readonly exitCode: number
  readonly reason: string
  readonly message: string
  readonly signal: number | undefined
  readonly startedMs: number | undefined
  readonly finishedMs: number | undefined
  /** Where in the pod it is written, for evidence. */
  readonly path: string
}

export interface ContainerTrouble {
  readonly pod: PodObject
  readonly workload: KubeObject
  readonly name: string
  readonly init: boolean
  readonly spec: Container | undefined
  readonly status: ContainerStatus
  /** `status.containerStatuses[0]`. */
  readonly path: string
  readonly waiting: { readonly reason: string; readonly message: string } | undefined
  /** How it ended last, where it did. */
  readonly ending: Ending | undefined
  readonly restarts: number
  readonly sinceMs: number | undefined
}

/** A container that stands again is in trouble for this long after its last end, if it keeps ending. */
const FLAPPING_MS = 10 * 60_000
/** …and this long while it restarts about as often as it has run since. */
const SLOW_FLAPPING_MS = 60 * 60_000
const CALM_WAITS = new Set(['ContainerCreating', 'PodInitializing', ''])

/** All containers in trouble, over all pods that are neither terminating nor settled. */
export const troubledContainers = perView((view): readonly ContainerTrouble[] =>
  view.list('', 'Pod').filter(isPod).filter((pod) => !isTerminating(pod) && !isSettled(view, pod)).flatMap((pod) => troublesOf(view, pod)),
)

function troublesOf(view: View, pod: PodObject): ContainerTrouble[] {
  return [...rowsOf(pod, 'initContainerStatuses'), ...rowsOf(pod, 'containerStatuses')]
    .filter(({ status, init }) => isTroubled({ view, pod, status, init }))
    .map((row) => troubleFrom(view, pod, row))
}

interface Row {
  readonly status: ContainerStatus
  readonly path: string
  readonly init: boolean
}

function rowsOf(pod: PodObject, field: 'initContainerStatuses' | 'containerStatuses'): Row[] {
  return (pod.status?.[field] ?? []).map((status, index) => ({ status, path: `status.${field}[${index}]`, init: field === 'initContainerStatuses' }))
}

function isTroubled(options: { readonly view: View; readonly pod: PodObject; readonly status: ContainerStatus; readonly init: boolean }): boolean {
  const { view, pod, status } = options
  const { waiting, terminated } = status.state ?? {}
  if (waiting !== undefined) return !CALM_WAITS.has(waiting.reason ?? '') || badEnd(status.lastState)
  if (terminated !== undefined) return badEnd(status.state) || (!options.init && restartsAlways(pod) && (status.restartCount ?? 0) > 0)
  return isFlapping({ view, pod, status })
}

function restartsAlways(pod: PodObject): boolean {
  return (pod.spec?.restartPolicy ?? 'Always') === 'Always'
}

function badEnd(state: ContainerState | undefined): boolean {
  const ended = state?.terminated
  return ended !== undefined && (ended.exitCode !== 0 || ended.reason === 'OOMKilled')
}

function isFlapping(options: { readonly view: View; readonly pod: PodObject; readonly status: ContainerStatus }): boolean {
  const { view, pod, status } = options
  const restarts = status.restartCount ?? 0
  const ended = status.lastState?.terminated
  if (restarts === 0 || ended === undefined) return false
  if (status.ready && restarts < 2) return false
  const calmMs = view.nowMs - (parseTimeMs(ended.finishedAt) ?? parseTimeMs(status.state?.running?.startedAt) ?? 0)
  if (!status.ready && restarts < 2) return calmMs < FLAPPING_MS && badEnd(status.lastState)
  if (calmMs < FLAPPING_MS) return true
  const ageMs = view.nowMs - (parseTimeMs(pod.status?.startTime ?? pod.metadata.creationTimestamp) ?? 0)
  return restarts >= 3 && calmMs < SLOW_FLAPPING_MS && calmMs < (2 * ageMs) / restarts
}

function troubleFrom(view: View, pod: PodObject, { status, path, init }: Row): ContainerTrouble {
  const waiting = status.state?.waiting
  return {
    pod,
    workload: workloadOf(view, pod),
    name: status.name,
    init,
    spec: containersOf(podTemplateOf(pod)).find((container) => container.name === status.name),
    status,
    path,
    waiting: waiting === undefined ? undefined : { reason: waiting.reason ?? '', message: waiting.message ?? '' },
    ending: endingOf(status.state, `${path}.state.terminated`) ?? endingOf(status.lastState, `${path}.lastState.terminated`),
    restarts: status.restartCount ?? 0,
    sinceMs: sinceOf(view, pod, status),
  }
}

function endingOf(state: ContainerState | undefined, path: string): Ending | undefined {
  const ended = state?.terminated
  if (ended === undefined) return undefined
  return {
    exitCode: ended.exitCode,
    reason: ended.reason ?? '',
    message: ended.message ?? '',
    signal: ended.signal,
    startedMs: parseTimeMs(ended.startedAt),
    finishedMs: parseTimeMs(ended.finishedAt),
    path,
  }
}

/** When the pod's readiness turned, else when its events began, else when it started. */
function sinceOf(view: View, pod: PodObject, status: ContainerStatus): number | undefined {
  const turned = pod.status?.conditions?.find((condition) => condition.type === 'Ready' && condition.status !== 'True')?.lastTransitionTime
  const begun = view.eventsFor(pod).filter((event) => event.type === 'Warning').map((event) => event.firstMs).filter((time) => time !== undefined)
  const times = [...begun, parseTimeMs(turned), parseTimeMs(status.lastState?.terminated?.finishedAt)].filter((time) => time !== undefined)
  return times.length > 0 ? Math.min(...times) : parseTimeMs(pod.metadata.creationTimestamp)
}

/** Groups by the container of a workload: one fault seen in ten pods is one finding. */
export function byWorkloadContainer(troubles: readonly ContainerTrouble[]): ContainerTrouble[][] {
  const groups = Map.groupBy(troubles, (trouble) => `${trouble.workload.kind}|${trouble.workload.metadata.namespace ?? ''}|${trouble.workload.metadata.name ?? ''}|${trouble.name}`)
  return [...groups.values()]
}
