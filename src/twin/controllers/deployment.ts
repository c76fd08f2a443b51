/**
 * The Deployment controller (`pkg/controller/deployment`): finds or makes the ReplicaSet of the template, moves
 * replicas to it within surge and unavailability, and keeps the clock of progress. A roll-out that fails stays
 * where it is: nobody rolls it back but a person or a plan.
 */

import { conditionOf, isTerminal, isTerminating } from '../../model/kube/workload.ts'
import { refOf } from '../../model/kube-object.ts'
import type { Context, Controller, Forkable } from '../controller.ts'
import { CowMap } from '../cow-map.ts'
import { claimChildren, isOrphan, noteOrphans, type Orphans } from './claim-children.ts'
import { withCondition, type WorkloadCondition } from './conditions.ts'
import { keyOf, keysIn, objectAt, ownerKeys } from './controller-key.ts'
import { ensureNewSet, refuseStaleSet } from './deployment/new-set.ts'
import { activeSets, isScalingEvent, scaleProportionally } from './deployment/proportional.ts'
import { byCreation, findNewSet, replicasWanted, revisionOf, type DeploymentObject } from './deployment/replica-sets.ts'
import { rollOneStep } from './deployment/rolling.ts'
import { scaleSet } from './deployment/scale-set.ts'
import { hasDeadline, isComplete, syncRolloutStatus, syncStatusOnly } from './deployment/status.ts'
import { podsOwnedBy } from './pod-state.ts'
import type { ReplicaSetObject } from './replica-set.ts'

const TYPE = { apiVersion: 'apps/v1', kind: 'Deployment' }
/** Default of `spec.revisionHistoryLimit`. */
const HISTORY_LIMIT = 10

/**
 * A resize writes each set and then the status, request after request, and the sets begin with what they were told
 * meanwhile: a set that got more than its share makes pods before it is told to stop.
 */
const RESIZE_MS = 12

interface DeploymentState extends Forkable {
  readonly orphans: Orphans
  /** Until when the resize of a Deployment takes, by key. */
  readonly busyUntilMs: CowMap<number>
}

type DeploymentContext = Context<DeploymentState>

function stateOver(parts: Pick<DeploymentState, 'orphans' | 'busyUntilMs'>): DeploymentState {
  return { ...parts, fork: () => stateOver({ orphans: parts.orphans.fork(), busyUntilMs: parts.busyUntilMs.fork() }) }
}

export const deployment: Controller<DeploymentState> = {
  name: 'deployment-controller',
  watches: ['apps/Deployment', 'apps/ReplicaSet', '/Pod'],
  // It hears of a set's status before the set itself has made its next step.
  latencyMs: 5,
  createState: () => stateOver({ orphans: new CowMap(), busyUntilMs: new CowMap() }),
  observe: (change, { orphans }) => noteOrphans('apps/ReplicaSet', change, orphans),
  keysFor(change, store) {
    if (change.groupKind === 'apps/Deployment') return change.after === undefined ? [] : [keyOf(change.after)]
    if (change.groupKind === '/Pod') return change.after === undefined && change.before !== undefined ? recreatingOwner(store, change.before) : []
    const adopters = isOrphan(change.after) ? keysIn(store, 'apps/Deployment', change.after?.metadata.namespace ?? '') : []
    return [...ownerKeys(change, 'Deployment'), ...adopters]
  },
  sync(key, context) {
    const found = objectAt(context.store, TYPE, key) as DeploymentObject | undefined
    const busyMs = (context.state.busyUntilMs.get(key) ?? 0) - context.nowMs()
    if (busyMs > 0) return context.wakeAfter(key, busyMs)
    context.state.busyUntilMs.delete(key)
    if (found !== undefined) syncDeployment(context, found)
  },
}

/** A Recreate waits for the last old pod to be gone: only then does a pod concern the Deployment. */
function recreatingOwner(store: Context['store'], pod: NonNullable<Parameters<typeof isTerminating>[0]>): string[] {
  const setUid = pod.metadata.ownerReferences?.find(({ controller, kind }) => controller === true && kind === 'ReplicaSet')?.uid
  const set = setUid === undefined ? undefined : store.byUid(setUid)
  const owner = set?.metadata.ownerReferences?.find(({ controller, kind }) => controller === true && kind === 'Deployment')
  const found = owner === undefined ? undefined : store.byUid(owner.uid)
  return found !== undefined && (found as DeploymentObject).spec?.strategy?.type === 'Recreate' ? [keyOf(found)] : []
}

function syncDeployment(context: DeploymentContext, found: DeploymentObject): void {
  const sets = claimChildren({ ...context, state: context.state.orphans }, found, { childKind: 'apps/ReplicaSet', selector: found.spec?.selector }) as ReplicaSetObject[]
  if (isTerminating(found)) return syncStatusOnly(context, split(found, sets))
  // What upstream writes after this is refused as stale; it begins again with what it wrote here.
  if (notePause(context, found)) return
  if (found.spec?.paused === true) return resize(context, found, sets)
  refuseStaleSet(context, found, sets)
  if (isScalingEvent(found, sets)) return resize(context, found, sets)
  return found.spec?.strategy?.type === 'Recreate' ? recreate(context, found, sets) : roll(context, found, sets)
}

