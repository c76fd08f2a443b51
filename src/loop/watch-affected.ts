/**
 * What a play touches, over all its runs: objects that come, go or get another wish, nodes that change, pods that move,
 * with everybody who owns them. By it an answer tells which of the things that the twin does not play matter to it.
 * What happens by itself is no effect of the question: a container that keeps crashing, a CronJob whose time has come.
 */

import { controllerOf, groupOf, subjectOf, subjectText, type KubeObject } from '../model/kube-object.ts'
import { conditionOf, containerStatusesOf, isNode, isPod, isReady, isTerminating, type NodeObject, type PodObject } from '../model/kube/workload.ts'
import { jsonEqual } from '../kernel/json.ts'
import type { Affected, Written } from '../twin/gaps/gap.ts'
import type { Change } from '../twin/store.ts'
import type { Twin } from '../twin/twin.ts'

export interface AffectedWatch {
  /** Told of every change of a run. */
  saw(change: Change, twin: Twin): void
  affected(): Affected
}

/** Pod, ReplicaSet, Deployment, and an operator's objects above it. */
const OWNERS_MAX = 5
/** Written all the time, by nobody's wish. */
const NOISE = new Set(['/Event', 'events.k8s.io/Event', 'coordination.k8s.io/Lease', 'discovery.k8s.io/EndpointSlice', '/Endpoints', 'storage.k8s.io/VolumeAttachment', 'apps/ControllerRevision'])

export function watchAffected(): AffectedWatch {
  const objects = new Set<string>()
  const nodes = new Set<string>()
  const lostNodes = new Set<string>()
  const written = new Map<string, Written>()
  let hasScheduled = false
  let hasUnplaced = false
  const write = (operation: Written['operation'], object: KubeObject, twin: Twin, owner = ''): void => {
    const { namespace, labels = {} } = object.metadata
    const key = `${operation} ${object.kind} ${namespace ?? ''} ${owner === '' ? object.metadata.name : owner}`
    if (!written.has(key)) written.set(key, { operation, group: groupOf(object.apiVersion), resource: twin.api.resources.byKind(object.apiVersion, object.kind)?.plural ?? '', labels, ...(namespace === undefined ? {} : { namespace }) })
  }
  const sawPod = (change: Change, twin: Twin): void => {
    const move = moveOf(change)
    const pod = (change.after ?? change.before) as PodObject
    if (move === undefined) return
    const owners = ownersOf(pod, twin)
    if (move === 'new' && owners.some(({ kind }) => kind === 'CronJob')) return
    for (const owner of owners) objects.add(subjectText(subjectOf(owner)))
    if (move === 'placed' || move === 'unplaced') hasScheduled = true
    if (move === 'unplaced') hasUnplaced = true
    const [, ...above] = owners
    if (move === 'new' || move === 'gone') write(move === 'new' ? 'CREATE' : 'DELETE', pod, twin, above.map(({ metadata }) => metadata.uid).join(' '))
  }
  return {
    saw(change, twin) {
      const object = change.after ?? change.before
      if (object === undefined || NOISE.has(change.groupKind)) return
      if (isPod(object)) return sawPod(change, twin)
      const operation = isNode(object) ? operationOnNode(change) : operationOf(change)
      if (operation === undefined) return
      objects.add(subjectText(subjectOf(object)))
      if (isNode(object)) nodes.add(object.metadata.name ?? '')
      if (isNode(object) && isLost(change)) lostNodes.add(object.metadata.name ?? '')
      if (operation !== 'loss') write(operation, object, twin)
    },
    affected: () => ({ objects, nodes, lostNodes, written: [...written.values()], hasScheduled, hasUnplaced }),
  }
}

/** Another status is no wish. */
function operationOf({ before, after }: Change): Written['operation'] | undefined {
  if (before === undefined) return 'CREATE'
  if (after === undefined || (isTerminating(after) && !isTerminating(before))) return 'DELETE'
  const isMarked = !jsonEqual([before.metadata.labels, before.metadata.annotations], [after.metadata.labels, after.metadata.annotations])
  return before.metadata.generation !== after.metadata.generation || isMarked ? 'UPDATE' : undefined
}

/** Taints that mirror conditions come with the loss. */
function operationOnNode(change: Change): Written['operation'] | 'loss' | undefined {
  const { before, after } = change as { readonly before?: NodeObject; readonly after?: NodeObject }
  if (before === undefined || after === undefined) return operationOf(change)
  if (isReady(before) !== isReady(after)) return 'loss'
  const isMarked = !jsonEqual([before.metadata.labels, before.spec], [after.metadata.labels, after.spec])
  return isMarked ? 'UPDATE' : undefined
}

/** To whom looks after machines. */
function isLost(change: Change): boolean {
  const { before, after } = change as { readonly before?: NodeObject; readonly after?: NodeObject }
  return before !== undefined && (after === undefined || isTerminating(after) || (isReady(before) && !isReady(after)))
}

type Move = 'new' | 'placed' | 'unplaced' | 'gone' | 'changed'

function moveOf(change: Change): Move | undefined {
  const { before, after } = change as { readonly before?: PodObject; readonly after?: PodObject }
  if (after === undefined) return 'gone'
  if (before === undefined) return 'new'
  if (isTerminating(after) && !isTerminating(before)) return 'gone'
  if ((after.spec?.nodeName ?? '') !== (before.spec?.nodeName ?? '')) return 'placed'
  if (isUnplaced(after) && !isUnplaced(before)) return 'unplaced'
  if (after.status?.phase === 'Failed' && before.status?.phase !== 'Failed') return 'changed'
  return isReady(before) && !isReady(after) && runsOf(before) === runsOf(after) ? 'changed' : undefined
}

function isUnplaced(pod: PodObject): boolean {
  const condition = conditionOf(pod, 'PodScheduled')
  return condition?.status === 'False' && condition.reason === 'Unschedulable'
}

/** Which containers run, and how often each was started: a crash is not the question's doing. */
function runsOf(pod: PodObject): string {
  return containerStatusesOf(pod).map(({ restartCount, state }) => `${restartCount}${state?.running === undefined ? '' : ' runs'}`).join()
}

/** The pod and everybody above it, as far as they are there; the last is named by its reference alone where it is not. */
function ownersOf(pod: KubeObject, { store }: Twin): KubeObject[] {
  const chain = [pod]
  while (chain.length < OWNERS_MAX) {
    const reference = controllerOf(chain.at(-1) as KubeObject)
    if (reference === undefined) break
    const { namespace } = pod.metadata
    const owner = store.byUid(reference.uid) ?? { apiVersion: reference.apiVersion, kind: reference.kind, metadata: { name: reference.name, uid: reference.uid, ...(namespace === undefined ? {} : { namespace }) } }
    chain.push(owner)
  }
  return chain
}
