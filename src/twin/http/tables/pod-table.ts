/** Pods: `printPod` of `pkg/printers/internalversion/printers.go`, whose STATUS column is what people search for. */

import type { Container, ContainerState, ContainerStatus, PodStatus } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs } from '../../../kernel/clock.ts'
import type { PodObject } from '../../../model/kube/workload.ts'
import { ageOf, humanDuration } from '../human-duration.ts'
import { columns, joined, nameOf, type Cell, type TableKind } from './table.ts'

export const podTable: TableKind = {
  columns: columns('Name, Ready, Status, Restarts, Age | IP, Node, Nominated Node, Readiness Gates'),
  cells: (object, nowMs) => podCells(object as PodObject, nowMs),
}

interface Summary {
  readonly reason: string
  readonly ready: number
  readonly restarts: number
  readonly lastRestartMs: number
}

function podCells(pod: PodObject, nowMs: number): Cell[] {
  const { spec, status } = pod
  const initial = summariseInit(pod, status?.reason ?? gatedReason(status) ?? status?.phase ?? '')
  const isInitialized = status?.conditions?.some(({ type, status: value }) => type === 'Initialized' && value === 'True') === true
  const summary = initial.isInitializing && !isInitialized ? initial : summariseContainers(pod, initial)
  const total = (spec?.containers ?? []).length + (spec?.initContainers ?? []).filter(isSidecar).length
  const gates = spec?.readinessGates ?? []
  const passed = gates.filter(({ conditionType }) => status?.conditions?.some(({ type, status: value }) => type === conditionType && value === 'True') === true)
  return [
    nameOf(pod),
    `${summary.ready}/${total}`,
    endingReason(pod) ?? summary.reason,
    restartsText(summary, nowMs),
    ageOf(pod.metadata.creationTimestamp, nowMs),
    status?.podIP ?? '<none>',
    joined([spec?.nodeName]),
    joined([status?.nominatedNodeName]),
    gates.length === 0 ? '<none>' : `${passed.length}/${gates.length}`,
  ]
}

function restartsText({ restarts, lastRestartMs }: Summary, nowMs: number): string {
  return restarts === 0 || lastRestartMs === 0 ? String(restarts) : `${restarts} (${humanDuration(nowMs - lastRestartMs)} ago)`
}

function gatedReason(status: PodStatus | undefined): string | undefined {
  return status?.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated') === true ? 'SchedulingGated' : undefined
}

function endingReason(pod: PodObject): string | undefined {
  if (pod.metadata.deletionTimestamp === undefined) return undefined
  if (pod.status?.reason === 'NodeLost') return 'Unknown'
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed' ? undefined : 'Terminating'
}

/** Init containers in order, up to the first that is not done. Sidecars count among the regular ones. */
function summariseInit(pod: PodObject, reason: string): Summary & { readonly isInitializing: boolean; readonly sidecarRestarts: number; readonly sidecarRestartMs: number } {
  const specs = new Map((pod.spec?.initContainers ?? []).map((container) => [container.name, container]))
  let [ready, restarts, lastRestartMs, sidecarRestarts, sidecarRestartMs] = [0, 0, 0, 0, 0]
  for (const [index, container] of (pod.status?.initContainerStatuses ?? []).entries()) {
    const sidecar = isSidecar(specs.get(container.name))
    restarts += container.restartCount
    lastRestartMs = Math.max(lastRestartMs, finishedMs(container))
    if (sidecar) {
      sidecarRestarts += container.restartCount
      sidecarRestartMs = Math.max(sidecarRestartMs, finishedMs(container))
    }
    if (container.state?.terminated?.exitCode === 0) continue
    if (sidecar && container.started === true) {
      if (container.ready) ready += 1
      continue
    }
    const waiting = initReason(container, `Init:${index}/${specs.size}`)
    return { reason: waiting, ready, restarts, lastRestartMs, isInitializing: true, sidecarRestarts, sidecarRestartMs }
  }
  return { reason, ready, restarts, lastRestartMs, isInitializing: false, sidecarRestarts, sidecarRestartMs }
}

function initReason({ state }: ContainerStatus, otherwise: string): string {
  if (state?.terminated !== undefined) return `Init:${terminationReason(state.terminated)}`
  const waiting = state?.waiting?.reason ?? ''
  return waiting === '' || waiting === 'PodInitializing' ? otherwise : `Init:${waiting}`
}

function terminationReason({ reason, signal, exitCode }: NonNullable<ContainerState['terminated']>): string {
  if (reason !== undefined && reason !== '') return reason
  return signal !== undefined && signal !== 0 ? `Signal:${signal}` : `ExitCode:${exitCode}`
}

/** The last container that has something to say names the pod's state. */
function summariseContainers(pod: PodObject, initial: ReturnType<typeof summariseInit>): Summary {
  let { reason, ready } = initial
  let restarts = initial.sidecarRestarts
  let lastRestartMs = initial.sidecarRestartMs
  let isAnyRunning = false
  for (const container of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    restarts += container.restartCount
    lastRestartMs = Math.max(lastRestartMs, finishedMs(container))
    const { state } = container
    if ((state?.waiting?.reason ?? '') !== '') reason = state?.waiting?.reason ?? reason
    else if (state?.terminated !== undefined) reason = terminationReason(state.terminated)
    else if (container.ready && state?.running !== undefined) {
      isAnyRunning = true
      ready += 1
    }
  }
  if (reason === 'Completed' && isAnyRunning) reason = isReadyCondition(pod) ? 'Running' : 'NotReady'
  return { reason, ready, restarts, lastRestartMs }
}

function isReadyCondition(pod: PodObject): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true
}

function finishedMs({ lastState }: ContainerStatus): number {
  return parseTimeMs(lastState?.terminated?.finishedAt) ?? 0
}

function isSidecar(container: Container | undefined): boolean {
  return (container as { restartPolicy?: string } | undefined)?.restartPolicy === 'Always'
}
