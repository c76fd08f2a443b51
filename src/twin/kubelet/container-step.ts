/**
 * One container of a pod: wait, pull, start, probe, end, back off, start again
 * (`pkg/kubelet/kuberuntime/kuberuntime_manager.go`).
 */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import { podLimitsOf } from './allocation.ts'
import { backoffUntil, goDuration, nextBackoff, type BackoffLimits } from './backoff.ts'
import { behaviourOf } from './behaviour.ts'
import { containerEnvironment } from './container-env.ts'
import { isEphemeral, isShell } from './ephemeral.ts'
import { settleRun, stopRun } from './container-run.ts'
import { postStartMs } from './hooks.ts'
import { memoryLimitOf, planRun } from './plan-run.ts'
import { RELIST_MS } from './probe-ticks.ts'
import { runProbes } from './probe-worker.ts'
import { pullImage } from './pull-image.ts'
import { isRunning, type ContainerRuntime, type Exit } from './runtime.ts'
import { setupDigest } from './setup-digest.ts'
import { isRestarted, restartPolicyOf } from './restart-policy.ts'
import { containerPath, type Step } from './step.ts'

const BACKING_OFF = 'CrashLoopBackOff'
/** A failed sync of a pod is tried again after this long (`pkg/kubelet/pod_workers.go`, backOffPeriod). */
const SYNC_RETRY_MS = 10_000

export function newContainer(container: Container, waitingReason: string): ContainerRuntime {
  return { name: container.name, image: container.image ?? '', restarts: 0, waiting: { reason: waitingReason }, probes: {}, started: false }
}

export function stepContainer(step: Step, container: Container, runtime: ContainerRuntime): ContainerRuntime {
  const settled = settleRun(step, runtime)
  if (isRunning(settled)) return watchRun(step, container, settled)
  const exit = settled.run?.exit
  if (exit === undefined) return step.canStart ? start(step, container, settled) : settled
  return isStartedAgain(step, container, exit) ? restart(step, container, settled, exit) : settled
}

/** Ended, and its policy does not start it again. */
export function isDone(step: Step, container: Container, runtime: ContainerRuntime): boolean {
  const exit = runtime.run?.exit
  return exit !== undefined && !isStartedAgain(step, container, exit)
}

function isStartedAgain(step: Step, container: Container, exit: Exit): boolean {
  return exit.isRestarted ?? isRestarted(step.pod, container, { exitCode: exit.exitCode, profile: step.profile })
}

function watchRun(step: Step, container: Container, runtime: ContainerRuntime): ContainerRuntime {
  if (runtime.run?.stop !== undefined) return runtime
  if (runtime.image !== container.image) return killContainer(step, container, runtime, { message: `Container ${container.name} definition changed`, isRestarted: true })
  const hookEndMs = (runtime.run?.startedAtMs ?? 0) + postStartMs(container)
  if (step.nowMs < hookEndMs) {
    step.wakeAt(hookEndMs)
    return runtime
  }
  const verdict = runProbes(step, container, runtime.started || container.startupProbe !== undefined ? runtime : { ...runtime, started: true }, { isTerminating: false })
  if (verdict.killedBy === undefined) return verdict.runtime
  const own = (verdict.killedBy === 'liveness' ? container.livenessProbe : container.startupProbe) as { readonly terminationGracePeriodSeconds?: number } | undefined
  return killContainer(step, container, verdict.runtime, { message: `Container ${container.name} failed ${verdict.killedBy} probe`, isRestarted: restartPolicyOf(step.pod, container, step.profile) !== 'Never', ...(own?.terminationGracePeriodSeconds === undefined ? {} : { graceSeconds: own.terminationGracePeriodSeconds }) })
}

interface Kill {
  readonly message: string
  /** What happens then: a changed definition starts whatever the policy is, a failed probe where the policy is not Never. */
  readonly isRestarted: boolean
  /** False where the message says it already. */
  readonly saysSo?: false
  /** A probe may give a grace of its own, which replaces that of the pod. */
  readonly graceSeconds?: number
}

export function killContainer(step: Step, container: Container, runtime: ContainerRuntime, because: Kill): ContainerRuntime {
  step.emit({ type: 'Normal', reason: 'Killing', message: because.isRestarted && because.saysSo !== false ? `${because.message}, will be restarted` : because.message, fieldPath: containerPath(step, container) })
  const graceSeconds = because.graceSeconds ?? step.pod.spec?.terminationGracePeriodSeconds ?? step.profile.defaultTerminationGraceSeconds
  return stopRun(step, container, runtime, { deadlineMs: step.nowMs + graceSeconds * 1000, isRestarted: because.isRestarted })
}

/**
 * What ended by itself waits from its end. What the kubelet killed it starts again in the same sync, which knows only the ends before: the back-off
 * is counted from the last of those, and there is none at first (`doBackOff`). Only where that holds it back does it wait from its own end.
 */
