/** The status of a Deployment and its clock of progress (`pkg/controller/deployment/{sync,progress}.go`). */

import { parseTimeMs } from '../../../kernel/clock.ts'
import { jsonEqual } from '../../../kernel/json.ts'
import type { Context } from '../../controller.ts'
import { findCondition, withCondition, withoutCondition, type WorkloadCondition } from '../conditions.ts'
import type { ReplicaSetObject } from '../replica-set.ts'
import { storedStatus } from '../stored-status.ts'
import { maxUnavailable, replicasWanted, specReplicas, statusSum, type DeploymentObject } from './replica-sets.ts'

/** "No deadline" in the API. */
const NO_DEADLINE = 2_147_483_647

export interface StatusInput {
  readonly deployment: DeploymentObject
  readonly newSet?: ReplicaSetObject
  readonly old: readonly ReplicaSetObject[]
}

interface Counts {
  readonly observedGeneration: number
  readonly replicas: number
  readonly updatedReplicas: number
  readonly readyReplicas: number
  readonly availableReplicas: number
  readonly unavailableReplicas: number
  readonly terminatingReplicas?: number
  readonly collisionCount?: number
}

/** Counts and the Available condition, without the clock of progress: what a paused or resized Deployment reports. */
export function syncStatusOnly(context: Context, input: StatusInput): void {
  write(context, input, withAvailability(context, input, counts(context, input), conditionsOf(input.deployment)))
}

/** The same with Progressing and ReplicaFailure, and a wake-up when the deadline may have passed. */
export function syncRolloutStatus(context: Context, input: StatusInput): void {
  const { deployment } = input
  const now = counts(context, input)
  const available = withAvailability(context, input, now, conditionsOf(deployment))
  const progressed = withProgress(context, input, now, available)
  write(context, input, withReplicaFailure(context, input, progressed))
  wakeForDeadline(context, deployment, progressed)
}

export function isComplete(deployment: DeploymentObject, status: Pick<Counts, 'updatedReplicas' | 'replicas' | 'availableReplicas' | 'observedGeneration'>): boolean {
  const desired = replicasWanted(deployment)
  return status.updatedReplicas === desired && status.replicas === desired && status.availableReplicas === desired && status.observedGeneration >= (deployment.metadata.generation ?? 0)
}

function counts(context: Context, { deployment, newSet, old }: StatusInput): Counts {
  const all = newSet === undefined ? old : [...old, newSet]
  const replicas = statusSum(all, 'replicas')
  const availableReplicas = statusSum(all, 'availableReplicas')
  const collisionCount = deployment.status?.collisionCount
  const terminatingReplicas = all.reduce((sum, set) => sum + ((set.status as { terminatingReplicas?: number } | undefined)?.terminatingReplicas ?? 0), 0)
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas,
    updatedReplicas: newSet?.status?.replicas ?? 0,
    readyReplicas: statusSum(all, 'readyReplicas'),
    availableReplicas,
    unavailableReplicas: Math.max(0, specReplicas(all) - availableReplicas),
    ...(context.profile.minor >= 35 ? { terminatingReplicas } : {}),
    ...(collisionCount === undefined ? {} : { collisionCount }),
  }
}

