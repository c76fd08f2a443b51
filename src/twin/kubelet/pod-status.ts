/**
 * The status a kubelet reports for a pod (`pkg/kubelet/kubelet_pods.go`, `pkg/kubelet/status/generate.go`): phase,
 * conditions with their transition times, and one status per container.
 */

import type { Container, ContainerState, ContainerStatus, PodCondition, PodStatus } from 'kubernetes-types/core/v1.d.ts'
import { digestOf } from '../../kernel/canonical-json.ts'
import { toKubeTime } from '../../kernel/clock.ts'
import { isSidecar } from '../../model/kube/pod-requests.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import { podResourcesOf, type Resources } from './allocation.ts'
import { ephemeralContainersOf } from './ephemeral.ts'
import { isContainerReady } from './probe-worker.ts'
import { isRunning, type ContainerRuntime, type Exit, type PodRuntime, type Run } from './runtime.ts'
import type { VersionProfile } from '../profile.ts'
import { isRestarted, mayRestartAll } from './restart-policy.ts'
import { wholeSizeOf } from './whole-size.ts'

export interface StatusInput {
  readonly pod: PodObject
  readonly runtime: PodRuntime
  readonly hostIp: string
  readonly nowMs: number
  readonly profile: VersionProfile
}

export function podStatus(input: StatusInput): PodStatus {
  const { pod, runtime, hostIp } = input
  const before = pod.status ?? {}
  if (runtime.rejected !== undefined) {
    const { reason, message } = runtime.rejected
    return { ...before, phase: 'Failed', reason, message, startTime: toKubeTime(runtime.acceptedAtMs) }
  }
  const init = pod.spec?.initContainers ?? []
  const added = ephemeralContainersOf(pod)
  return {
    ...before,
    phase: phaseOf(input),
    ...(runtime.doomed?.isOver === true ? { reason: runtime.doomed.reason, message: runtime.doomed.message } : {}),
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    conditions: conditions(input),
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    startTime: before.startTime ?? toKubeTime(runtime.acceptedAtMs),
    ...(runtime.mounted ? { podIP: runtime.podIp, podIPs: [{ ip: runtime.podIp }] } : {}),
    ...(init.length === 0 ? {} : { initContainerStatuses: init.map((container) => containerStatus(input, container, true)) }),
    containerStatuses: byName((pod.spec?.containers ?? []).map((container) => containerStatus(input, container, false))),
    ...wholeSizeOf(pod, { inForce: runtime.wholeSize ?? podResourcesOf(pod), profile: input.profile }),
    ...(added.length === 0 ? {} : { ephemeralContainerStatuses: byName(added.map((container) => addedStatus(input, container))) }),
  } as PodStatus
}

/** As the status manager sorts them (`normalizeStatus`); those of init containers stay in the order of the spec. */
function byName(statuses: ContainerStatus[]): ContainerStatus[] {
  return statuses.length < 2 ? statuses : statuses.sort((left, right) => (left.name < right.name ? -1 : 1))
}

/** `getPhase`. Sidecars do not hold a pod that is done; a deleted pod that has stopped is done whatever its policy. */
export function phaseOf({ pod, runtime, profile }: Pick<StatusInput, 'pod' | 'runtime' | 'profile'>): string {
  const failedInit = (pod.spec?.initContainers ?? []).some((container) => !isSidecar(container) && failsInit(pod, container, { exit: runtime.containers[container.name]?.run?.exit, profile }))
  const mains = (pod.spec?.containers ?? []).map(({ name }) => runtime.containers[name])
  const haveRun = mains.filter((main) => main?.run !== undefined)
  if (failedInit || runtime.doomed?.isOver === true) return 'Failed'
  if (runtime.finished) return haveRun.length === mains.length && haveRun.every((main) => main?.run?.exit?.exitCode === 0) ? 'Succeeded' : 'Failed'
  if (mains.some((main) => main?.run === undefined && main?.previous === undefined)) return 'Pending'
  if (mains.some((main) => main?.run === undefined)) return 'Running'
  const comesBack = ({ name }: Container, index: number): boolean => mains[index]?.run?.exit !== undefined && (mains[index]?.run?.exit?.isRestarted ?? isRestarted(pod, pod.spec?.containers[index] ?? { name }, { exitCode: mains[index]?.run?.exit?.exitCode ?? 0, profile }))
  if (mains.some((main) => main !== undefined && isRunning(main)) || (pod.spec?.containers ?? []).some(comesBack)) return 'Running'
  const codes = mains.map((main) => main?.run?.exit?.exitCode ?? 0)
  if (codes.every((code) => code === 0)) return 'Succeeded'
  return 'Failed'
}

