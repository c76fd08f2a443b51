/** What a snapshot shows of one container: its spec, its status, what was said about it, how it was set up. */

import type { Container, ContainerStateTerminated, ContainerStatus } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { objectKey, refOf, subjectText, subjectOf, type KubeObject } from '../../model/kube-object.ts'
import { conditionOf, isPod, type PodObject } from '../../model/kube/workload.ts'
import type { ContainerLog } from '../../model/snapshot.ts'
import { setupDigest } from '../kubelet/setup-digest.ts'
import type { StoreReader } from '../store.ts'

export interface EventObject {
  readonly reason: string
  readonly message: string
  /** When it first happened; undefined where the event does not say. */
  readonly atMs?: number
  /** When it last happened; undefined where the event does not say. */
  readonly lastMs?: number
}

export interface Observation {
  readonly pod: PodObject
  readonly container: Container
  readonly status?: ContainerStatus
  readonly events: readonly EventObject[]
  /** What it printed last, of the run that ended where there is one. */
  readonly log: string
  /** Its digest; worked out when asked, because most containers are well. */
  readonly setup: () => string
}

export interface Sight {
  readonly objects: readonly KubeObject[]
  readonly nowMs: number
  readonly lookup: Pick<StoreReader, 'get'>
  readonly observations: readonly Observation[]
}

export function lookAt(objects: readonly KubeObject[], logs: readonly ContainerLog[], nowMs: number): Sight {
  let byKey: ReadonlyMap<string, KubeObject> | undefined
  // Of a cluster that is well nothing is looked up.
  const lookup: Sight['lookup'] = { get: (ref) => (byKey ??= new Map(objects.map((object) => [objectKey(refOf(object)), object]))).get(objectKey(ref)) }
  const events = eventsByPod(objects)
  const texts = new Map(logs.map((log) => [`${log.namespace}/${log.pod}/${log.container}/${log.previous}`, log.text]))
  const observations = objects.filter(isPod).flatMap((pod) => observationsOf(pod, { lookup, events, texts }))
  return { objects, nowMs, lookup, observations }
}

interface Sources {
  readonly lookup: Sight['lookup']
  readonly events: ReadonlyMap<string, readonly EventObject[]>
  readonly texts: ReadonlyMap<string, string>
}

function observationsOf(pod: PodObject, { lookup, events, texts }: Sources): Observation[] {
  const path = `${pod.metadata.namespace ?? ''}/${pod.metadata.name ?? ''}`
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
  return [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].map((container) => {
    const status = statuses.find(({ name }) => name === container.name)
    return {
      pod,
      container,
      ...(status === undefined ? {} : { status }),
      events: events.get(path) ?? [],
      log: texts.get(`${path}/${container.name}/true`) ?? texts.get(`${path}/${container.name}/false`) ?? '',
      setup: () => setupDigest({ store: lookup, pod }, container),
    }
  })
}

function eventsByPod(objects: readonly KubeObject[]): ReadonlyMap<string, readonly EventObject[]> {
  const byPod = new Map<string, EventObject[]>()
  for (const object of objects) {
    if (object.kind !== 'Event') continue
    const about = (object['involvedObject'] ?? object['regarding']) as { kind?: string; namespace?: string; name?: string } | undefined
    if (about?.kind !== 'Pod') continue
    const path = `${about.namespace ?? object.metadata.namespace ?? ''}/${about.name ?? ''}`
    const list = byPod.get(path) ?? []
    const lastMs = lastTime(object)
    const [firstMs] = ['firstTimestamp', 'eventTime', 'deprecatedFirstTimestamp'].flatMap((field) => parseTimeMs(String(object[field] ?? '')) ?? [])
    list.push({ reason: String(object['reason'] ?? ''), message: String(object['message'] ?? object['note'] ?? ''), ...(firstMs === undefined ? {} : { atMs: firstMs }), ...(lastMs === undefined ? {} : { lastMs }) })
    byPod.set(path, list)
  }
  return byPod
}

