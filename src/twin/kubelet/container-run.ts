/** A run on its way to its end: what is due happens, what was told to stop stops. */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import { behaviourOf } from './behaviour.ts'
import { preStopMs } from './hooks.ts'
import type { ContainerRuntime, PlannedEnd, Run } from './runtime.ts'
import { isServiceUp } from './service-up.ts'
import type { Step } from './step.ts'

/** 128 + SIGTERM, 128 + SIGKILL. */
const TERMINATED_CODE = 143
const KILLED_CODE = 137
/** `minimumGracePeriodInSeconds` (`pkg/kubelet/kuberuntime`). */
const LEAST_GRACE_MS = 2_000

/** The record with the run ended, if its time has come; else asks to be woken for the next end. */
export function settleRun(step: Step, runtime: ContainerRuntime): ContainerRuntime {
  const run = runtime.run
  if (run === undefined || run.exit !== undefined) return runtime
  const { end, left } = dueEnd(step, run)
  const stop = run.stop
  if (stop !== undefined && stop.atMs <= Math.min(step.nowMs, end?.atMs ?? Infinity)) {
    return ended(runtime, { ...run, exit: { atMs: stop.atMs, exitCode: stop.exitCode, reason: 'Error', ...(stop.isRestarted === undefined ? {} : { isRestarted: stop.isRestarted }) } })
  }
  if (end !== undefined) {
    return ended(runtime, { ...run, log: run.log + end.log, exit: { atMs: end.atMs, exitCode: end.exitCode, reason: end.reason } })
  }
  const nextAtMs = Math.min(left[0]?.atMs ?? Infinity, stop?.atMs ?? Infinity)
  if (Number.isFinite(nextAtMs)) step.wakeAt(nextAtMs)
  return left.length === run.ends.length ? runtime : { ...runtime, run: { ...run, ends: left } }
}

interface Stop {
  readonly deadlineMs: number
  /** When the hook began, where that was before this one's turn. */
  readonly hookSinceMs?: number
  readonly isRestarted?: boolean
}

/**
 * The preStop hook runs first, inside the grace period; then SIGTERM: the process ends in its own time, or is killed at
 * the deadline, but has two seconds at least. An earlier deadline replaces a later one.
 */
export function stopRun(step: Step, container: Container, runtime: ContainerRuntime, { deadlineMs, hookSinceMs = step.nowMs, isRestarted }: Stop): ContainerRuntime {
  const run = runtime.run
  if (run === undefined || run.exit !== undefined) return runtime
  const termAtMs = Math.max(step.nowMs, Math.min(hookSinceMs + preStopMs(container), deadlineMs))
  const leastMs = run.stop?.leastMs ?? termAtMs + LEAST_GRACE_MS
  const killAtMs = Math.max(deadlineMs, leastMs)
  const ownMs = run.stop?.atMs ?? termAtMs + behaviourOf(step.index, container.image ?? '').stopSeconds * 1000
  const exitCode = killAtMs < ownMs ? KILLED_CODE : (run.stop?.exitCode ?? TERMINATED_CODE)
  const stop = { atMs: Math.max(step.nowMs, Math.min(ownMs, killAtMs)), exitCode, leastMs, ...(isRestarted === undefined ? {} : { isRestarted }) }
  return settleRun(step, { ...runtime, run: { ...run, stop } })
}

function ended(runtime: ContainerRuntime, run: Run): ContainerRuntime {
  const { pull: _, retryAtMs: __, ...rest } = runtime
  return { ...rest, run, waiting: { reason: '' }, probes: {}, started: false }
}

/** The first end that is due and still holds; and the ends that are left. */
function dueEnd(step: Step, run: Run): { readonly end?: PlannedEnd; readonly left: readonly PlannedEnd[] } {
  for (const [index, end] of run.ends.entries()) {
    if (end.atMs > step.nowMs) return { left: run.ends.slice(index) }
    const isAverted = end.whenServiceDown !== undefined && isServiceUp(step.store, end.whenServiceDown, step.pod.metadata.namespace ?? '')
    if (!isAverted) return { end, left: run.ends.slice(index) }
  }
  return { left: [] }
}
