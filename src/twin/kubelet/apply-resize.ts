/**
 * Running containers are brought to the size that was granted: without a restart, or with one where the container's policy says so
 * (`pkg/kubelet/kuberuntime/kuberuntime_manager.go`, computePodResizeAction and validateMemoryResizeAction).
 */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import { parseQuantity } from '../../model/kube/quantity.ts'
import { isResizable, isSameSize, podLimitsOf, podResourcesOf, underPod, type Resources } from './allocation.ts'
import { behaviourOf } from './behaviour.ts'
import { killContainer } from './container-step.ts'
import { memoryLimitOf, replanMemory } from './plan-run.ts'
import { resizeOf } from './resize-state.ts'
import { resizeSummary } from './resize-summary.ts'
import { isRunning, type ContainerRuntime, type PodRuntime, type ResizeState } from './runtime.ts'
import type { Step } from './step.ts'

/** The next sync of the pod sees that sizes in force are those granted. */
const CONFIRM_MS = 1_000
/** A failed sync of a pod is tried again after this long (`pkg/kubelet/pod_workers.go`, backOffPeriod). */
const FAILED_RETRY_MS = 10_000

/** Brings running containers to the size that was granted; `step.pod` is the pod as granted. */
export function applyResize(step: Step, runtime: PodRuntime): PodRuntime {
  const waiting = containersToResize(step, runtime)
  if (waiting.length === 0) return confirmResize(step, runtime)
  const generation = step.pod.metadata.generation ?? 0
  const inProgress = runtime.resize?.inProgress ?? { generation, sinceMs: step.nowMs }
  const refusal = memoryRefusal(step, runtime, waiting.filter(({ restarts }) => !restarts))
  if (refusal !== undefined) return refused(step, runtime, { ...inProgress, error: refusal })
  const containers = { ...runtime.containers }
  for (const { container, record, restarts } of waiting) containers[container.name] = restarts ? restarted(step, container, record) : resizedRun(step, container, record)
  step.wakeAt(step.nowMs + CONFIRM_MS)
  const { error: _, ...progress } = inProgress
  return { ...runtime, containers, ...wholePart(step), ...resizeOf(runtime, { inProgress: { ...progress, lookMs: step.nowMs + CONFIRM_MS } }) }
}

function refused(step: Step, runtime: PodRuntime, inProgress: NonNullable<ResizeState['inProgress']>): PodRuntime {
  if (runtime.resize?.inProgress?.error !== inProgress.error) step.emit({ type: 'Warning', reason: 'ResizeError', message: `Pod resize error: ${resizeSummary(step.pod, inProgress.generation, inProgress.error)}` })
  step.wakeAt(step.nowMs + FAILED_RETRY_MS)
  return { ...runtime, ...resizeOf(runtime, { inProgress }) }
}

function confirmResize(step: Step, runtime: PodRuntime): PodRuntime {
  const inProgress = runtime.resize?.inProgress
  if (inProgress === undefined) return runtime
  const lookMs = inProgress.lookMs ?? inProgress.sinceMs + CONFIRM_MS
  if (step.nowMs < lookMs) {
    step.wakeAt(lookMs)
    return { ...runtime, ...wholePart(step) }
  }
  step.emit({ type: 'Normal', reason: 'ResizeCompleted', message: `Pod resize completed: ${resizeSummary(step.pod, inProgress.generation)}` })
  return { ...runtime, ...resizeOf(runtime, { inProgress: undefined }) }
}

function wholePart({ pod, profile }: Step): Pick<PodRuntime, 'wholeSize'> {
  const wholeSize = profile.podLevelResize ? podResourcesOf(pod) : undefined
  return wholeSize === undefined ? {} : { wholeSize }
}

interface Waiting {
  readonly container: Container
  readonly record: ContainerRuntime
  readonly restarts: boolean
}

function containersToResize(step: Step, runtime: PodRuntime): Waiting[] {
  const all = [...(step.pod.spec?.initContainers ?? []), ...(step.pod.spec?.containers ?? [])]
  return all.flatMap((container) => {
    const record = runtime.containers[container.name]
    if (record === undefined || !isRunning(record) || record.run?.stop !== undefined || !isResizable(step.pod, container, step.profile)) return []
    const granted = sizeOf(step, container, podResourcesOf(step.pod))
    const now = sizeOf(step, { ...container, resources: record.run?.resources } as Container, runtime.wholeSize ?? podResourcesOf(step.pod))
    return isSameSize(now, granted) ? [] : [{ container, record, restarts: mustRestart(container, now, granted) }]
  })
}

