/** What a kubelet had granted to a pod and what it was about to change, read back from the status. */

import type { Container, ContainerStatus, PodCondition, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { conditionOf, containerStatusesOf, type PodObject } from '../../model/kube/workload.ts'
import { isSameSize, type Resources } from '../kubelet/allocation.ts'
import type { PodRuntime, ResizeState, Run } from '../kubelet/runtime.ts'

interface Sized {
  readonly allocatedResources?: Resources['requests']
  readonly resources?: Resources
}

export function resumeResize(pod: PodObject, nowMs: number): Pick<PodRuntime, 'granted' | 'resize' | 'wholeSize'> {
  const pending = resizeCondition(pod, 'PodResizePending', nowMs)
  const inProgress = resizeCondition(pod, 'PodResizeInProgress', nowMs)
  if (pod.spec === undefined) return {}
  const resize: ResizeState = {
    ...(pending === undefined ? {} : { pending: { reason: pending.reason === 'Infeasible' ? ('Infeasible' as const) : ('Deferred' as const), message: pending.message, generation: pending.generation, sinceMs: pending.sinceMs } }),
    ...(inProgress === undefined ? {} : { inProgress: { generation: inProgress.generation, sinceMs: inProgress.sinceMs, ...(inProgress.reason === 'Error' ? { error: inProgress.message } : {}) } }),
  }
  return { granted: pending === undefined ? pod.spec : grantedSpec(pod, pod.spec), ...wholeInForce(pod), ...(pending === undefined && inProgress === undefined ? {} : { resize }) }
}

/** While a resize waits, the pod runs as its status says. */
function grantedSpec(pod: PodObject, spec: PodSpec): PodSpec {
  const statuses = new Map(containerStatusesOf(pod).map((status) => [status.name, status as ContainerStatus & Sized]))
  const sized = (container: Container): Container => {
    const { allocatedResources: requests, resources } = statuses.get(container.name) ?? {}
    if (resources === undefined) return container
    const granted: Resources = { ...resources, ...(requests === undefined ? {} : { requests }) }
    return isSameSize(granted, container.resources as Resources | undefined) ? container : ({ ...container, resources: granted } as Container)
  }
  return { ...spec, ...grantedWhole(pod, spec), containers: spec.containers.map(sized), ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(sized) }) }
}

type Whole = { readonly resources?: Resources }

/** What is stated for the pod as a whole, as it was granted: among the total stand only names that are stated, and their limits in force. */
function grantedWhole({ status }: PodObject, spec: PodSpec): Whole {
  const { resources: stated } = spec as PodSpec & Whole
  const { allocatedResources, resources: inForce } = (status ?? {}) as Sized
  if (stated === undefined || allocatedResources === undefined) return {}
  const among = (names: object | undefined, quantities: Readonly<Record<string, string>> | undefined): Record<string, string> => Object.fromEntries(Object.entries(quantities ?? {}).filter(([name]) => Object.hasOwn(names ?? {}, name)))
  return { resources: { requests: among(stated.requests, allocatedResources), ...(stated.limits === undefined ? {} : { limits: among(stated.limits, inForce?.limits) }) } }
}

function wholeInForce({ spec, status }: PodObject): Pick<PodRuntime, 'wholeSize'> {
  const { resources } = (status ?? {}) as Sized
  return (spec as (PodSpec & Whole) | undefined)?.resources === undefined || resources === undefined ? {} : { wholeSize: resources }
}

export function sizeInForce(status: ContainerStatus): Pick<Run, 'resources'> {
  const { resources } = status as ContainerStatus & Sized
  return resources === undefined ? {} : { resources }
}

function resizeCondition(pod: PodObject, type: string, nowMs: number): { readonly reason: string; readonly message: string; readonly generation: number; readonly sinceMs: number } | undefined {
  const found = conditionOf(pod, type) as (PodCondition & { readonly observedGeneration?: number }) | undefined
  if (found?.status !== 'True') return undefined
  return { reason: found.reason ?? '', message: found.message ?? '', generation: found.observedGeneration ?? pod.metadata.generation ?? 0, sinceMs: parseTimeMs(found.lastTransitionTime as string | undefined) ?? nowMs }
}
