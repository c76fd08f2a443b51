/**
 * Bringing a container's image to its node (`pkg/kubelet/images/image_manager.go`): pull policy, the pull itself,
 * its failure, and the back-off from 10 s to 300 s.
 */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import { behaviourOf } from './behaviour.ts'
import { backoffUntil, nextBackoff, type BackoffLimits } from './backoff.ts'
import type { ContainerRuntime } from './runtime.ts'
import { containerPath, type Step } from './step.ts'

/** A registry says "not found" within a second. */
const REFUSAL_MS = 700
/** A pull of layers that are all there asks the registry for the manifest only. */
const RECHECK_MS = 300
/** The next sync of the pod after the failure shows the back-off. */
const SHOW_BACKOFF_AFTER_MS = 1_000

/** The record with the image at hand (`pull.type === 'pulled'`), or one that waits. */
export function pullImage(step: Step, container: Container, runtime: ContainerRuntime): ContainerRuntime {
  const image = container.image ?? ''
  switch (runtime.pull?.type) {
    case 'pulled':
      return runtime
    case 'pulling':
      return step.nowMs < runtime.pull.doneAtMs ? waitFor(step, runtime, runtime.pull.doneAtMs) : finishPull(step, container, runtime)
    case 'failed':
      return retryPull(step, container, runtime)
    default:
      return needsPull(step, container) ? beginPull(step, container, runtime) : usePresent(step, container, { ...runtime, image })
  }
}

function needsPull(step: Step, container: Container): boolean {
  const image = container.image ?? ''
  const policy = container.imagePullPolicy ?? (/:latest$|^[^:@]*$/.test(image) ? 'Always' : 'IfNotPresent')
  return policy === 'Always' || (policy === 'IfNotPresent' && !step.hasImage(image))
}

function usePresent(step: Step, container: Container, runtime: ContainerRuntime): ContainerRuntime {
  const image = container.image ?? ''
  if (step.hasImage(image)) {
    emit(step, container, { type: 'Normal', reason: 'Pulled', message: `Container image "${image}" already present on machine` })
    return { ...runtime, pull: { type: 'pulled' } }
  }
  const message = `Container image "${image}" is not present with pull policy of Never`
  emit(step, container, { type: 'Warning', reason: 'ErrImageNeverPull', message })
  emit(step, container, { type: 'Warning', reason: 'Failed', message: 'Error: ErrImageNeverPull' })
  return { ...runtime, waiting: { reason: 'ErrImageNeverPull', message } }
}

function beginPull(step: Step, container: Container, runtime: ContainerRuntime): ContainerRuntime {
  const image = container.image ?? ''
  const behaviour = behaviourOf(step.index, image)
  const durationMs = !behaviour.exists ? REFUSAL_MS : step.hasImage(image) ? RECHECK_MS : behaviour.pullSeconds * 1000
  emit(step, container, { type: 'Normal', reason: 'Pulling', message: `Pulling image "${image}"` })
  const doneAtMs = step.nowMs + durationMs
  return waitFor(step, { ...runtime, image, pull: { type: 'pulling', doneAtMs } }, doneAtMs)
}

function finishPull(step: Step, container: Container, runtime: ContainerRuntime): ContainerRuntime {
  const image = container.image ?? ''
  const behaviour = behaviourOf(step.index, image)
  if (behaviour.exists) {
    step.keepImage(image)
    const seconds = `${behaviour.pullSeconds}s`
    emit(step, container, { type: 'Normal', reason: 'Pulled', message: `Successfully pulled image "${image}" in ${seconds} (${seconds} including waiting)` })
    const { pullBackoff: _, ...rest } = runtime
    return { ...rest, pull: { type: 'pulled' } }
  }
  const message = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`
  emit(step, container, { type: 'Warning', reason: 'Failed', message: `Failed to pull image "${image}": rpc error: code = NotFound desc = ${message}` })
  emit(step, container, { type: 'Warning', reason: 'Failed', message: 'Error: ErrImagePull' })
  const waiting = { reason: 'ErrImagePull', message: `rpc error: code = NotFound desc = ${message}` }
  const pullBackoff = nextBackoff(runtime.pullBackoff, limits(step), { eventMs: step.nowMs, nowMs: step.nowMs })
  return waitFor(step, { ...runtime, waiting, pullBackoff, pull: { type: 'failed', message: waiting.message } }, step.nowMs + SHOW_BACKOFF_AFTER_MS)
}

function retryPull(step: Step, container: Container, runtime: ContainerRuntime): ContainerRuntime {
  const image = container.image ?? ''
  if (step.nowMs < (runtime.retryAtMs ?? 0)) return waitFor(step, runtime, runtime.retryAtMs ?? step.nowMs)
  const untilMs = backoffUntil(runtime.pullBackoff, limits(step), runtime.pullBackoff?.stepAtMs ?? 0) ?? step.nowMs
  if (untilMs <= step.nowMs) return beginPull(step, container, runtime)
  const cause = runtime.pull?.type === 'failed' ? runtime.pull.message : ''
  emit(step, container, { type: 'Normal', reason: 'BackOff', message: `Back-off pulling image "${image}"` })
  emit(step, container, { type: 'Warning', reason: 'Failed', message: 'Error: ImagePullBackOff' })
  return waitFor(step, { ...runtime, waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ErrImagePull: ${cause}` } }, untilMs)
}

function waitFor(step: Step, runtime: ContainerRuntime, atMs: number): ContainerRuntime {
  step.wakeAt(atMs)
  return { ...runtime, retryAtMs: atMs }
}

function limits(step: Step): BackoffLimits {
  const { pullBackoffInitialMs, pullBackoffMaxMs } = step.profile
  return { initialMs: pullBackoffInitialMs, maxMs: pullBackoffMaxMs, resetMs: pullBackoffMaxMs * 2 }
}

function emit(step: Step, container: Container, event: { readonly type: 'Normal' | 'Warning'; readonly reason: string; readonly message: string }): void {
  step.emit({ ...event, fieldPath: containerPath(step, container) })
}