/** A series that goes on says so in its own field; of a single event the first time is the last. */
export function lastTime(event: KubeObject): number | undefined {
  const series = event['series'] as { readonly lastObservedTime?: string } | undefined
  const [lastMs] = [series?.lastObservedTime, event['lastTimestamp'], event['deprecatedLastTimestamp'], event['eventTime'], event['firstTimestamp']].flatMap((time) => parseTimeMs(String(time ?? '')) ?? [])
  return lastMs
}

/** On a node that fell silent: what the pod says is as old as the silence, and how long it has said so proves nothing. */
export function isCutOff({ lookup }: Sight, { pod }: Pick<Observation, 'pod'>): boolean {
  const node = lookup.get({ apiVersion: 'v1', kind: 'Node', name: pod.spec?.nodeName ?? '' })
  return node !== undefined && conditionOf(node, 'Ready')?.status === 'Unknown'
}

/** How the container last ended, if it ended and has not been well for long since. */
export function recentEnd(observation: Observation, nowMs: number): ContainerStateTerminated | undefined {
  const { status } = observation
  const running = status?.state?.running
  if (running !== undefined && status?.ready === true) {
    const sinceMs = Date.parse(String(running.startedAt ?? ''))
    if (!Number.isFinite(sinceMs) || nowMs - sinceMs > LONG_WELL_MS) return undefined
  }
  return status?.state?.terminated ?? status?.lastState?.terminated
}

/**
 * Killed by its kubelet because a probe failed: the probe's answer is what persists, not the exit. Where no events were
 * collected, an end by SIGTERM or SIGKILL of a container with such a probe is taken for one.
 */
export function isProbeKill({ container, events, status }: Observation): boolean {
  if (container.livenessProbe === undefined && container.startupProbe === undefined) return false
  const end = status?.state?.terminated ?? status?.lastState?.terminated
  if (end === undefined || end.reason === 'OOMKilled') return false
  const isSignalled = end.exitCode === 137 || end.exitCode === 143
  const saidSo = events.some(({ reason, message }) => reason === 'Killing' && message.includes(container.name) && /failed (liveness|startup) probe/.test(message))
  const probeFailed = events.some(({ reason, message }) => reason === 'Unhealthy' && /^(Liveness|Startup) probe/.test(message))
  return saidSo || (probeFailed && (isSignalled || end.exitCode === 0)) || (events.length === 0 && isSignalled)
}

/** Times in statuses are of whole seconds. */
export const ROUNDING_MS = 1_000

/** When the API server took the deletion of the pod: the time in the object is when the grace is over. */
export function deletedMs({ pod }: Observation): number | undefined {
  const dueMs = parseTimeMs(pod.metadata.deletionTimestamp as string | undefined)
  return dueMs === undefined ? undefined : dueMs - (pod.metadata.deletionGracePeriodSeconds ?? 0) * 1_000
}

/** It ended because its pod had to go: deleted, evicted, preempted, shut down with its node. Whatever its code, that is no failure of its own. */
export function endedAsTold(observation: Observation, end: ContainerStateTerminated): boolean {
  const { phase, reason } = observation.pod.status ?? {}
  // The kubelet gives a pod a reason where it ended it.
  if (phase === 'Failed' && reason !== undefined && reason !== '') return true
  const toldMs = deletedMs(observation)
  const endMs = parseTimeMs(end.finishedAt as string | undefined)
  return toldMs !== undefined && endMs !== undefined && endMs >= toldMs - ROUNDING_MS
}

/** It ended by itself: what its probes said meanwhile is the consequence and no finding of its own. */
export function endedByItself(observation: Observation, nowMs: number): boolean {
  return recentEnd(observation, nowMs) !== undefined && !isProbeKill(observation)
}

/** The kubelet forgets a container's back-off after ten minutes of running: so do we. */
const LONG_WELL_MS = 600_000

/** Seconds that a run took; undefined when the times do not say. */
export function runSeconds(end: ContainerStateTerminated): number | undefined {
  const seconds = (Date.parse(String(end.finishedAt ?? '')) - Date.parse(String(end.startedAt ?? ''))) / 1000
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined
}

export function nameOf(observation: Observation): string {
  return `container ${observation.container.name} of ${subjectText(subjectOf(observation.pod))}`
}
