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
import { restartAll } from './restart-all.ts'
import { mayRestartAll } from './restart-policy.ts'
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
  const probing = mounted === runtime || mounted.mountedAtMs === undefined ? step : { ...step, probingSinceMs: mounted.mountedAtMs }
  const resized = applyResize(probing, mayRestartAll(step.pod, step.profile) ? restartAll(probing, mounted) : mounted)
  return { ...resized, containers: stepContainers(probing, resized.containers) }
}

function mountVolumes(step: Step, runtime: PodRuntime): PodRuntime {
  if (runtime.mounted || !step.canStart) return runtime
  if (runtime.mount !== undefined && step.nowMs < runtime.mount.nextAtMs) {
    step.wakeAt(runtime.mount.nextAtMs)
    return runtime
  }
  const failure = mountFailure(step)
  const unattached = failure === undefined ? unattachedVolumes(step) : []
  if (failure === undefined && unattached.length === 0) return { ...runtime, mounted: true, ...(step.nowMs === runtime.acceptedAtMs ? {} : { mountedAtMs: step.nowMs }) }
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
    if (runtime !== undefined) containers[container.name] = stopRun(step, container, settleRun(step, runtime), { deadlineMs: step.nowMs + graceSeconds * 1000 })
  }
}

/** Deletion: SIGTERM at once, SIGKILL when the grace period ends, confirmed when nothing runs. */
function terminate(step: Step, runtime: PodRuntime): PodRuntime {
  const { containers, stoppingSinceMs, isOver } = stopAll(step, runtime, parseTimeMs(step.pod.metadata.deletionTimestamp as string | undefined) ?? step.nowMs)
  return { ...runtime, containers, stoppingSinceMs, finished: isOver }
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
  const { containers, stoppingSinceMs, isOver } = stopAll(step, runtime, doomed.deadlineMs)
  return { ...runtime, containers, stoppingSinceMs, doomed: { ...doomed, isOver } }
}

interface Stopped {
  readonly containers: Containers
  readonly stoppingSinceMs: number
  readonly isOver: boolean
}

/** All are told at once, and their hooks run at once; sidecars are ended after the others, in reverse order (`terminationOrdering`). */
function stopAll(step: Step, runtime: PodRuntime, deadlineMs: number): Stopped {
  const containers: Record<string, ContainerRuntime> = { ...runtime.containers }
  const sidecars = sidecarsOf(step)
  const others = everyContainerOf(step.pod).filter((container) => !sidecars.includes(container))
  if (runtime.stoppingSinceMs === undefined) sayStopping(step, containers, [...others, ...sidecars])
  const stoppingSinceMs = runtime.stoppingSinceMs ?? step.nowMs
  for (const container of others) stopOne(step, containers, container, { deadlineMs, hookSinceMs: stoppingSinceMs })
  const inTurn = [...sidecars].reverse()
  if (!others.some((container) => isAlive(containers, container))) {
    const blocking = inTurn.find((container) => {
      stopOne(step, containers, container, { deadlineMs, hookSinceMs: stoppingSinceMs })
      return isAlive(containers, container)
    })
    return { containers, stoppingSinceMs, isOver: blocking === undefined }
  }
  return { containers, stoppingSinceMs, isOver: false }
}

function sayStopping(step: Step, containers: Containers, all: readonly Container[]): void {
  for (const container of all) {
    const run = containers[container.name]?.run
    if (run === undefined || run.exit !== undefined || run.stop !== undefined) continue
    step.emit({ type: 'Normal', reason: 'Killing', message: `Stopping container ${container.name}`, fieldPath: containerPath(step, container) })
  }
}

function stopOne(step: Step, containers: Record<string, ContainerRuntime>, container: Container, stop: { readonly deadlineMs: number; readonly hookSinceMs: number }): void {
  const runtime = containers[container.name]
  if (runtime !== undefined && isRunning(runtime)) containers[container.name] = stopRun(step, container, runtime, stop)
}

function isAlive(containers: Containers, container: Container): boolean {
  const runtime = containers[container.name]
  return runtime !== undefined && isRunning(runtime)
}

function sidecarsOf(step: Step): Container[] {
  return (step.pod.spec?.initContainers ?? []).filter(isSidecar)
}
