/**
 * The DaemonSet controller (`pkg/controller/daemon`): one pod on every node that fits, and a rolling update that
 * replaces pods which do not work before it spends its budget.
 */

import { isFault, type Fault } from '../../kernel/fault.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { refOf } from '../../model/kube-object.ts'
import { isNode, isReady, isTerminal, isTerminating, type NodeObject, type PodObject } from '../../model/kube/workload.ts'
import type { Context, Controller, Forkable } from '../controller.ts'
import { CowMap } from '../cow-map.ts'
import type { StoreReader } from '../store.ts'
import { claimChildren, isOrphan, noteOrphans, type Orphans } from './claim-children.ts'
import { keyOf, keysIn, objectAt, ownerKeys } from './controller-key.ts'
import { currentRevision, REVISION_HASH_LABEL, revisionsOwnedBy, trimRevisions } from './controller-revision.ts'
import { createPod, deletePod } from './create-pods.ts'
import { daemonPod, placementOn, targetNode, type DaemonSetObject } from './daemon-set/placement.ts'
import { allowsSurge, excessOn, isUpdated, rolloutStep } from './daemon-set/rolling-update.ts'
import { storedStatus } from './stored-status.ts'
import { isAvailable, podsOwnedBy, untilNextAvailableMs } from './pod-state.ts'

const TYPE = { apiVersion: 'apps/v1', kind: 'DaemonSet' }
const HISTORY_LIMIT = 10
/** Failed daemon pods are deleted with this back-off per node. */
const FAILED_BACKOFF_MS = 1_000
const FAILED_BACKOFF_MAX_MS = 15 * 60_000

/** By `set uid|node`: the delay and when it was last used. */
type Backoffs = CowMap<{ readonly delayMs: number; readonly atMs: number }>

interface DaemonState extends Forkable {
  readonly orphans: Orphans
  readonly backoffs: Backoffs
}

function stateOver(orphans: Orphans, backoffs: Backoffs): DaemonState {
  return { orphans, backoffs, fork: () => stateOver(orphans.fork(), backoffs.fork()) }
}

export const daemonSet: Controller<DaemonState> = {
  name: 'daemonset-controller',
  watches: ['apps/DaemonSet', '/Pod', '/Node'],
  latencyMs: 10,
  createState: () => stateOver(new CowMap(), new CowMap()),
  observe: (change, { orphans }) => noteOrphans('/Pod', change, orphans),
  keysFor(change, store) {
    if (change.groupKind === 'apps/DaemonSet') return change.after === undefined ? [] : [keyOf(change.after)]
    if (change.groupKind === '/Pod') return [...ownerKeys(change, 'DaemonSet'), ...(isOrphan(change.after) ? keysIn(store, 'apps/DaemonSet', change.after?.metadata.namespace ?? '') : [])]
    if (!isPlacementChange(change.before, change.after)) return []
    return Array.from(store.list('apps/DaemonSet')).filter((set) => change.after === undefined || concerns(change.after as NodeObject, set as DaemonSetObject, store)).map(keyOf)
  },
  sync(key, context) {
    const set = objectAt(context.store, TYPE, key) as DaemonSetObject | undefined
    // Of one that is being deleted nothing is said any more: the collector may have taken its revisions.
    if (set === undefined || isTerminating(set)) return
    const revision = currentRevision(context, set, set.spec?.template ?? {})
    const hash = revision.metadata.labels?.[REVISION_HASH_LABEL] ?? ''
    claimChildren({ ...context, state: context.state.orphans }, set, { childKind: '/Pod', selector: set.spec?.selector })
    const before = podsOwnedBy(context.store, set)
    const failure = faultOf(() => manage({ ...context, state: context.state.backoffs }, set, hash))
    reportStatus(context, set, hash)
    tidyHistory(context, set, [hash, ...before.map((pod) => pod.metadata.labels?.[REVISION_HASH_LABEL] ?? '')])
    const waitMs = untilNextAvailableMs(podsOwnedBy(context.store, set), set.spec?.minReadySeconds ?? 0, context.nowMs())
    if (waitMs !== undefined) context.wakeAfter(key, waitMs)
    // What was refused is tried again; what is there is counted all the same.
    if (failure !== undefined) throw failure
  },
}

function manage(context: Context<Backoffs>, set: DaemonSetObject, hash: string): void {
  place(context, set, hash)
  if (set.spec?.updateStrategy?.type !== 'OnDelete') update(context, set, hash)
}

