/**
 * What a kubelet has granted to a pod, where that is not what its spec asks for now (`pkg/kubelet/allocation`): a resize is
 * granted when it fits beside what the other pods were granted, and waits otherwise.
 */

import type { Container, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { amountsOf, isSidecar, podRequests, type Amounts } from '../../model/kube/pod-requests.ts'
import type { NodeObject, PodObject } from '../../model/kube/workload.ts'
import type { VersionProfile } from '../profile.ts'

export interface Resources {
  readonly requests?: Readonly<Record<string, string>>
  readonly limits?: Readonly<Record<string, string>>
}

type Spec = PodSpec & { readonly resources?: Resources }

const RESIZABLE = ['cpu', 'memory'] as const

/** The pod as its kubelet runs it: with the resources of the spec that was granted. */
export function withGranted(pod: PodObject, granted: PodSpec | undefined): PodObject {
  if (granted === undefined || pod.spec === undefined || granted === pod.spec) return pod
  const [wanted, had] = [pod.spec as Spec, granted as Spec]
  if (isSameAsGranted(wanted, had)) return pod
  const { resources: _, ...rest } = wanted
  return {
    ...pod,
    spec: {
      ...rest,
      ...(had.resources === undefined ? {} : { resources: had.resources }),
      containers: wanted.containers.map((container) => like(container, had.containers)),
      ...(wanted.initContainers === undefined ? {} : { initContainers: wanted.initContainers.map((container) => like(container, had.initContainers ?? [])) }),
    } as PodSpec,
  }
}

function like(container: Container, granted: readonly Container[]): Container {
  const found = granted.find(({ name }) => name === container.name)
  if (found === undefined || found.resources === container.resources) return container
  const { resources: _, ...rest } = container
  return { ...rest, ...(found.resources === undefined ? {} : { resources: found.resources }) }
}

function isSameAsGranted(wanted: Spec, granted: Spec): boolean {
  const isSame = (left: Resources | undefined, right: Resources | undefined): boolean => left === right || jsonEqual(left ?? {}, right ?? {})
  const containers = (spec: Spec): readonly Container[] => [...(spec.initContainers ?? []), ...spec.containers]
  const had = containers(granted)
  return isSame(wanted.resources, granted.resources) && containers(wanted).every(({ name, resources }) => isSame(resources as Resources, had.find((container) => container.name === name)?.resources as Resources))
}

/** Both name the same amounts of cpu and memory: nothing else of a running container can be changed. */
export function isSameSize(left: Resources | undefined, right: Resources | undefined): boolean {
  if (left === right) return true
  return (['requests', 'limits'] as const).every((kind) => {
    const [one, other] = [amountsOf(left?.[kind]), amountsOf(right?.[kind])]
    return RESIZABLE.every((name) => one[name] === other[name])
  })
}

/** What is stated for the pod as a whole. */
export function podResourcesOf(pod: PodObject): Resources | undefined {
  return (pod.spec as Spec | undefined)?.resources
}

export function podLimitsOf(pod: PodObject): Resources['limits'] {
  return podResourcesOf(pod)?.limits
}

/** A container without a limit of its own is held by that of its pod (`pkg/kubelet/util`, GetLimits). */
export function underPod(own: Resources | undefined, whole: Resources | undefined): Resources | undefined {
  const held = RESIZABLE.flatMap((name) => {
    const limit = whole?.limits?.[name]
    return limit === undefined || own?.limits?.[name] !== undefined ? [] : [[name, limit] as const]
  })
  return held.length === 0 ? own : { ...own, limits: { ...own?.limits, ...Object.fromEntries(held) } }
}

export function isResizable(pod: PodObject, container: Container, profile: Pick<VersionProfile, 'initContainerResize'>): boolean {
  const isInit = pod.spec?.initContainers?.some(({ name }) => name === container.name) === true
  return !isInit || isSidecar(container) || profile.initContainerResize
}

export type GrantVerdict = { readonly type: 'granted' } | { readonly type: 'pending'; readonly reason: 'Deferred' | 'Infeasible'; readonly message: string }

export interface GrantInput {
  /** As it is wanted. */
  readonly pod: PodObject
  readonly node: NodeObject
  /** The other active pods of the node, as they were granted. */
  readonly others: readonly PodObject[]
  readonly profile: Pick<VersionProfile, 'resizeBeyondNodeIsInfeasible'>
}

export function judgeResize({ pod, node, others, profile }: GrantInput): GrantVerdict {
  const wanted = requestsOf(pod)
  const room = amountsOf((node.status?.allocatable ?? node.status?.capacity) as Readonly<Record<string, string>> | undefined)
  const beyond = (['memory', 'cpu'] as const).find((name) => (wanted[name] ?? 0) > (room[name] ?? Infinity))
  if (beyond !== undefined && profile.resizeBeyondNodeIsInfeasible) return { type: 'pending', reason: 'Infeasible', message: `Node didn't have enough capacity: ${beyond}, requested: ${wanted[beyond]}, capacity: ${room[beyond]}` }
  for (const name of RESIZABLE) {
    const used = others.reduce((sum, other) => sum + (requestsOf(other)[name] ?? 0), 0)
    const [requested, capacity] = [wanted[name] ?? 0, room[name] ?? Infinity]
    if (requested > 0 && requested > capacity - used) return { type: 'pending', reason: 'Deferred', message: `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}` }
  }
  return { type: 'granted' }
}

/** Of the spec alone: what the status says of sizes in force does not count here. */
function requestsOf(pod: PodObject): Amounts {
  const { status: _, ...bare } = pod
  return podRequests(bare)
}
