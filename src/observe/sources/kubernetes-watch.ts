/**
 * The cluster's own word that something is wrong, for clusters whose monitoring is silent or slow.
 *
 * States that deserve attention become signals, one an object; the caller remembers what it has said. Each state has
 * the patience that an ordinary start, pull or rollout needs, so that a deployment is not an incident.
 */

import { digestOfJson } from '../../kernel/canonical-json.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import type { Ids } from '../../kernel/ids.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { conditionOf, containerStatusesOf, isNode, isPod, isTerminal, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import { fingerprintOf, type Severity, type Signal } from '../../model/signal.ts'
import { isMadeGood } from '../../model/topology/job-outcome.ts'
import { workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'

interface State {
  readonly name: string
  readonly severity: Severity
  readonly object: KubeObject
  readonly sinceMs: number
  readonly says: string
}

/** A node that misses a few heartbeats comes back; the controller itself waits 40 s before it says Unknown. */
const NODE_PATIENCE_MS = 30_000
const PENDING_PATIENCE_MS = 5 * 60_000
const CRASHES_MIN = 3
const IMAGE_WAITS = new Set(['ImagePullBackOff', 'ErrImagePull', 'InvalidImageName', 'ErrImageNeverPull'])
const CONFIG_WAITS = new Set(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'])

/** Signals for every state that holds now. The same state of the same object has the same fingerprint every time. */
export function watchSignals({ view, ids }: { readonly view: View; readonly ids: Ids }): Signal[] {
  const states = [
    ...view.list('', 'Node').flatMap((node) => nodeStates(view, node)),
    ...view.list('', 'Pod').filter(isPod).flatMap((pod) => podStates(view, pod)),
    ...view.list('apps', 'Deployment').flatMap((workload) => rolloutStates(view, workload)),
    ...view.list('batch', 'Job').flatMap((job) => jobStates(view, job)),
  ]
  const signals = states.map((state) => toSignal(view, ids, state))
  return [...new Map(signals.toReversed().map((signal) => [signal.fingerprint, signal])).values()].toReversed()
}

function nodeStates(view: View, node: KubeObject): State[] {
  const ready = conditionOf(node, 'Ready')
  const sinceMs = parseTimeMs(ready?.lastTransitionTime) ?? view.nowMs
  if (!isNode(node) || ready === undefined || ready.status === 'True' || view.nowMs - sinceMs < NODE_PATIENCE_MS) return []
  return [{ name: 'NodeNotReady', severity: 1, object: node, sinceMs, says: `is not Ready: ${ready.message ?? ready.reason ?? ''}` }]
}

function podStates(view: View, pod: PodObject): State[] {
  if (isTerminating(pod)) return []
  const sinceMs = parseTimeMs(pod.status?.startTime ?? pod.metadata.creationTimestamp) ?? view.nowMs
  const object = workloadOf(view, pod)
  const waits = containerStatusesOf(pod).flatMap((status): State[] => {
    const { reason = '', message = '' } = status.state?.waiting ?? {}
    const says = `container ${status.name} waits: ${reason} ${message}`.trim()
    if (reason === 'CrashLoopBackOff' && (status.restartCount ?? 0) >= CRASHES_MIN) return [{ name: 'CrashLoopBackOff', severity: 2, object, sinceMs, says }]
    if (IMAGE_WAITS.has(reason)) return [{ name: 'ImagePullFailure', severity: 2, object, sinceMs, says }]
    return CONFIG_WAITS.has(reason) ? [{ name: reason, severity: 2, object, sinceMs, says }] : []
  })
  const scheduled = conditionOf(pod, 'PodScheduled')
  const pendingMs = view.nowMs - (parseTimeMs(scheduled?.lastTransitionTime) ?? view.nowMs)
  // A scheduling gate is held on purpose, and a pod that has ended waits for nothing.
  const waitsForNode = scheduled?.status === 'False' && scheduled.reason !== 'SchedulingGated' && !isTerminal(pod)
  return waitsForNode && pendingMs >= PENDING_PATIENCE_MS ? [...waits, { name: 'Unschedulable', severity: 2, object, sinceMs, says: `cannot be placed: ${scheduled.message ?? ''}` }] : waits
}

function rolloutStates(view: View, workload: KubeObject): State[] {
  const progressing = conditionOf(workload, 'Progressing')
  if (progressing?.status !== 'False' || progressing.reason !== 'ProgressDeadlineExceeded') return []
  return [{ name: 'RolloutStuck', severity: 2, object: workload, sinceMs: parseTimeMs(progressing.lastTransitionTime) ?? view.nowMs, says: progressing.message ?? 'makes no progress' }]
}

function jobStates(view: View, job: KubeObject): State[] {
  const failed = conditionOf(job, 'Failed')
  if (failed?.status !== 'True' || isMadeGood(view, job)) return []
  return [{ name: 'JobFailed', severity: 3, object: workloadOf(view, job), sinceMs: parseTimeMs(failed.lastTransitionTime) ?? view.nowMs, says: failed.message ?? 'has failed' }]
}

function toSignal(view: View, ids: Ids, state: State): Signal {
  const target = subjectOf(state.object)
  const fingerprint = fingerprintOf({ name: state.name, targets: [target] })
  return {
    kind: 'signal',
    id: ids.next('sig'),
    source: 'kubernetes-watch',
    sourceEventId: fingerprint.slice(7, 23),
    status: 'firing',
    severity: state.severity,
    severityText: '',
    name: state.name,
    title: `${subjectText(target)} ${state.says}`,
    startsAtMs: state.sinceMs,
    observedAtMs: view.nowMs,
    targets: [target],
    labels: {},
    annotations: {},
    links: [],
    completeness: 'complete',
    trust: 'watched',
    rawDigest: digestOfJson({ target, name: state.name, says: state.says }),
    fingerprint,
  }
}
