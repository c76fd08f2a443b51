/**
 * A container that ends with a code for which its rules restart the whole pod: all containers are ended without a grace and removed, and
 * the pod begins again with its first init container, in its place and without a back-off (`pkg/kubelet/container/helpers.go`,
 * ShouldAllContainersRestart; since 1.36).
 */

import { newContainer } from './container-step.ts'
import { RELIST_MS } from './probe-ticks.ts'
import { settleRun } from './container-run.ts'
import { actionFor } from './restart-policy.ts'
import type { ContainerRuntime, PodRuntime } from './runtime.ts'
import type { Step } from './step.ts'

const REASON = 'RestartingAllContainers'
const WAITING = { reason: REASON, message: 'The container is removed because RestartAllContainers in place' }
const KILLED_CODE = 137

/** The pod as it was, or with nothing left of its containers but how often they were restarted. */
export function restartAll(step: Step, runtime: PodRuntime): PodRuntime {
  if (!step.profile.restartsAllContainers || !step.canStart) return runtime
  const containers = Object.fromEntries(Object.entries(runtime.containers).map(([name, record]) => [name, settleRun(step, record)]))
  const endMs = Math.min(...specsOf(step).map((container) => endFor(containers[container.name], container)))
  if (!Number.isFinite(endMs)) return { ...runtime, containers }
  if (step.nowMs < endMs + RELIST_MS) {
    step.wakeAt(endMs + RELIST_MS)
    return { ...runtime, containers }
  }
  const anew = specsOf(step).flatMap((container) => {
    const record = containers[container.name]
    return record === undefined ? [] : [[container.name, removed(step, record, newContainer(container, REASON))] as const]
  })
  const added = Object.entries(containers).filter(([name]) => !specsOf(step).some((container) => container.name === name))
  return { ...runtime, containers: Object.fromEntries([...added, ...anew]) }
}

type Spec = NonNullable<NonNullable<Step['pod']['spec']>['containers']>[number]

function specsOf({ pod }: Step): readonly Spec[] {
  return [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])]
}

/** When it ended so; never where it did not. */
function endFor(record: ContainerRuntime | undefined, container: Spec): number {
  const exit = record?.run?.exit
  return exit !== undefined && record?.waiting.reason !== REASON && actionFor(container, exit.exitCode) === 'RestartAllContainers' ? exit.atMs : Infinity
}

function removed(step: Step, record: ContainerRuntime, anew: ContainerRuntime): ContainerRuntime {
  const last = record.run ?? record.previous
  if (last === undefined) return record
  const previous = { ...last, ends: [], exit: { atMs: last.exit?.atMs ?? step.nowMs, exitCode: KILLED_CODE, reason: REASON } }
  return { ...anew, waiting: WAITING, previous, restarts: record.restarts + 1 }
}
