/**
 * How the objects of a play went from one settled state to the next.
 *
 * Two controllers that work at the same time may be seen in either order, and one may do in two steps what it does in one
 * when news comes together. So the sequences are compared in a form that does not depend on that, and in nothing looser:
 *
 * - `spec.replicas`: its turning points. 3 → 4 → 5 → 0 and 3 → 5 → 0 are the same; 3 → 4 → 0 is not.
 * - counts of a status: their least and greatest value. A surge that is one too high, or a budget that once fell to
 *   nothing, is seen; in how many writes it got there is not.
 *   How few pods a set has, ready or not, is left out: of several that go at once, how many are gone when the set looks is a race. How few were available is not.
 *   Those of a Deployment are sums over its sets, which move at the same time while it rolls: then the sets' own are compared,
 *   and of the sums how few pods were ever available.
 * - conditions: the sequence of status and reason, stutter removed, a condition at a time.
 *   That a set was refused a pod while an old one made room is left out: nodes are faster on the real side, and waits are not.
 *   Whether it is refused in the end is part of the state.
 *   Under an autoscaler, which looks at times of its own, counts, availability and progress on the way are left out: how far a set came before it was resized.
 *   What an object says of itself while it is on its way out is left out: the collector and its controller race for it.
 *   How few nodes a DaemonSet that surges calls available: of two pods it looks at the older, which is unready for the moment before it is gone.
 *   How many pods a set has while a drain sends one eviction after the other, or ranks preempt each other, depends on how fast that goes.
 * - pods: how many were made and how many went, an owner at a time.
 */

import { controllerOf, objectKey, refOf, type KubeObject } from '../../src/model/kube-object.ts'
import { aliased, aliasesOf } from './normal-state.ts'
import { rename, type Names } from './names.ts'
import type { Change, Side } from './sides.ts'

export interface Recorder {
  /** Each object of the namespace as it was seen last. */
  readonly past: Pick<Side, 'objects'>
  /** What was seen since `reset`. */
  look(options: TrajectoryOptions): unknown
  reset(): void
  stop(): void
}

export interface TrajectoryOptions {
  /** Pods are sent away one after the other, at the pace of requests: by a drain, or by the scheduler for a more important pod. */
  readonly isPaced: boolean
}

const KINDS = new Set(['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet', 'DaemonSet', 'Job'])
type Fields = Readonly<Record<string, unknown>>

export function record(side: Side, names: Names): Recorder {
  let seen: Change[] = []
  const last = new Map<string, KubeObject>()
  const known = (apiVersion: string, kind: string): readonly KubeObject[] => [...last.values()].filter((object) => object.apiVersion === apiVersion && object.kind === kind)
  const stop = side.onChange((change) => {
    const object = change.after ?? change.before
    if (object?.metadata.namespace !== names.namespace) return
    last.set(objectKey(refOf(object)), object)
    seen.push(change)
  })
  return {
    past: { objects: known },
    look(options) {
      const isScaled = known('autoscaling/v2', 'HorizontalPodAutoscaler').length > 0
      const summary = { workloads: workloadsOf(seen, { ...options, isScaled }), pods: podsOf(seen) }
      return rename(aliased(summary, aliasesOf({ objects: known }, names)), names)
    },
    reset() {
      seen = []
    },
    stop,
  }
}

interface Pace extends TrajectoryOptions {
  readonly isScaled: boolean
}

function workloadsOf(changes: readonly Change[], pace: Pace): Fields {
  const histories = new Map<string, KubeObject[]>()
  for (const { before, after } of changes) {
    const object = after ?? before
    if (object === undefined || !KINDS.has(object.kind)) continue
    const key = `${object.kind} ${object.metadata.name ?? ''}`
    const history = histories.get(key) ?? (before === undefined ? [] : [before])
    if (after !== undefined && after.metadata.deletionTimestamp === undefined) history.push(after)
    histories.set(key, history)
  }
  const moving = [...histories].filter(([key, history]) => key.startsWith('ReplicaSet ') && sizesOf(history).size > 1)
  return Object.fromEntries([...histories].map(([key, history]) => [key, summaryOf(history, { ...pace, isSum: key.startsWith('Deployment ') && moving.length > 1, isSurging: history.some(surges) })]))
}

