/**
 * One pod on its node: volumes, then init containers one by one, sidecars beside them, then all containers; and the
 * way out, containers first and sidecars after them in reverse order.
 */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { isSidecar } from '../../model/kube/pod-requests.ts'
import { applyResize } from './apply-resize.ts'
import { settleRun, stopRun } from './container-run.ts'
import { isDone, newContainer, stepContainer } from './container-step.ts'
import { ephemeralContainersOf, everyContainerOf } from './ephemeral.ts'
import { isRunning, type ContainerRuntime, type Doom, type PodRuntime } from './runtime.ts'
import { containerPath, type Step } from './step.ts'
import { unattachedVolumes } from './attached.ts'
import { mountFailure } from './volumes.ts'

/** Back-off of volume operations (`pkg/util/goroutinemap/exponentialbackoff`): 500 ms to 2 min 2 s. */
const MOUNT_RETRY_MS = 500
const MOUNT_RETRY_MAX_MS = 122_000
/** `podAttachAndMountTimeout` (`pkg/kubelet/volumemanager`). */
const ATTACH_TIMEOUT_MS = 123_000

type Containers = Readonly<Record<string, ContainerRuntime>>

export function stepPod(step: Step, runtime: PodRuntime): PodRuntime {
  if (runtime.finished || runtime.rejected !== undefined) return runtime
  if (step.pod.metadata.deletionTimestamp !== undefined) return terminate(step, { ...runtime, terminating: true })
  const doomed = runtime.doomed ?? deadlinePassed(step, runtime)
  if (doomed !== undefined) return endByKubelet(step, runtime, doomed)
  const mounted = mountVolumes(step, runtime)
  if (!mounted.mounted) return mounted
  const resized = applyResize(step, mounted)
  return { ...resized, containers: stepContainers(step, resized.containers) }
}

function mountVolumes(step: Step, runtime: PodRuntime): PodRuntime {
  if (runtime.mounted || !step.canStart) return runtime
  if (runtime.mount !== undefined && step.nowMs < runtime.mount.nextAtMs) {
    step.wakeAt(runtime.mount.nextAtMs)
    return runtime
  }
  const failure = mountFailure(step)
  const unattached = failure === undefined ? unattachedVolumes(step) : []
  if (failure === undefined && unattached.length === 0) return { ...runtime, mounted: true }
  if (failure !== undefined) step.emit({ type: 'Warning', reason: 'FailedMount', message: failure })
  const attempts = (runtime.mount?.attempts ?? 0) + 1
  const nextAtMs = step.nowMs + Math.min(MOUNT_RETRY_MS * 2 ** (attempts - 1), MOUNT_RETRY_MAX_MS)
  step.wakeAt(nextAtMs)
  return { ...runtime, mount: { attempts, nextAtMs, ...(unattached.length === 0 ? {} : { sinceMs: complainOfWait(step, unattached, runtime.mount?.sinceMs ?? step.nowMs) }) } }
}

/** The kubelet gives up on a sync of a pod after two minutes and three seconds, says so and begins again. Returns since when it waits. */
function complainOfWait(step: Step, unattached: readonly string[], sinceMs: number): number {
  if (step.nowMs - sinceMs < ATTACH_TIMEOUT_MS) return sinceMs
  const names = `[${unattached.join(' ')}]`
  step.emit({ type: 'Warning', reason: 'FailedMount', message: `Unable to attach or mount volumes: unmounted volumes=${names}, unattached volumes=${names}, failed to process volumes=[]: context deadline exceeded` })
  return step.nowMs
}

function stepContainers(step: Step, before: Containers): Containers {
  const containers: Record<string, ContainerRuntime> = { ...before }
  for (const container of ephemeralContainersOf(step.pod)) containers[container.name] = stepContainer(step, container, containers[container.name] ?? newContainer(container, firstReason(step)))
  const isInitialized = stepInitSequence(step, containers)
  const regular = step.pod.spec?.containers ?? []
  if (!isInitialized) return containers
  for (const container of regular) {
    containers[container.name] = stepContainer(step, container, containers[container.name] ?? newContainer(container, 'ContainerCreating'))
  }
  if (regular.every((container) => isDone(step, container, containers[container.name] ?? newContainer(container, '')))) stopTheRest(step, containers)
  return containers
}

function firstReason({ pod }: Step): string {
  return (pod.spec?.initContainers ?? []).length > 0 ? 'PodInitializing' : 'ContainerCreating'
}

