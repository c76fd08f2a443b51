/**
 * Whether two statuses of a pod say the same about it. Kubelets of a real cluster write more than those of the twin (digests of
 * images, resources, users), and a status that was collected is worth more than one made anew, as long as nothing happened.
 */

import type { ContainerState, ContainerStatus, PodStatus } from 'kubernetes-types/core/v1.d.ts'

export function saysTheSame(left: PodStatus, right: PodStatus): boolean {
  return (
    left.phase === right.phase &&
    CONDITIONS.every((type) => conditionText(left, type) === conditionText(right, type)) &&
    areSame(left.containerStatuses, right.containerStatuses) &&
    areSame(left.initContainerStatuses, right.initContainerStatuses) &&
    areSame(left.ephemeralContainerStatuses, right.ephemeralContainerStatuses)
  )
}

const CONDITIONS = ['Ready', 'ContainersReady', 'Initialized', 'PodScheduled'] as const

function conditionText(status: PodStatus, type: string): string | undefined {
  return status.conditions?.find((condition) => condition.type === type)?.status
}

function areSame(left: readonly ContainerStatus[] = [], right: readonly ContainerStatus[] = []): boolean {
  return left.length === right.length && left.every((one) => isSame(one, right.find(({ name }) => name === one.name)))
}

function isSame(left: ContainerStatus, right: ContainerStatus | undefined): boolean {
  return right !== undefined && left.ready === right.ready && left.started === right.started && left.restartCount === right.restartCount && stateText(left.state) === stateText(right.state) && stateText(left.lastState) === stateText(right.lastState)
}

/** The message of a back-off counts: it names the delay. */
function stateText({ running, waiting, terminated }: ContainerState = {}): string {
  if (running !== undefined && running !== null) return 'running'
  if (waiting !== undefined && waiting !== null) return `waiting ${waiting.reason ?? ''} ${waiting.message ?? ''}`
  return terminated === undefined || terminated === null ? '' : `terminated ${terminated.exitCode} ${terminated.reason ?? ''} ${String(terminated.finishedAt ?? '')}`
}
