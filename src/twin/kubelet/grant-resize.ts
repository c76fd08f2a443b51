/**
 * A resize of a running pod is granted or has to wait (`pkg/kubelet/allocation/allocation_manager.go`). Until it is granted the pod
 * runs as it was.
 */

import type { NodeObject, PodObject } from '../../model/kube/workload.ts'
import { judgeResize, withGranted, type Resources } from './allocation.ts'
import { withoutBackoff } from './container-step.ts'
import { resizeOf } from './resize-state.ts'
import { resizeSummary } from './resize-summary.ts'
import type { PodRuntime } from './runtime.ts'
import type { Step } from './step.ts'

/** `retryDelay`: a resize that waits is judged again this often, besides when room is made. */
const RETRY_MS = 180_000

export interface ResizeInput {
  /** As it is wanted. */
  readonly pod: PodObject
  readonly node: NodeObject
  readonly others: () => readonly PodObject[]
}

/** The record with the resize granted, or with the reason why it waits. */
export function grantResize(step: Step, runtime: PodRuntime, { pod, node, others }: ResizeInput): PodRuntime {
  if (pod.metadata.deletionTimestamp !== undefined || runtime.finished || runtime.rejected !== undefined || runtime.doomed !== undefined) return runtime
  if (runtime.granted === pod.spec && runtime.resize?.pending === undefined) return runtime
  if (withGranted(pod, runtime.granted) === pod) return { ...runtime, ...(pod.spec === undefined ? {} : { granted: pod.spec }), ...resizeOf(runtime, { pending: undefined }) }
  const verdict = judgeResize({ pod, node, others: others(), profile: step.profile })
  const generation = pod.metadata.generation ?? 0
  if (verdict.type === 'granted') {
    step.emit({ type: 'Normal', reason: 'ResizeStarted', message: `Pod resize started: ${resizeSummary(pod, generation)}` })
    return { ...runtime, ...(pod.spec === undefined ? {} : { granted: pod.spec }), ...heldWhole(runtime), containers: forgetBackoffs(pod, runtime), ...resizeOf(runtime, { pending: undefined, inProgress: { generation, sinceMs: step.nowMs } }) }
  }
  const before = runtime.resize?.pending
  const isNews = before?.reason !== verdict.reason || before.generation !== generation
  if (isNews) step.emit({ type: 'Warning', reason: verdict.reason === 'Deferred' ? 'ResizeDeferred' : 'ResizeInfeasible', message: `Pod resize ${verdict.reason}: ${resizeSummary(pod, generation, verdict.message)}` })
  if (verdict.reason === 'Deferred') step.wakeAt(step.nowMs + RETRY_MS)
  return { ...runtime, ...resizeOf(runtime, { pending: { reason: verdict.reason, message: verdict.message, generation, sinceMs: before?.reason === verdict.reason ? before.sinceMs : step.nowMs } }) }
}

/** What was stated for the pod as a whole is in force until it is changed. */
function heldWhole({ wholeSize, granted }: PodRuntime): Pick<PodRuntime, 'wholeSize'> {
  const held = wholeSize ?? (granted as { readonly resources?: Resources } | undefined)?.resources
  return held === undefined ? {} : { wholeSize: held }
}

/** A back-off belongs to one size of a container (`GetBackoffKey`): another size begins anew. */
function forgetBackoffs(pod: PodObject, runtime: PodRuntime): PodRuntime['containers'] {
  const granted = withGranted(pod, runtime.granted)
  const had = [...(granted.spec?.initContainers ?? []), ...(granted.spec?.containers ?? [])]
  const resized = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].filter((container) => container.resources !== had.find(({ name }) => name === container.name)?.resources)
  const containers = { ...runtime.containers }
  for (const { name } of resized) {
    const record = containers[name]
    if (record === undefined) continue
    containers[name] = withoutBackoff(record)
  }
  return containers
}
