/**
 * The prober (`pkg/kubelet/prober/worker.go`): thresholds over answers, startup before the others, and the verdict
 * to kill. A probe whose answer cannot change by itself any more is not asked again: a healthy pod costs nothing.
 */

import type { Container, Probe } from 'kubernetes-types/core/v1.d.ts'
import { behaviourOf } from './behaviour.ts'
import { probeAnswer } from './probe-answer.ts'
import type { ContainerRuntime, ProbeKind, ProbeRecord, Run } from './runtime.ts'
import { containerPath, type Step } from './step.ts'

const TITLE: Readonly<Record<ProbeKind, string>> = { startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness' }
/** Before the first answer: a container is alive, and neither started nor ready. */
const INITIAL: Readonly<Record<ProbeKind, boolean>> = { startup: false, liveness: true, readiness: false }

export interface ProbeVerdict {
  readonly runtime: ContainerRuntime
  /** The probe that condemns the container. */
  readonly killedBy?: 'startup' | 'liveness'
}

/** Asks the probes that are due of a running container. */
export function runProbes(step: Step, container: Container, runtime: ContainerRuntime, options: { readonly isTerminating: boolean }): ProbeVerdict {
  if (!runtime.started) {
    const startup = runProbe(step, container, runtime, 'startup')
    const record = startup.probes.startup
    if (record !== undefined && !record.result && !record.streakOf && record.streak >= failuresOf(container.startupProbe)) return { runtime: startup, killedBy: 'startup' }
    if (record?.result !== true) return { runtime: startup }
    return runProbes(step, container, { ...startup, started: true }, options)
  }
  const lived = options.isTerminating ? runtime : runProbe(step, container, runtime, 'liveness')
  const checked = runProbe(step, container, lived, 'readiness')
  return checked.probes.liveness?.result === false ? { runtime: checked, killedBy: 'liveness' } : { runtime: checked }
}

export function isContainerReady(container: Container, runtime: ContainerRuntime): boolean {
  if (runtime.run === undefined || runtime.run.exit !== undefined || !runtime.started) return false
  return container.readinessProbe === undefined || runtime.probes.readiness?.result === true
}

function runProbe(step: Step, container: Container, runtime: ContainerRuntime, kind: ProbeKind): ContainerRuntime {
  const probe = probeOf(container, kind)
  if (probe === undefined || runtime.run === undefined) return runtime
  const record = runtime.probes[kind] ?? firstRecord(step, probe, runtime.run, kind)
  const next = step.nowMs < record.nextAtMs ? record : asked(step, { container, probe, run: runtime.run, record, kind })
  if (!isSettled(next, kind)) step.wakeAt(next.nextAtMs)
  return next === runtime.probes[kind] ? runtime : { ...runtime, probes: { ...runtime.probes, [kind]: next } }
}

function firstRecord(step: Step, probe: Probe, run: Run, kind: ProbeKind): ProbeRecord {
  const delayedMs = run.startedAtMs + (probe.initialDelaySeconds ?? 0) * 1000
  return { result: INITIAL[kind], streak: 0, streakOf: INITIAL[kind], nextAtMs: Math.max(delayedMs, step.nowMs) }
}

function asked(step: Step, input: { readonly container: Container; readonly probe: Probe; readonly run: Run; readonly record: ProbeRecord; readonly kind: ProbeKind }): ProbeRecord {
  const { container, probe, run, record, kind } = input
  const answer = probeAnswer({ container, probe, run, behaviour: behaviourOf(step.index, container.image ?? ''), nowMs: step.nowMs, podIp: step.podIp })
  if (!answer.isGood) {
    step.emit({ type: 'Warning', reason: 'Unhealthy', message: `${TITLE[kind]} probe failed: ${answer.output}`, fieldPath: containerPath(step, container) })
  }
  const streak = record.streakOf === answer.isGood ? record.streak + 1 : 1
  const threshold = answer.isGood ? (probe.successThreshold ?? 1) : failuresOf(probe)
  return {
    result: streak >= threshold ? answer.isGood : record.result,
    streak,
    streakOf: answer.isGood,
    nextAtMs: step.nowMs + (probe.periodSeconds ?? 10) * 1000,
  }
}

/** Good and known to be good: only another world changes that, and then every pod is looked at. */
function isSettled(record: ProbeRecord, kind: ProbeKind): boolean {
  return record.result && record.streakOf && (record.streak > 0 || kind === 'startup')
}

function probeOf(container: Container, kind: ProbeKind): Probe | undefined {
  if (kind === 'startup') return container.startupProbe
  return kind === 'liveness' ? container.livenessProbe : container.readinessProbe
}

function failuresOf(probe: Probe | undefined): number {
  return probe?.failureThreshold ?? 3
}