function faultOf(run: () => void): Fault | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    if (isFault(error)) return error
    throw error
  }
}

/** Heartbeats and conditions move no daemon pod: labels, taints and existence do. */
function isPlacementChange(before: Parameters<typeof isTerminating>[0] | undefined, after: Parameters<typeof isTerminating>[0] | undefined): boolean {
  if (before === undefined || after === undefined) return true
  return !jsonEqual(before.metadata.labels ?? {}, after.metadata.labels ?? {}) || !jsonEqual((before as NodeObject).spec?.taints ?? [], (after as NodeObject).spec?.taints ?? [])
}

/** A pod is missing there, or must go, or was not where it belongs: otherwise the set does not look, and its counts stay (`syncNodeUpdate`). */
function concerns(node: NodeObject, set: DaemonSetObject, store: StoreReader): boolean {
  const isThere = podsOwnedBy(store, set).some((pod) => pod.spec?.nodeName === node.metadata.name)
  const { shouldRun, mayStay } = placementOn(set, node)
  return isThere ? !mayStay || (set.status?.numberMisscheduled ?? 0) > 0 : shouldRun
}

function nodesOf({ store }: Context): NodeObject[] {
  return [...store.list('/Node')].filter(isNode)
}

/** Without those that have ended and are on their way out: they are nobody's any more. */
function podsByNode(context: Context, set: DaemonSetObject): Map<string, PodObject[]> {
  const byNode = new Map<string, PodObject[]>()
  for (const pod of podsOwnedBy(context.store, set).filter((owned) => !(isTerminal(owned) && isTerminating(owned)))) {
    const node = targetNode(pod) ?? ''
    byNode.set(node, [...(byNode.get(node) ?? []), pod])
  }
  return byNode
}

function place(context: Context<Backoffs>, set: DaemonSetObject, hash: string): void {
  const byNode = podsByNode(context, set)
  for (const node of nodesOf(context)) {
    const name = node.metadata.name ?? ''
    const { shouldRun, mayStay } = placementOn(set, node)
    const pods = byNode.get(name) ?? []
    byNode.delete(name)
    if (shouldRun && pods.length === 0) create(context, set, name, hash)
    else if (mayStay) tend(context, set, { pods: pods.filter((pod) => !isTerminating(pod)), name, hash, shouldRun })
    else for (const pod of pods) if (!isTerminating(pod)) deletePod(context, set, pod)
  }
  // Of a node that is gone: what was bound to it is the pod collector's.
  for (const stray of [...byNode.values()].flat()) if (!isTerminating(stray) && (stray.spec?.nodeName ?? '') === '') deletePod(context, set, stray)
}

interface NodeShare {
  readonly pods: readonly PodObject[]
  readonly name: string
  readonly hash: string
  readonly shouldRun: boolean
}

/** What has ended makes way, what is too much goes. A set that surges makes the next pod beside one that is on its way out; others wait until it is gone. */
function tend(context: Context<Backoffs>, set: DaemonSetObject, { pods, name, hash, shouldRun }: NodeShare): void {
  const living = pods.filter((pod) => !clearEnded(context, set, pod, name))
  if (shouldRun && living.length === 0 && allowsSurge(set)) create(context, set, name, hash)
  for (const pod of excessOn([...living].sort(byCreation), { set, hash, nowMs: context.nowMs() })) deletePod(context, set, pod)
}

function create(context: Context, set: DaemonSetObject, nodeName: string, hash: string): void {
  const failure = createPod(context, set, daemonPod(set, nodeName, hash))
  if (failure !== undefined) throw failure
}

/** True when the pod no longer counts. */
function clearEnded(context: Context<Backoffs>, set: DaemonSetObject, pod: PodObject, nodeName: string): boolean {
  if (pod.status?.phase === 'Failed') clearFailed(context, set, pod, nodeName)
  if (pod.status?.phase === 'Succeeded') {
    context.recordEvent(set, { type: 'Normal', reason: 'SucceededDaemonPod', message: `Found succeeded daemon pod ${keyOf(pod)} on node ${nodeName}, will try to delete it` })
    deletePod(context, set, pod)
  }
  return isTerminal(pod)
}