/** Paused or resized: each set keeps its share, and history is tidied only while paused. */
function resize(context: DeploymentContext, found: DeploymentObject, sets: readonly ReplicaSetObject[]): void {
  const { deployment: current, newSet } = ensureNewSet(context, found, sets, { mayCreate: false })
  const parts = partsOf(sets, newSet)
  scaleProportionally(context, current, parts)
  context.state.busyUntilMs.set(keyOf(found), context.nowMs() + RESIZE_MS)
  if (current.spec?.paused === true) tidyHistory(context, current, parts.old)
  // Of the sets as they were before, as upstream: where no later sync comes through, that is what the status keeps saying.
  syncStatusOnly(context, split(current, sets))
}

function roll(context: Context, found: DeploymentObject, sets: readonly ReplicaSetObject[]): void {
  const { deployment: current, newSet } = ensureNewSet(context, found, sets, { mayCreate: true })
  const parts = partsOf(sets, newSet)
  if (newSet !== undefined && !rollOneStep(context, current, { newSet, old: parts.old })) tidyWhenComplete(context, current, parts.old)
  syncRolloutStatus(context, fresh(context, current, sets, newSet))
}

/** Recreate: old sets to nothing, all their pods gone, then the new one. */
function recreate(context: Context, found: DeploymentObject, sets: readonly ReplicaSetObject[]): void {
  const first = ensureNewSet(context, found, sets, { mayCreate: false })
  const parts = partsOf(sets, first.newSet)
  const scaledDown = activeSets(parts.old).map((set) => scaleSet(context, first.deployment, set, 0)).includes(true)
  if (scaledDown || hasOldPods(context, parts.old)) return syncRolloutStatus(context, fresh(context, first.deployment, sets, first.newSet))
  const { deployment: current, newSet } = ensureNewSet(context, first.deployment, sets, { mayCreate: true })
  if (newSet !== undefined && !scaleSet(context, current, newSet, replicasWanted(current))) tidyWhenComplete(context, current, parts.old)
  syncRolloutStatus(context, fresh(context, current, sets, newSet))
}

function hasOldPods({ store }: Context, old: readonly ReplicaSetObject[]): boolean {
  return old.some((set) => podsOwnedBy(store, set).some((pod) => !isTerminal(pod)))
}

function tidyWhenComplete(context: Context, current: DeploymentObject, old: readonly ReplicaSetObject[]): void {
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0, observedGeneration = 0 } = current.status ?? {}
  if (isComplete(current, { replicas, updatedReplicas, availableReplicas, observedGeneration })) tidyHistory(context, current, old)
}

/** Of the old sets beyond the history limit, lowest revision first, those that are empty go. */
function tidyHistory(context: Context, current: DeploymentObject, old: readonly ReplicaSetObject[]): void {
  const limit = current.spec?.revisionHistoryLimit ?? HISTORY_LIMIT
  const oldestFirst = old.filter((set) => !isTerminating(set)).sort((left, right) => revisionOf(left) - revisionOf(right) || byCreation(left, right))
  for (const set of oldestFirst.slice(0, Math.max(0, oldestFirst.length - limit))) if (isEmpty(set)) context.api.remove(refOf(set))
}

function isEmpty({ metadata, spec, status }: ReplicaSetObject): boolean {
  return (status?.replicas ?? 0) === 0 && (spec?.replicas ?? 1) === 0 && (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0)
}

/** `checkPausedConditions`: the clock of progress stands still while paused. True where that had to be written. */
function notePause(context: Context, found: DeploymentObject): boolean {
  const progressing = conditionOf(found, 'Progressing')
  if (!hasDeadline(found) || progressing?.reason === 'ProgressDeadlineExceeded') return false
  const isPaused = found.spec?.paused === true
  const isNoted = progressing?.reason === 'DeploymentPaused'
  if (isPaused === isNoted) return false
  const condition = isPaused
    ? { type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' }
    : { type: 'Progressing', status: 'Unknown', reason: 'DeploymentResumed', message: 'Deployment is resumed' }
  const conditions = withCondition((found.status?.conditions ?? []) as readonly WorkloadCondition[], condition, { nowMs: context.nowMs(), tracksUpdates: true })
  context.api.updateStatus(found, { ...found.status, conditions })
  return true
}

interface Parts {
  readonly newSet?: ReplicaSetObject
  readonly old: readonly ReplicaSetObject[]
}

function partsOf(sets: readonly ReplicaSetObject[], newSet: ReplicaSetObject | undefined): Parts {
  const old = sets.filter((set) => set.metadata.uid !== newSet?.metadata.uid)
  return newSet === undefined ? { old } : { newSet, old }
}

function split(found: DeploymentObject, sets: readonly ReplicaSetObject[]): Parts & { readonly deployment: DeploymentObject } {
  return { deployment: found, ...partsOf(sets, findNewSet(found, sets)) }
}

/** The sets as they stand after this sync's writes. */
function fresh(context: Context, current: DeploymentObject, sets: readonly ReplicaSetObject[], newSet?: ReplicaSetObject): Parts & { readonly deployment: DeploymentObject } {
  const known = newSet === undefined || sets.some((set) => set.metadata.uid === newSet.metadata.uid) ? sets : [...sets, newSet]
  const latest = known.flatMap((set) => {
    const stored = context.store.get(refOf(set))
    return stored === undefined ? [] : [stored as ReplicaSetObject]
  })
  return split(current, latest)
}