/** True when every init container is through (sidecars: started). */
function stepInitSequence(step: Step, containers: Record<string, ContainerRuntime>): boolean {
  const haveMainsRun = (step.pod.spec?.containers ?? []).some(({ name }) => containers[name]?.run !== undefined)
  for (const container of step.pod.spec?.initContainers ?? []) {
    const current = containers[container.name] ?? newContainer(container, 'PodInitializing')
    if (isSidecar(container)) {
      if (isFinishing(step, containers)) continue
      const next = stepContainer(step, container, current)
      containers[container.name] = next
      if (!haveMainsRun && !(isRunning(next) && next.started)) return false
    } else if (!haveMainsRun && current.run?.exit?.exitCode !== 0) {
      const next = stepContainer(step, container, current)
      containers[container.name] = next
      if (next.run?.exit?.exitCode !== 0) return false
    }
  }
  return true
}

/** All regular containers are done: sidecars are not started again. */
function isFinishing(step: Step, containers: Containers): boolean {
  const regular = step.pod.spec?.containers ?? []
  return regular.every((container) => {
    const runtime = containers[container.name]
    return runtime !== undefined && isDone(step, container, runtime)
  })
}

/** The pod is done: what was only beside its work goes. */
function stopTheRest(step: Step, containers: Record<string, ContainerRuntime>): void {
  const graceSeconds = step.pod.spec?.terminationGracePeriodSeconds ?? step.profile.defaultTerminationGraceSeconds
  for (const container of [...ephemeralContainersOf(step.pod), ...sidecarsOf(step)]) {
    const runtime = containers[container.name]
    if (runtime !== undefined) containers[container.name] = stopRun(step, container, settleRun(step, runtime), step.nowMs + graceSeconds * 1000)
  }
}

/** Deletion: SIGTERM at once, SIGKILL when the grace period ends, confirmed when nothing runs. */
function terminate(step: Step, runtime: PodRuntime): PodRuntime {
  const { containers, isOver } = stopAll(step, runtime, parseTimeMs(step.pod.metadata.deletionTimestamp as string | undefined) ?? step.nowMs)
  return { ...runtime, containers, finished: isOver }
}

/** `activeDeadlineSeconds` counts from when the kubelet took the pod (`pkg/kubelet/active_deadline.go`). */
function deadlinePassed(step: Step, runtime: PodRuntime): Doom | undefined {
  const seconds = step.pod.spec?.activeDeadlineSeconds
  if (seconds === undefined) return undefined
  const endMs = runtime.acceptedAtMs + seconds * 1000
  if (step.nowMs < endMs) {
    step.wakeAt(endMs)
    return undefined
  }
  const message = 'Pod was active on the node longer than the specified deadline'
  step.emit({ type: 'Normal', reason: 'DeadlineExceeded', message })
  const graceSeconds = step.pod.spec?.terminationGracePeriodSeconds ?? step.profile.defaultTerminationGraceSeconds
  return { reason: 'DeadlineExceeded', message, deadlineMs: step.nowMs + graceSeconds * 1000, isOver: false }
}

function endByKubelet(step: Step, runtime: PodRuntime, doomed: Doom): PodRuntime {
  if (doomed.isOver) return runtime
  const { containers, isOver } = stopAll(step, runtime, doomed.deadlineMs)
  return { ...runtime, containers, doomed: { ...doomed, isOver } }
}

function stopAll(step: Step, runtime: PodRuntime, deadlineMs: number): { readonly containers: Containers; readonly isOver: boolean } {
  const containers: Record<string, ContainerRuntime> = { ...runtime.containers }
  const sidecars = sidecarsOf(step)
  const others = everyContainerOf(step.pod).filter((container) => !sidecars.includes(container))
  for (const container of others) stopOne(step, containers, container, deadlineMs)
  if (!others.some((container) => isAlive(containers, container))) stopInReverse(step, containers, sidecars, deadlineMs)
  return { containers, isOver: ![...others, ...sidecars].some((container) => isAlive(containers, container)) }
}

function stopInReverse(step: Step, containers: Record<string, ContainerRuntime>, sidecars: readonly Container[], deadlineMs: number): void {
  for (const container of [...sidecars].reverse()) {
    stopOne(step, containers, container, deadlineMs)
    if (isAlive(containers, container)) return
  }
}

function stopOne(step: Step, containers: Record<string, ContainerRuntime>, container: Container, deadlineMs: number): void {
  const runtime = containers[container.name]
  if (runtime === undefined || !isRunning(runtime)) return
  if (runtime.run?.stop === undefined) {
    step.emit({ type: 'Normal', reason: 'Killing', message: `Stopping container ${container.name}`, fieldPath: containerPath(step, container) })
  }
  containers[container.name] = stopRun(step, container, runtime, deadlineMs)
}

function isAlive(containers: Containers, container: Container): boolean {
  const runtime = containers[container.name]
  return runtime !== undefined && isRunning(runtime)
}

function sidecarsOf(step: Step): Container[] {
  return (step.pod.spec?.initContainers ?? []).filter(isSidecar)
}