/** A failed daemon pod makes way, at growing distances that a change of the set begins anew (`failedPodsBackoffKey`). */
function clearFailed(context: Context<Backoffs>, set: DaemonSetObject, pod: PodObject, nodeName: string): void {
  const key = `${set.metadata.uid ?? ''}|${set.status?.observedGeneration ?? 0}|${nodeName}`
  const before = context.state.get(key)
  const nowMs = context.nowMs()
  const waitMs = before === undefined ? 0 : before.atMs + before.delayMs - nowMs
  if (waitMs > 0) return context.wakeAfter(keyOf(set), waitMs)
  const isStale = before === undefined || nowMs - before.atMs > FAILED_BACKOFF_MAX_MS * 2
  context.state.set(key, { delayMs: isStale ? FAILED_BACKOFF_MS : Math.min(before.delayMs * 2, FAILED_BACKOFF_MAX_MS), atMs: nowMs })
  context.recordEvent(set, { type: 'Warning', reason: 'FailedDaemonPod', message: `Found failed daemon pod ${keyOf(pod)} on node ${nodeName}, will try to kill it` })
  deletePod(context, set, pod)
}

/** Placed ones first, then the older (`podByCreationTimestampAndPhase`). */
function byCreation(left: PodObject, right: PodObject): number {
  const key = ({ metadata, spec }: PodObject): string => [(spec?.nodeName ?? '') === '' ? 1 : 0, metadata.creationTimestamp, metadata.name].join(' ')
  return key(left) < key(right) ? -1 : 1
}

function update(context: Context, set: DaemonSetObject, hash: string): void {
  const living = new Map([...podsByNode(context, set)].map(([name, pods]) => [name, pods.filter((pod) => !isTerminating(pod))] as const))
  const { toDelete, toSurge } = rolloutStep({ set, hash, nodes: nodesOf(context), living, nowMs: context.nowMs() })
  for (const pod of toDelete) deletePod(context, set, pod)
  for (const name of toSurge) create(context, set, name, hash)
}

function reportStatus(context: Context, set: DaemonSetObject, hash: string): void {
  const latest = context.store.get(refOf(set)) as DaemonSetObject | undefined
  if (latest === undefined) return
  const counted = { ...countNodes(context, set, hash), observedGeneration: latest.metadata.generation ?? 0 }
  const status = storedStatus(counted, ['currentNumberScheduled', 'numberMisscheduled', 'desiredNumberScheduled', 'numberReady'])
  if (!jsonEqual(status, latest.status)) context.api.updateStatus(latest, status)
}

/** By the pods as the sync found them: what it deletes meanwhile is still in upstream's cache. */
function tidyHistory(context: Context, set: DaemonSetObject, hashes: readonly string[]): void {
  const inUse = new Set(revisionsOwnedBy(context, set).filter((revision) => hashes.includes(revision.metadata.labels?.[REVISION_HASH_LABEL] ?? '')).map((revision) => revision.metadata.name ?? ''))
  // Old revisions that pods still carry count against the limit here, unlike a StatefulSet's.
  trimRevisions(context, set, { inUse, limit: (set.spec?.revisionHistoryLimit ?? HISTORY_LIMIT) - (inUse.size - 1) })
}

const NOTHING = { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0, updatedNumberScheduled: 0, numberAvailable: 0 }

function countNodes(context: Context, set: DaemonSetObject, hash: string): Readonly<Record<keyof typeof NOTHING, number>> & { readonly numberUnavailable?: number } {
  const byNode = podsByNode(context, set)
  const counts = { ...NOTHING }
  for (const node of nodesOf(context)) {
    const pods = (byNode.get(node.metadata.name ?? '') ?? []).sort(byCreation)
    const [pod] = pods
    if (!placementOn(set, node).shouldRun) {
      counts.numberMisscheduled += pod === undefined ? 0 : 1
      continue
    }
    counts.desiredNumberScheduled += 1
    if (pod === undefined) continue
    counts.currentNumberScheduled += 1
    counts.numberReady += isReady(pod) ? 1 : 0
    counts.numberAvailable += isAvailable(pod, set.spec?.minReadySeconds ?? 0, context.nowMs()) ? 1 : 0
    counts.updatedNumberScheduled += isUpdated(pod, hash) ? 1 : 0
  }
  const unavailable = counts.desiredNumberScheduled - counts.numberAvailable
  return unavailable === 0 ? counts : { ...counts, numberUnavailable: unavailable }
}
