/** Containers that run and are not ready, or are ended by their own probes: where probe hazards look. */

import type { Container, ContainerStatus, Probe } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { isPod, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import { perView } from '../../model/per-view.ts'
import { workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { isTooFresh } from './patience.ts'
import { probeFailures, type ProbeFailure, type ProbeKind } from './probe-events.ts'

export interface Unready {
  readonly pod: PodObject
  readonly workload: KubeObject
  readonly container: Container
  readonly failures: readonly ProbeFailure[]
  /** The probe that hurts: one that kills before one that only takes traffic away. */
  readonly probe: ProbeKind
  readonly ready: boolean
  readonly restarts: number
  readonly sinceMs: number | undefined
}

/** One row a container whose probe fails now. A failure that has passed, in a container that is ready, is no row. */
export const unreadyContainers = perView((view): readonly Unready[] =>
  view.list('', 'Pod').filter(isPod).filter((pod) => !isTerminating(pod) && pod.status?.phase === 'Running').flatMap((pod) => rowsOf(view, pod)),
)

function rowsOf(view: View, pod: PodObject): Unready[] {
  const containers = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])]
  return containers.flatMap((container) => {
    const status = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])].find((row) => row.name === container.name)
    const failures = probeFailures(view, pod, container.name).filter((failure) => probeOf(container, failure.probe) !== undefined)
    const worst = (['startup', 'liveness', 'readiness'] as const).find((probe) => failures.some((failure) => failure.probe === probe))
    if (status === undefined) return []
    if (worst === undefined) return unreported({ view, pod, container, status })
    const restarts = status.restartCount ?? 0
    const standsAgain = status.ready && (restarts === 0 || status.state?.running === undefined || !isRecent(view, failures))
    if (standsAgain) return []
    return [{ pod, workload: workloadOf(view, pod), container, failures, probe: worst, ready: status.ready, restarts, sinceMs: firstSign(pod, failures) }]
  })
}

/** Nobody collected the events, or they have expired: the status still says that a probe is not passed, or which kill was probably one. */
function unreported(options: { readonly view: View; readonly pod: PodObject; readonly container: Container; readonly status: ContainerStatus }): Unready[] {
  const { view, pod, container, status } = options
  const restarts = status.restartCount ?? 0
  const row = { pod, workload: workloadOf(view, pod), container, failures: [], ready: status.ready, restarts, sinceMs: firstSign(pod, []) }
  const startedMs = parseTimeMs(status.state?.running?.startedAt)
  const ended = status.lastState?.terminated ?? status.state?.terminated
  const killed = ended !== undefined && [137, 143].includes(ended.exitCode) && ended.reason !== 'OOMKilled' && !status.ready && restarts > 0
  if (killed && container.livenessProbe !== undefined) return [{ ...row, probe: container.startupProbe === undefined ? 'liveness' : 'startup' }]
  const asked = container.startupProbe !== undefined && status.started !== true ? 'startup' : container.readinessProbe === undefined ? undefined : 'readiness'
  if (asked === undefined || status.ready || status.state?.running === undefined || restarts > 0 || isTooFresh(view, startedMs, START_MS)) return []
  return [{ ...row, probe: asked }]
}

/** An ordinary start. */
const START_MS = 3 * 60_000

/** A ready container with failures this fresh and restarts behind it is between two kills. */
const FRESH_MS = 5 * 60_000

function isRecent(view: View, failures: readonly ProbeFailure[]): boolean {
  return failures.some((failure) => failure.event.count > 1 && view.nowMs - (failure.event.lastMs ?? 0) < FRESH_MS)
}

function firstSign(pod: PodObject, failures: readonly ProbeFailure[]): number | undefined {
  const times = [...failures.map((failure) => failure.event.firstMs), parseTimeMs(pod.status?.conditions?.find((condition) => condition.type === 'Ready' && condition.status !== 'True')?.lastTransitionTime)]
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}

const FIELD = { liveness: 'livenessProbe', readiness: 'readinessProbe', startup: 'startupProbe' } as const

export function probeField(kind: ProbeKind): (typeof FIELD)[ProbeKind] {
  return FIELD[kind]
}

export function probeOf(container: Container | undefined, kind: ProbeKind): Probe | undefined {
  return container?.[FIELD[kind]]
}
