/**
 * The runtime record of a pod as its kubelet must have it, read back from the status: what runs since when, how it
 * will end, how far the back-off has gone. What no status tells (the level of a back-off without a message) is taken
 * from the number of restarts.
 */

import type { Container, ContainerStatus } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { everyStatusOf, type PodObject } from '../../model/kube/workload.ts'
import { goDurationMs } from '../go-duration.ts'
import type { VersionProfile } from '../profile.ts'
import { everyContainerOf } from '../kubelet/ephemeral.ts'
import { resumeResize, sizeInForce } from './resume-resize.ts'
import type { Backoff, ContainerRuntime, PodRuntime, ProbeRecord, PullState, Run } from '../kubelet/runtime.ts'

export interface ResumeInput {
  readonly pod: PodObject
  readonly nowMs: number
  readonly profile: VersionProfile
  /** How a run that began then will end, by the world. */
  planRun(container: Container, startedAtMs: number, containerId: string): Run
  readonly logOf: (container: string, previous: boolean) => string
  readonly podIp: string
  /** Volumes can be set up by what the objects say, and yet the pod has waited for long: something unseen holds it. */
  readonly isHeld: boolean
}

const PULL_FAILURES = new Set(['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName'])

export function resumePod(input: ResumeInput): PodRuntime {
  const { pod, nowMs } = input
  const { uid = '', namespace = '', name = '' } = pod.metadata
  const statuses = everyStatusOf(pod)
  const containers = everyContainerOf(pod).flatMap((container) => {
    const status = statuses.find((candidate) => candidate.name === container.name)
    return status === undefined || isUntouched(status) ? [] : [[container.name, resumeContainer(input, container, status)] as const]
  })
  const phase = pod.status?.phase
  return {
    uid,
    namespace,
    name,
    nodeName: pod.spec?.nodeName ?? '',
    acceptedAtMs: parseTimeMs(pod.status?.startTime as string | undefined) ?? nowMs,
    podIp: pod.status?.podIP ?? input.podIp,
    containers: Object.fromEntries(containers),
    mounted: containers.length > 0,
    ...resumeResize(pod, nowMs),
    ...(input.isHeld && containers.length === 0 ? { mount: { attempts: 1, nextAtMs: Infinity } } : {}),
    terminating: pod.metadata.deletionTimestamp !== undefined,
    ...stoppingPart(pod),
    finished: false,
    ...(phase === 'Failed' && containers.length === 0 ? { rejected: { reason: pod.status?.reason ?? '', message: pod.status?.message ?? '' } } : {}),
  }
}

/** A grace begins when the deletion is asked for, and ends at the time of deletion. */
function stoppingPart({ metadata }: PodObject): Pick<PodRuntime, 'stoppingSinceMs'> {
  const endMs = parseTimeMs(metadata.deletionTimestamp as string | undefined)
  return endMs === undefined ? {} : { stoppingSinceMs: endMs - (metadata.deletionGracePeriodSeconds ?? 0) * 1000 }
}

/** Waiting for the pod's volumes or for the containers before it: nothing has happened yet. */
function isUntouched({ state, lastState }: ContainerStatus): boolean {
  const reason = state?.waiting?.reason
  const isEmpty = state === undefined || Object.keys(state).length === 0
  return lastState?.terminated === undefined && (isEmpty || reason === 'ContainerCreating' || reason === 'PodInitializing')
}

function resumeContainer(input: ResumeInput, container: Container, status: ContainerStatus): ContainerRuntime {
  const { state, lastState } = status
  const base = { name: container.name, image: container.image ?? '', restarts: status.restartCount, probes: {}, started: false }
  const ended = lastState?.terminated === undefined ? undefined : endedRun(input, container, lastState.terminated, true)
  if (state?.running !== undefined) {
    const startedAtMs = parseTimeMs(state.running.startedAt as string | undefined) ?? input.nowMs
    const planned = input.planRun(container, startedAtMs, idOf(status.containerID))
    const run = { ...planned, ...sizeInForce(status), ends: planned.ends.filter(({ atMs }) => atMs > input.nowMs), log: logOr(input, container, false, planned.log) }
    const backoff = status.restartCount > 0 ? { restartBackoff: backoffFrom(input, status, startedAtMs) } : {}
    return { ...base, ...backoff, run, ...(ended === undefined ? {} : { previous: ended }), waiting: { reason: '' }, started: status.started ?? true, probes: probesOf(container, status, input.nowMs) }
  }
  if (state?.terminated !== undefined) {
    const run = endedRun(input, container, state.terminated, false)
    return { ...base, run, ...(ended === undefined ? {} : { previous: ended }), waiting: { reason: '' }, ...(status.restartCount > 0 ? { restartBackoff: backoffFrom(input, status, run.startedAtMs) } : {}) }
  }
  return { ...base, ...(ended === undefined ? {} : { run: ended }), ...waitingPart(input, status, ended) }
}

