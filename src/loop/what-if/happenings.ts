/** What a change of an object means to somebody who watches the cluster. Most changes mean nothing. */

import { controllerOf, subjectOf, subjectText, type KubeObject, type Subject } from '../../model/kube-object.ts'
import { conditionOf, isNode, isPod, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import type { Change } from '../../twin/store.ts'
import { COUNTED_KINDS, replicaCounts } from '../replica-counts.ts'
import { AUTOSCALER, scalingOf, targetText } from './watch-autoscalers.ts'

export interface Happening {
  readonly type: 'node-lost' | 'node-ready' | 'node-gone' | 'leaves' | 'placed' | 'waits' | 'fails' | 'state'
  readonly key: string
  /** Whom it concerns; for a state the whole line. */
  readonly what: string
}

export interface Lookup {
  byUid(uid: string): KubeObject | undefined
}

/** Pod, ReplicaSet, Deployment, and an operator's object above it. */
const OWNERS_MAX = 4

export function happeningsOf(change: Change, lookup: Lookup): Happening[] {
  const object = change.after ?? change.before
  if (object === undefined) return []
  if (isNode(object)) return ofNode(change)
  if (isPod(object)) return ofPod(change, lookup)
  if (change.groupKind === AUTOSCALER) return ofAutoscaler(change)
  return COUNTED_KINDS.has(change.groupKind) ? ofWorkload(change) : []
}

function ofAutoscaler(change: Change): Happening[] {
  const scaling = scalingOf(change)
  const { key, after } = change
  if (scaling === undefined || after === undefined) return []
  return [{ type: 'state', key, what: `${subjectText(subjectOf(after))} scales ${targetText(after)} ${scaling.from} → ${scaling.to}` }]
}

function ofNode({ key, before, after }: Change): Happening[] {
  const what = (after ?? before)?.metadata.name ?? ''
  if (after === undefined) return [{ type: 'node-gone', key, what }]
  const [was, is] = [readiness(before), readiness(after)]
  if (was === is) return before === undefined || after === undefined ? [] : pressuresOf({ key, before, after }, what)
  if (is) return [{ type: 'node-ready', key, what }]
  return before === undefined ? [] : [{ type: 'node-lost', key, what }]
}

const PRESSURES = ['MemoryPressure', 'DiskPressure', 'PIDPressure'] as const

function pressuresOf({ key, before, after }: { readonly key: string; readonly before: KubeObject; readonly after: KubeObject }, name: string): Happening[] {
  return PRESSURES.flatMap((type): Happening[] => {
    const [was, is] = [before, after].map((node) => conditionOf(node, type)?.status === 'True')
    if (was === is) return []
    return [{ type: 'state', key, what: is === true ? `Node ${name} reports ${type}` : `Node ${name} reports no ${type} any more` }]
  })
}

function readiness(node: KubeObject | undefined): boolean {
  return node !== undefined && conditionOf(node, 'Ready')?.status === 'True'
}

function ofPod({ key, before, after }: Change, lookup: Lookup): Happening[] {
  if (after === undefined) return []
  const what = subjectText(topOwnerOf(after, lookup))
  const is = after as PodObject
  const was = before as PodObject | undefined
  if (isTerminating(is) && (was === undefined || !isTerminating(was))) return [{ type: 'leaves', key, what }]
  if (!isTerminating(is) && is.status?.phase === 'Failed' && was?.status?.phase !== 'Failed') return [{ type: 'fails', key, what }]
  if (placeOf(is) !== '' && placeOf(was) === '') return [{ type: 'placed', key, what }]
  return isUnschedulable(is) && (was === undefined || !isUnschedulable(was)) ? [{ type: 'waits', key, what }] : []
}

function placeOf(pod: PodObject | undefined): string {
  return pod?.spec?.nodeName ?? ''
}

function isUnschedulable(pod: PodObject): boolean {
  const condition = conditionOf(pod, 'PodScheduled')
  return condition?.status === 'False' && condition.reason === 'Unschedulable'
}

/** The Deployment behind the ReplicaSet, not the ReplicaSet: that is what people know. */
export function topOwnerOf(pod: KubeObject, lookup: Lookup): Subject {
  let object = pod
  for (let steps = 0; steps < OWNERS_MAX; steps += 1) {
    const uid = controllerOf(object)?.uid
    const owner = uid === undefined ? undefined : lookup.byUid(uid)
    if (owner === undefined) break
    object = owner
  }
  return subjectOf(object)
}

function ofWorkload({ key, before, after }: Change): Happening[] {
  if (after === undefined) return before === undefined ? [] : [{ type: 'state', key, what: `${subjectText(subjectOf(before))} is gone` }]
  const [was, is] = [before === undefined ? undefined : availability(before), availability(after)]
  return before === undefined || was === is ? [] : [{ type: 'state', key, what: `${subjectText(subjectOf(after))}: ${is}` }]
}

function availability(workload: KubeObject): string {
  const { available, desired } = replicaCounts(workload)
  return `${available} of ${desired} available`
}