/** It failed, and neither its policy nor a rule starts it again. */
function failsInit(pod: PodObject, container: Container, { exit, profile }: { readonly exit: Exit | undefined; readonly profile: VersionProfile }): boolean {
  return exit !== undefined && exit.exitCode !== 0 && !(exit.isRestarted ?? isRestarted(pod, container, { exitCode: exit.exitCode, profile }))
}

function conditions(input: StatusInput): PodCondition[] {
  const { pod, runtime } = input
  const phase = phaseOf(input)
  const unready = [...(pod.spec?.initContainers ?? []).filter(isSidecar), ...(pod.spec?.containers ?? [])].filter((container) => !isReadyNow(runtime, container)).map(({ name }) => name)
  const done = phase === 'Succeeded' ? { status: 'False', reason: 'PodCompleted' } : phase === 'Failed' ? { status: 'False', reason: 'PodFailed' } : undefined
  const contained = done ?? (unready.length === 0 ? { status: 'True' } : { status: 'False', reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` })
  const own = [
    { type: 'PodReadyToStartContainers', status: runtime.mounted && done === undefined ? 'True' : 'False' },
    { type: 'Initialized', ...initialized(input, phase) },
    { type: 'Ready', ...(contained.status === 'True' ? gated(pod) : contained) },
    { type: 'ContainersReady', ...contained },
    { type: 'PodScheduled', status: 'True' },
    ...(mayRestartAll(pod, input.profile) ? [{ type: 'AllContainersRestarting', ...(done ?? { status: 'False' }) }] : []),
  ]
  const names = new Set([...own.map(({ type }) => type), 'PodResizePending', 'PodResizeInProgress'])
  const foreign = (pod.status?.conditions ?? []).filter(({ type }) => !names.has(type))
  const eviction = runtime.doomed?.disruption === undefined ? [] : [withTransition(input, { type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message: runtime.doomed.disruption })]
  return [...resizeConditions(input), ...foreign.filter(({ type }) => eviction.length === 0 || type !== 'DisruptionTarget'), ...eviction, ...own.map((condition) => withTransition(input, condition))]
}

function isReadyNow(runtime: PodRuntime, container: Container): boolean {
  const record = runtime.containers[container.name]
  return record !== undefined && isContainerReady(container, record)
}

function gated(pod: PodObject): { readonly status: string; readonly reason?: string; readonly message?: string } {
  const closed = (pod.spec?.readinessGates ?? []).filter((gate) => pod.status?.conditions?.find(({ type }) => type === gate.conditionType)?.status !== 'True')
  if (closed.length === 0) return { status: 'True' }
  const message = closed.map((gate) => gateText(pod, gate.conditionType)).join(', ')
  return { status: 'False', reason: 'ReadinessGatesNotReady', message }
}

function gateText(pod: PodObject, type: string): string {
  const said = pod.status?.conditions?.find((condition) => condition.type === type)?.status
  return said === undefined ? `corresponding condition of pod readiness gate "${type}" does not exist.` : `the status of pod readiness gate "${type}" is not "True", but ${said}`
}

function initialized({ pod, runtime }: StatusInput, phase: string): { readonly status: string; readonly reason?: string; readonly message?: string } {
  const mainsHaveRun = (pod.spec?.containers ?? []).some(({ name }) => runtime.containers[name]?.run !== undefined)
  const waiting = (pod.spec?.initContainers ?? []).filter((container) => {
    const record = runtime.containers[container.name]
    return isSidecar(container) ? record?.started !== true : record?.run?.exit?.exitCode !== 0
  })
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' }
  if (waiting.length === 0 || mainsHaveRun) return { status: 'True' }
  return { status: 'False', reason: 'ContainersNotInitialized', message: `containers with incomplete status: [${waiting.map(({ name }) => name).join(' ')}]` }
}

/** Both at once where a second resize waits while the first is under way. A pod that is over says nothing of either. */
function resizeConditions({ pod, runtime, profile, nowMs }: StatusInput): PodCondition[] {
  const { pending, inProgress } = runtime.resize ?? {}
  if (['Succeeded', 'Failed'].includes(phaseOf({ pod, runtime, profile }))) return []
  const condition = (type: string, of: { readonly reason?: string; readonly message?: string; readonly generation: number; readonly sinceMs: number }): PodCondition => {
    const said = { type, status: 'True', observedGeneration: of.generation, ...(of.reason === undefined ? {} : { reason: of.reason }), ...(of.message === undefined ? {} : { message: of.message }) }
    const before = pod.status?.conditions?.find((known) => known.type === type)
    const isSame = before?.reason === said.reason && before?.message === said.message && (before as { observedGeneration?: number } | undefined)?.observedGeneration === of.generation
    return isSame ? (before as PodCondition) : ({ ...said, lastProbeTime: toKubeTime(nowMs), lastTransitionTime: toKubeTime(of.sinceMs) } as unknown as PodCondition)
  }
  return [
    ...(pending === undefined ? [] : [condition('PodResizePending', pending)]),
    ...(inProgress === undefined ? [] : [condition('PodResizeInProgress', inProgress.error === undefined ? inProgress : { ...inProgress, reason: 'Error', message: inProgress.error })]),
  ]
}

function withTransition({ pod, nowMs }: StatusInput, condition: { readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string }): PodCondition {
  const before = pod.status?.conditions?.find(({ type }) => type === condition.type)
  const isSame = before?.status === condition.status && before.lastTransitionTime !== undefined && before.lastTransitionTime !== null
  const generation = pod.metadata.generation
  return { ...condition, ...(generation === undefined ? {} : { observedGeneration: generation }), lastTransitionTime: isSame ? before.lastTransitionTime : toKubeTime(nowMs) } as PodCondition
}

/** Never ready, and nobody asks whether it has started. */
function addedStatus(input: StatusInput, container: Container): ContainerStatus {
  const { started: _, ...status } = containerStatus(input, container, false)
  return { ...status, ready: false }
}

function containerStatus({ pod, runtime }: StatusInput, container: Container, isInit: boolean): ContainerStatus {
  const record = runtime.containers[container.name]
  const run = record?.run
  const isWaiting = record !== undefined && (run === undefined || (run.exit !== undefined && record.waiting.reason !== ''))
  const last = isWaiting && run !== undefined ? run : record?.previous
  const id = run?.containerId ?? record?.previous?.containerId
  const hasInit = (pod.spec?.initContainers ?? []).length > 0
  const image = container.image ?? ''
  const isDoneInit = isInit && !isSidecar(container) && run?.exit?.exitCode === 0
  return {
    name: container.name,
    image,
    imageID: run === undefined ? '' : `${image.split('@')[0] ?? ''}@${digestOf(image)}`,
    ...(id === undefined ? {} : { containerID: `containerd://${id}` }),
    ready: isDoneInit || (record !== undefined && isContainerReady(container, record)),
    started: record !== undefined && isRunning(record) && record.started,
    restartCount: record?.restarts ?? 0,
    state: record === undefined ? { waiting: { reason: hasInit ? 'PodInitializing' : 'ContainerCreating' } } : stateOf(record),
    lastState: last?.exit === undefined ? {} : { terminated: terminated(last) },
    ...sizesOf(container, record),
  } as ContainerStatus
}

/** What was granted, and what a running container has; of one that does not run, what it will have. */
function sizesOf(container: Container, record: ContainerRuntime | undefined): object {
  const granted = (container.resources ?? {}) as Resources
  const inForce = record !== undefined && isRunning(record) ? (record.run?.resources ?? granted) : granted
  return record?.run === undefined ? {} : { resources: inForce, ...(granted.requests === undefined ? {} : { allocatedResources: granted.requests }) }
}

function stateOf(record: ContainerRuntime): ContainerState {
  const { run, waiting } = record
  if (run !== undefined && run.exit === undefined) return { running: { startedAt: toKubeTime(run.startedAtMs) } }
  if (run !== undefined && waiting.reason === '') return { terminated: terminated(run) }
  return { waiting: { reason: waiting.reason === '' ? 'ContainerCreating' : waiting.reason, ...(waiting.message === undefined ? {} : { message: waiting.message }) } }
}

function terminated(run: Run): NonNullable<ContainerState['terminated']> {
  return {
    exitCode: run.exit?.exitCode ?? 0,
    reason: run.exit?.reason ?? '',
    startedAt: toKubeTime(run.startedAtMs),
    finishedAt: toKubeTime(run.exit?.atMs ?? run.startedAtMs),
    containerID: `containerd://${run.containerId}`,
  }
}