function restart(step: Step, container: Container, ended: ContainerRuntime, exit: Exit): ContainerRuntime {
  const wasKilled = exit.isRestarted === true
  const decideAtMs = wasKilled ? exit.atMs : exit.atMs + RELIST_MS
  if (step.nowMs < decideAtMs) {
    step.wakeAt(decideAtMs)
    return ended
  }
  if (!step.canStart) return ended
  const runtime = ended.image === container.image ? ended : withoutBackoff(ended)
  if (runtime.pull !== undefined) return start(step, container, runtime)
  const limits = restartLimits(step)
  const sinceMs = wasKilled && runtime.waiting.reason !== BACKING_OFF ? runtime.previous?.exit?.atMs : exit.atMs
  if (sinceMs === undefined) return start(step, container, runtime)
  if (step.nowMs < (backoffUntil(runtime.restartBackoff, limits, sinceMs) ?? step.nowMs)) return backOff(step, container, runtime, exit.atMs + (runtime.restartBackoff?.delayMs ?? 0))
  const restartBackoff = nextBackoff(runtime.restartBackoff, limits, { eventMs: sinceMs, nowMs: step.nowMs })
  return start(step, container, { ...runtime, restartBackoff })
}

/** A back-off belongs to one image and size of a container (`GetBackoffKey`): with another it begins anew. */
export function withoutBackoff(runtime: ContainerRuntime): ContainerRuntime {
  const { restartBackoff: _, ...rest } = runtime
  return rest
}

function backOff(step: Step, container: Container, runtime: ContainerRuntime, untilMs: number): ContainerRuntime {
  step.wakeAt(untilMs)
  if (runtime.waiting.reason === BACKING_OFF) return runtime
  const { name = '', namespace = '', uid = '' } = step.pod.metadata
  step.emit({
    type: 'Warning',
    reason: 'BackOff',
    message: `Back-off restarting failed container ${container.name} in pod ${name}_${namespace}(${uid})`,
    fieldPath: containerPath(step, container),
  })
  const delay = goDuration(runtime.restartBackoff?.delayMs ?? 0)
  const message = `back-off ${delay} restarting failed container=${container.name} pod=${name}_${namespace}(${uid})`
  return { ...runtime, waiting: { reason: BACKING_OFF, message } }
}

function start(step: Step, container: Container, runtime: ContainerRuntime): ContainerRuntime {
  const pulled = pullImage(step, container, runtime)
  if (pulled.pull?.type !== 'pulled') return pulled
  if (pulled.waiting.reason === 'CreateContainerConfigError' && step.nowMs < (pulled.retryAtMs ?? 0)) {
    step.wakeAt(pulled.retryAtMs ?? step.nowMs)
    return pulled
  }
  const environment = containerEnvironment({ store: step.store, pod: step.pod, nodeName: step.pod.spec?.nodeName ?? '', podIp: step.podIp }, container)
  return environment.type === 'error' ? refuseConfig(step, container, pulled, environment.message) : launch(step, container, pulled, environment.values)
}

function refuseConfig(step: Step, container: Container, runtime: ContainerRuntime, message: string): ContainerRuntime {
  step.emit({ type: 'Warning', reason: 'Failed', message: `Error: ${message}`, fieldPath: containerPath(step, container) })
  const retryAtMs = step.nowMs + SYNC_RETRY_MS
  step.wakeAt(retryAtMs)
  return { ...runtime, waiting: { reason: 'CreateContainerConfigError', message }, retryAtMs }
}

function launch(step: Step, container: Container, runtime: ContainerRuntime, environment: Readonly<Record<string, string>>): ContainerRuntime {
  const fieldPath = containerPath(step, container)
  const isNamed = step.profile.containerEventsNameIt
  step.emit({ type: 'Normal', reason: 'Created', message: isNamed ? `Created container: ${container.name}` : 'Container created', fieldPath })
  step.emit({ type: 'Normal', reason: 'Started', message: isNamed ? `Started container ${container.name}` : 'Container started', fieldPath })
  const run = planRun({
    container,
    behaviour: behaviourOf(step.index, container.image ?? ''),
    environment,
    setup: () => setupDigest(step, container),
    isLasting: restartPolicyOf(step.pod, container, step.profile) === 'Always' || (isEphemeral(step.pod, container.name) && isShell(container)),
    memoryLimit: memoryLimitOf(container, podLimitsOf(step.pod)),
    startedAtMs: step.nowMs,
    containerId: step.newContainerId(),
  })
  const { pull: _, retryAtMs: __, pullBackoff: ___, run: last, previous, ...rest } = runtime
  const before = last ?? previous
  const next: ContainerRuntime = {
    ...rest,
    image: container.image ?? '',
    run,
    ...(before === undefined ? {} : { previous: before }),
    restarts: last === undefined ? rest.restarts : rest.restarts + 1,
    waiting: { reason: '' },
    probes: {},
    started: container.startupProbe === undefined && postStartMs(container) === 0,
  }
  return watchRun(step, container, settleRun(step, next))
}

function restartLimits(step: Step): BackoffLimits {
  const { crashBackoffInitialMs, crashBackoffMaxMs, crashBackoffResetMs, restartCapPerNode } = step.profile
  const { restartBackoffInitialSeconds, restartBackoffMaxSeconds } = step.index.world.kubelet
  const maxMs = restartCapPerNode && restartBackoffMaxSeconds !== undefined ? restartBackoffMaxSeconds * 1000 : crashBackoffMaxMs
  const initialMs = restartBackoffInitialSeconds === undefined ? crashBackoffInitialMs : restartBackoffInitialSeconds * 1000
  // Starting over keeps its ten minutes, also under a lower cap.
  return { initialMs: Math.min(initialMs, maxMs), maxMs, resetMs: crashBackoffResetMs }
}