function waitingPart(input: ResumeInput, status: ContainerStatus, ended: Run | undefined): Pick<ContainerRuntime, 'waiting' | 'pull' | 'pullBackoff' | 'restartBackoff' | 'retryAtMs'> {
  const { reason = '', message } = status.state?.waiting ?? {}
  const waiting = { reason, ...(message === undefined ? {} : { message }) }
  const restarted = ended === undefined ? {} : { restartBackoff: backoffFrom(input, status, ended.startedAtMs) }
  if (PULL_FAILURES.has(reason)) {
    const delayMs = pullDelayMs(input)
    const pull: PullState = { type: 'failed', message: causeOf(message, status.image) }
    // Half of the delay is over on average.
    const pullBackoff = { delayMs, stepAtMs: input.nowMs - delayMs / 2 }
    return { waiting: { reason: 'ImagePullBackOff', ...waiting.message === undefined ? {} : { message: waiting.message } }, pull, pullBackoff, retryAtMs: input.nowMs + delayMs / 2, ...restarted }
  }
  if (reason === 'CreateContainerConfigError') return { waiting, pull: { type: 'pulled' }, retryAtMs: input.nowMs + 5_000, ...restarted }
  return { waiting, ...restarted }
}

function causeOf(message: string | undefined, image: string): string {
  return (message ?? `${image}: not found`).replace(/^Back-off pulling image "[^"]*": ErrImagePull: /, '')
}

/** The pull was tried since the pod began: 10, 20, 40… seconds apart. */
function pullDelayMs({ pod, nowMs, profile }: ResumeInput): number {
  const sinceMs = nowMs - (parseTimeMs(pod.status?.startTime as string | undefined) ?? nowMs)
  let delayMs = profile.pullBackoffInitialMs
  for (let spentMs = delayMs; spentMs < sinceMs && delayMs < profile.pullBackoffMaxMs; spentMs += delayMs) delayMs = Math.min(delayMs * 2, profile.pullBackoffMaxMs)
  return delayMs
}

/** From `back-off 2m40s …` where a message says so, else doubled with every restart after the first. */
function backoffFrom({ profile }: ResumeInput, status: ContainerStatus, stepAtMs: number): Backoff {
  const said = /back-off (\S+) restarting/.exec(status.state?.waiting?.message ?? '')?.[1]
  const counted = Math.min(profile.crashBackoffInitialMs * 2 ** Math.min(Math.max(0, status.restartCount - 1), 10), profile.crashBackoffMaxMs)
  return { delayMs: said === undefined ? counted : (goDurationMs(said) ?? counted), stepAtMs }
}

type Terminated = NonNullable<NonNullable<ContainerStatus['state']>['terminated']>

function endedRun(input: ResumeInput, container: Container, end: Terminated, isPrevious: boolean): Run {
  const atMs = parseTimeMs(end.finishedAt as string | undefined) ?? input.nowMs
  return {
    startedAtMs: parseTimeMs(end.startedAt as string | undefined) ?? atMs,
    ends: [],
    exit: { atMs, exitCode: end.exitCode, reason: end.reason ?? (end.exitCode === 0 ? 'Completed' : 'Error') },
    log: logOr(input, container, isPrevious, logOr(input, container, !isPrevious, '')),
    containerId: idOf(end.containerID),
  }
}

function logOr({ logOf }: ResumeInput, container: Container, previous: boolean, otherwise: string): string {
  const text = logOf(container.name, previous)
  return text === '' ? otherwise : text
}

function idOf(text: string | undefined): string {
  return (text ?? '').replace(/^[a-z-]+:\/\//, '')
}

/** A probe that said yes is known to; one that did not is asked at its next tick. */
function probesOf(container: Container, status: ContainerStatus, nowMs: number): ContainerRuntime['probes'] {
  const good: ProbeRecord = { result: true, streak: 1, streakOf: true, nextAtMs: nowMs }
  return {
    ...(container.readinessProbe === undefined || !status.ready ? {} : { readiness: good }),
    ...(container.livenessProbe === undefined || !status.ready ? {} : { liveness: good }),
    ...(container.startupProbe === undefined || status.started === false ? {} : { startup: good }),
  }
}