function surges(object: KubeObject): boolean {
  const { updateStrategy } = (object['spec'] ?? {}) as { readonly updateStrategy?: { readonly rollingUpdate?: { readonly maxSurge?: number | string } } }
  return object.kind === 'DaemonSet' && ![undefined, 0].includes(updateStrategy?.rollingUpdate?.maxSurge as number | undefined)
}

function sizesOf(history: readonly KubeObject[]): ReadonlySet<number> {
  return new Set(history.map((object) => Number((object['status'] as Fields | undefined)?.['replicas'] ?? 0)))
}

interface Comparison extends Pace {
  /** A Deployment while more than one of its sets moves. */
  readonly isSum: boolean
  /** A DaemonSet that makes the next pod of a node beside the old one. */
  readonly isSurging: boolean
}

function summaryOf(history: readonly KubeObject[], how: Comparison): Fields {
  const replicas = history.flatMap((object) => (object['spec'] as { replicas?: number } | undefined)?.replicas ?? [])
  const statuses = history.map((object) => (object['status'] ?? {}) as Fields)
  const { Available: _, Progressing: __, ...others } = conditionsOf(statuses)
  return how.isScaled ? { replicas: turningPoints(replicas), conditions: others } : { replicas: turningPoints(replicas), conditions: conditionsOf(statuses), counts: extremesOf(statuses, how) }
}

export function turningPoints(values: readonly number[]): readonly number[] {
  const steps = values.filter((value, index) => index === 0 || value !== values[index - 1])
  return steps.filter((value, index) => {
    const [before, after] = [steps[index - 1], steps[index + 1]]
    return before === undefined || after === undefined || Math.sign(value - before) !== Math.sign(after - value)
  })
}

const PASSING = 'ReplicaFailure'

function conditionsOf(statuses: readonly Fields[]): Fields {
  const sequences: Record<string, string[]> = {}
  for (const status of statuses) {
    for (const { type, status: holds, reason } of (status['conditions'] ?? []) as readonly { type: string; status: string; reason?: string }[]) {
      if (type === PASSING) continue
      const sequence = (sequences[type] ??= [])
      const now = `${holds} ${reason ?? ''}`
      if (sequence.at(-1) !== now) sequence.push(now)
    }
  }
  return sequences
}

const COUNTED = ['replicas', 'availableReplicas', 'numberAvailable']

function extremesOf(statuses: readonly Fields[], { isSum, isPaced, isSurging }: Comparison): Fields {
  const kept = COUNTED.filter((count) => !(isSurging && count === 'numberAvailable')).filter((count) => !((isSum || isPaced) && count === 'replicas')).filter((count) => statuses.some((status) => status[count] !== undefined))
  return Object.fromEntries(kept.map((count) => {
    const values = statuses.map((status) => Number(status[count] ?? 0))
    if (isSum) return [count, [Math.min(...values)]]
    return [count, count === 'replicas' ? [Math.max(...values)] : [Math.min(...values), Math.max(...values)]]
  }))
}

function podsOf(changes: readonly Change[]): Fields {
  const counts: Record<string, { made: number; gone: number }> = {}
  for (const { before, after } of changes) {
    const pod = after ?? before
    if (pod?.kind !== 'Pod' || (before !== undefined && after !== undefined)) continue
    const owner = controllerOf(pod)
    const count = (counts[owner === undefined ? `Pod ${pod.metadata.generateName ?? pod.metadata.name}` : `${owner.kind} ${owner.name}`] ??= { made: 0, gone: 0 })
    if (before === undefined) count.made += 1
    else count.gone += 1
  }
  return counts
}
