/**
 * The prober (`pkg/kubelet/prober/worker.go`): thresholds over answers, startup before the others, and the verdict
 * to kill. A probe whose answer cannot change by itself any more is not asked again: a healthy pod costs nothing.
 */

import type { Container, Probe } from 'kubernetes-types/core/v1.d.ts'
import { behaviourOf } from './behaviour.ts'
import { probeAnswer } from './probe-answer.ts'
import { firstAskMs, nextAskMs, seenRunningMs } from './probe-ticks.ts'
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
  const record = runtime.probes[kind] ?? { result: INITIAL[kind], streak: 0, streakOf: INITIAL[kind], nextAtMs: firstAskMs({ container, probe, kind, run: runtime.run, nowMs: step.nowMs, sinceMs: step.probingSinceMs }) }
  const next = step.nowMs < record.nextAtMs ? record : asked(step, { container, probe, run: runtime.run, record, kind, isFirst: isFirstSight(container, runtime.run, record, kind) })
  if (!isSettled(next, kind)) step.wakeAt(next.nextAtMs)
  return next === runtime.probes[kind] ? runtime : { ...runtime, probes: { ...runtime.probes, [kind]: next } }
}

interface Question {
  readonly container: Container
  readonly probe: Probe
  readonly run: Run
  readonly record: ProbeRecord
  readonly kind: ProbeKind
  readonly isFirst: boolean
}

/** That a new container is not ready is a change of its own, and whoever is not ready when a change is looked at is asked again. */
function isFirstSight(container: Container, run: Run, record: ProbeRecord, kind: ProbeKind): boolean {
  return kind === 'readiness' && container.startupProbe === undefined && record.streak === 0 && record.nextAtMs === seenRunningMs(container, run)
}

function asked(step: Step, question: Question): ProbeRecord {
  const answered = askedOnce(step, question)
  return question.isFirst && !answered.result ? { ...askedOnce(step, { ...question, record: answered }), nextAtMs: answered.nextAtMs } : answered
}

function askedOnce(step: Step, { container, probe, run, record, kind }: Question): ProbeRecord {
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
    nextAtMs: nextAskMs(record.nextAtMs, step.nowMs, probe),
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