function sizeOf({ profile }: Step, { resources }: Container, whole: Resources | undefined): Resources | undefined {
  return profile.podLevelResize ? underPod(resources as Resources | undefined, whole) : (resources as Resources | undefined)
}

/** Where no policy is stated, none needs a restart. */
function mustRestart(container: Container, now: Resources | undefined, granted: Resources | undefined): boolean {
  const policies = (container as { readonly resizePolicy?: readonly { readonly resourceName?: string; readonly restartPolicy?: string }[] }).resizePolicy ?? []
  return policies.some(({ resourceName = '', restartPolicy }) => restartPolicy === 'RestartContainer' && !isSameSize(only(now, resourceName), only(granted, resourceName)))
}

function only({ requests = {}, limits = {} }: Resources = {}, name: string): Resources {
  const pick = (quantities: Readonly<Record<string, string>>): Record<string, string> => (quantities[name] === undefined ? {} : { [name]: quantities[name] })
  return { requests: pick(requests), limits: pick(limits) }
}

function restarted(step: Step, container: Container, record: ContainerRuntime): ContainerRuntime {
  return killContainer(step, container, record, { message: `Container ${container.name} resize requires restart`, isRestarted: true, saysSo: false })
}

function resizedRun(step: Step, container: Container, record: ContainerRuntime): ContainerRuntime {
  if (record.run === undefined) return record
  const resources = container.resources as Resources | undefined
  const run = replanMemory(record.run, { behaviour: behaviourOf(step.index, container.image ?? ''), memoryLimit: memoryLimitOf(container, podLimitsOf(step.pod)) })
  return { ...record, run: { ...run, ...(resources === undefined ? {} : { resources }) } }
}

/** A limit below what is used now is not set; of a process that nobody measured it is assumed that it uses less. */
function memoryRefusal(step: Step, runtime: PodRuntime, waiting: readonly Waiting[]): string | undefined {
  const shrunk = waiting.flatMap(({ container, record }) => {
    const had = bytesOf(sizeOf(step, { ...container, resources: record.run?.resources } as Container, runtime.wholeSize ?? podResourcesOf(step.pod))?.limits)
    const wanted = bytesOf(sizeOf(step, container, podResourcesOf(step.pod))?.limits)
    return wanted !== undefined && (had === undefined || wanted < had) ? [{ container, wanted }] : []
  })
  if (shrunk.length === 0) return undefined
  const regular = step.pod.spec?.containers ?? []
  const podUse = regular.reduce((sum, container) => sum + usedBy(step, runtime, container), 0)
  const limits = regular.map(({ resources }) => bytesOf((resources as Resources | undefined)?.limits))
  const podLimit = bytesOf(podLimitsOf(step.pod)) ?? (limits.some((limit) => limit === undefined) ? undefined : limits.reduce<number>((sum, limit) => sum + (limit ?? 0), 0))
  const errors = [
    ...(podLimit !== undefined && podUse >= podLimit ? [`attempting to set pod memory limit (${podLimit}) below current usage (${podUse})`] : []),
    ...shrunk.flatMap(({ container, wanted }) => (usedBy(step, runtime, container) >= wanted ? [`attempting to set container "${container.name}" memory limit (${wanted}) below current usage (${podUse})`] : [])),
  ]
  if (errors.length === 0) return undefined
  return `cannot decrease memory limits: ${errors.length === 1 ? (errors[0] ?? '') : `[${errors.join(', ')}]`}`
}

function bytesOf(limits: Resources['limits']): number | undefined {
  return parseQuantity(limits?.['memory'])
}

function usedBy({ index, nowMs }: Step, runtime: PodRuntime, container: Container): number {
  const { memory, memoryAfterSeconds } = behaviourOf(index, container.image ?? '')
  const run = runtime.containers[container.name]?.run
  if (memory === undefined || run === undefined || run.exit !== undefined || nowMs < run.startedAtMs + memoryAfterSeconds * 1000) return 0
  return parseQuantity(memory) ?? 0
}