function withAvailability(context: Context, { deployment }: StatusInput, now: Counts, conditions: readonly WorkloadCondition[]): WorkloadCondition[] {
  const isEnough = now.availableReplicas >= replicasWanted(deployment) - maxUnavailable(deployment)
  const condition = isEnough
    ? { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
    : { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable', message: 'Deployment does not have minimum availability.' }
  return withCondition(conditions, condition, { nowMs: context.nowMs(), tracksUpdates: true })
}

function withProgress(context: Context, input: StatusInput, now: Counts, conditions: readonly WorkloadCondition[]): WorkloadCondition[] {
  const { deployment, newSet } = input
  const current = findCondition(conditions, 'Progressing')
  const wasComplete = now.replicas === now.updatedReplicas && current?.reason === 'NewReplicaSetAvailable'
  if (!hasDeadline(deployment)) return withoutCondition(conditions, 'Progressing')
  if (wasComplete) return [...conditions]
  const name = newSet === undefined ? `Deployment "${deployment.metadata.name ?? ''}"` : `ReplicaSet "${newSet.metadata.name ?? ''}"`
  const options = { nowMs: context.nowMs(), tracksUpdates: true }
  if (isComplete(deployment, now)) {
    return withCondition(conditions, { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message: `${name} has successfully progressed.` }, options)
  }
  if (hasProgressed(deployment, now)) return restamped(conditions, `${name} is progressing.`, options)
  if (!isTimedOut(context, deployment, conditions)) return [...conditions]
  return withCondition(conditions, { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: `${name} has timed out progressing.` }, options)
}

/** Progress restarts the clock even where the condition says the same. */
function restamped(conditions: readonly WorkloadCondition[], message: string, options: { readonly nowMs: number; readonly tracksUpdates: boolean }): WorkloadCondition[] {
  const current = findCondition(conditions, 'Progressing')
  const fresh = withCondition(withoutCondition(conditions, 'Progressing'), { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message }, options)
  if (current?.status !== 'True' || current.lastTransitionTime === undefined) return fresh
  return fresh.map((condition) => (condition.type === 'Progressing' ? { ...condition, lastTransitionTime: current.lastTransitionTime ?? '' } : condition))
}

/** `DeploymentProgressing`: more updated, fewer old, more ready or more available than before. */
function hasProgressed(deployment: DeploymentObject, now: Counts): boolean {
  const before = deployment.status ?? {}
  const oldBefore = (before.replicas ?? 0) - (before.updatedReplicas ?? 0)
  return (
    now.updatedReplicas > (before.updatedReplicas ?? 0) ||
    now.replicas - now.updatedReplicas < oldBefore ||
    now.readyReplicas > (before.readyReplicas ?? 0) ||
    now.availableReplicas > (before.availableReplicas ?? 0)
  )
}

function isTimedOut(context: Context, deployment: DeploymentObject, conditions: readonly WorkloadCondition[]): boolean {
  const current = findCondition(conditions, 'Progressing')
  if (current === undefined || current.reason === 'NewReplicaSetAvailable') return false
  if (current.reason === 'ProgressDeadlineExceeded') return true
  return deadlineMs(deployment, current) < context.nowMs()
}

function wakeForDeadline(context: Context, deployment: DeploymentObject, conditions: readonly WorkloadCondition[]): void {
  const current = findCondition(conditions, 'Progressing')
  if (!hasDeadline(deployment) || current === undefined || ['NewReplicaSetAvailable', 'ProgressDeadlineExceeded'].includes(current.reason ?? '')) return
  const { namespace = '', name = '' } = deployment.metadata
  context.wakeAfter(`${namespace}/${name}`, deadlineMs(deployment, current) - context.nowMs() + 1_000)
}

function deadlineMs(deployment: DeploymentObject, condition: WorkloadCondition): number {
  return (parseTimeMs(condition.lastUpdateTime ?? condition.lastTransitionTime) ?? 0) + (deployment.spec?.progressDeadlineSeconds ?? 600) * 1000
}

export function hasDeadline(deployment: DeploymentObject): boolean {
  return (deployment.spec?.progressDeadlineSeconds ?? 600) !== NO_DEADLINE
}

/** The new set's failure speaks for the Deployment; an old set's only where the new one has none. */
function withReplicaFailure(context: Context, { newSet, old }: StatusInput, conditions: readonly WorkloadCondition[]): WorkloadCondition[] {
  const failureOf = (set: ReplicaSetObject | undefined): WorkloadCondition | undefined => findCondition((set?.status?.conditions ?? []) as readonly WorkloadCondition[], 'ReplicaFailure')
  const failure = failureOf(newSet) ?? old.map(failureOf).find((condition) => condition !== undefined)
  if (failure === undefined) return withoutCondition(conditions, 'ReplicaFailure')
  const { type, status, reason = '', message = '' } = failure
  return withCondition(conditions, { type, status, reason, message }, { nowMs: context.nowMs(), tracksUpdates: true })
}

function conditionsOf(deployment: DeploymentObject): readonly WorkloadCondition[] {
  return (deployment.status?.conditions ?? []) as readonly WorkloadCondition[]
}

function write(context: Context, input: StatusInput, conditions: readonly WorkloadCondition[]): void {
  const status = storedStatus({ ...counts(context, input), conditions }, ['terminatingReplicas', 'collisionCount'])
  if (!jsonEqual(status, input.deployment.status)) context.api.updateStatus(input.deployment, status)
}
