/**
 * What a kubelet reports about its node: capacity, conditions, addresses. Written when it differs from what stands
 * there, never as a heartbeat.
 */

import type { NodeCondition, NodeStatus } from 'kubernetes-types/core/v1.d.ts'
import { toKubeTime } from '../../kernel/clock.ts'
import type { World } from '../../model/world.ts'
import type { NodeObject } from '../../model/kube/workload.ts'
import { declaredBy } from '../node-features.ts'
import type { VersionProfile } from '../profile.ts'
import type { NodeHealth } from './liveness.ts'

/** A machine of which nothing is known. */
export const CAPACITY_DEFAULT = { cpu: '4', memory: '16Gi', pods: '110', 'ephemeral-storage': '100Gi' }

interface NodeInput {
  readonly node: NodeObject
  readonly health: Exclude<NodeHealth, { readonly type: 'silent' }>
  readonly world: World
  readonly profile: VersionProfile
  readonly nowMs: number
  /** A stable address for a node that has none. */
  readonly address: string
}

export function nodeStatus(input: NodeInput): NodeStatus {
  const before = input.node.status ?? {}
  const capacity = before.capacity ?? before.allocatable ?? poolCapacity(input) ?? CAPACITY_DEFAULT
  const hasAddress = (before.addresses ?? []).length > 0
  return {
    ...before,
    capacity,
    allocatable: before.allocatable ?? capacity,
    conditions: conditions(input),
    ...(hasAddress ? {} : { addresses: [{ type: 'InternalIP', address: input.address }, { type: 'Hostname', address: input.node.metadata.name ?? '' }] }),
    ...((before.nodeInfo?.kubeletVersion ?? '') === '' ? { nodeInfo: nodeInfo(input), ...declared(input) } : {}),
  } as NodeStatus
}

/** Only by a kubelet that has not said yet what it is. */
function declared({ node, profile }: NodeInput): object {
  return profile.declaredFeatures.length === 0 || declaredBy(node).length > 0 ? {} : { declaredFeatures: profile.declaredFeatures }
}

function poolCapacity({ world, node }: NodeInput): Record<string, string> | undefined {
  return world.pools.find((pool) => Object.entries(pool.matchLabels).every(([key, value]) => node.metadata.labels?.[key] === value))?.capacity
}

interface Wanted {
  readonly type: string
  readonly status: 'True' | 'False'
  readonly reason: string
  readonly message: string
}

function conditions(input: NodeInput): NodeCondition[] {
  const { health } = input
  const ready: Wanted =
    health.type !== 'not-ready'
      ? { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
      : { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: health.message }
  const pressures = [
    pressure(health, { type: 'MemoryPressure', has: 'KubeletHasInsufficientMemory', hasNot: 'KubeletHasSufficientMemory', words: ['insufficient memory', 'sufficient memory'] }),
    pressure(health, { type: 'DiskPressure', has: 'KubeletHasDiskPressure', hasNot: 'KubeletHasNoDiskPressure', words: ['disk pressure', 'no disk pressure'] }),
    pressure(health, { type: 'PIDPressure', has: 'KubeletHasInsufficientPID', hasNot: 'KubeletHasSufficientPID', words: ['insufficient PID', 'sufficient PID'] }),
  ]
  const own = [...pressures, ready]
  const foreign = (input.node.status?.conditions ?? []).filter(({ type }) => !own.some((condition) => condition.type === type))
  return [...foreign, ...own.map((condition) => reported(input, condition))]
}

function pressure(health: NodeInput['health'], text: { readonly type: 'MemoryPressure' | 'DiskPressure' | 'PIDPressure'; readonly has: string; readonly hasNot: string; readonly words: readonly [string, string] }): Wanted {
  const isUnder = health.type !== 'healthy' && health.conditions.includes(text.type)
  return {
    type: text.type,
    status: isUnder ? 'True' : 'False',
    reason: isUnder ? text.has : text.hasNot,
    message: `kubelet has ${isUnder ? text.words[0] : text.words[1]} available`.replace('pressure available', 'pressure'),
  }
}

/** Unchanged conditions keep their times: a status that says nothing new is not written. */
function reported({ node, nowMs }: NodeInput, wanted: Wanted): NodeCondition {
  const before = node.status?.conditions?.find(({ type }) => type === wanted.type)
  if (before?.status === wanted.status && before.reason === wanted.reason && before.message === wanted.message) return before
  const now = toKubeTime(nowMs)
  return { ...wanted, lastHeartbeatTime: now, lastTransitionTime: before?.status === wanted.status ? before.lastTransitionTime : now } as NodeCondition
}

function nodeInfo({ node, profile }: NodeInput): object {
  return {
    architecture: node.metadata.labels?.['kubernetes.io/arch'] ?? 'amd64',
    operatingSystem: node.metadata.labels?.['kubernetes.io/os'] ?? 'linux',
    osImage: 'virtual',
    kernelVersion: '6.12.0',
    containerRuntimeVersion: 'containerd://2.1.0',
    kubeletVersion: profile.gitVersion,
    kubeProxyVersion: '',
    machineID: '',
    systemUUID: '',
    bootID: '',
  }
}
