/** From what a question wants to the actions of a plan, with what they need to know of the objects as they are now. */

import type { Taint } from 'kubernetes-types/core/v1.d.ts'
import { toKubeTime } from '../../kernel/clock.ts'
import { fault, type Fault } from '../../kernel/fault.ts'
import { CLUSTER_PODS_MAX } from '../../kernel/limits.ts'
import type { JsonValue } from '../../kernel/json.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { revisionsOf } from '../../model/kube/revision.ts'
import { replicasOf } from '../../model/kube/workload.ts'
import type { Action, Target } from '../../model/plan.ts'
import { lookAtTwin } from '../look-at-twin.ts'
import type { Doing, Size } from '../../model/what-if.ts'
import type { Twin } from '../../twin/twin.ts'
import { findPlaces, findObject, servedRef } from './find-objects.ts'
import { containersPatch } from './containers-patch.ts'

type Acted = Exclude<Doing, { type: 'nothing' | 'wait' | 'lose' | 'recover' | 'fill' | 'delete' | 'apply' }>

/** Throws the fault of a name that fits nothing, and of a wish that the object cannot be asked for. */
export function actionsFor(twin: Twin, doing: Acted): Action[] {
  switch (doing.type) {
    case 'cordon':
    case 'uncordon':
      return findPlaces(twin, doing).map((node) => ({ verb: doing.type, target: targetOf(twin, node) }))
    // As `kubectl drain node/a node/b`: all cordoned first, then emptied one after the other.
    case 'drain': {
      const targets = findPlaces(twin, doing).map((node) => targetOf(twin, node))
      const emptying = { ...(doing.deleteEmptyDirData ? { deleteEmptyDirData: true } : {}), ...(doing.force === true ? { force: true } : {}) }
      return [...targets.map((target) => ({ verb: 'cordon' as const, target })), ...targets.map((target) => ({ verb: 'drain' as const, target, timeoutMs: doing.timeoutMs, ...emptying }))]
    }
    case 'taint':
      return findPlaces(twin, doing).map((node) => taintNode(twin, node, doing))
    case 'evict':
      return objectsOf(twin, doing.things).map((pod) => onlyKinds(pod, ['Pod'], 'evicted')).map((pod) => ({ verb: 'evict', target: targetOf(twin, pod), timeoutMs: doing.timeoutMs }))
    case 'scale':
      return objectsOf(twin, doing.things).map((object) => scale(twin, object, doing.to))
    case 'restart':
      return objectsOf(twin, doing.things).map((object) => onlyKinds(object, RESTARTED, 'restarted')).map((object) => ({ verb: 'restart', target: targetOf(twin, object), restartedAt: toKubeTime(twin.nowMs()) }))
    case 'pause':
    case 'resume':
      return objectsOf(twin, doing.things).map((object) => pause(twin, object, doing.type))
    case 'mark':
      return objectsOf(twin, doing.things).map((object) => mark(twin, object, doing))
    case 'roll-back':
      return [rollBack(twin, findObject(twin, doing.thing), doing.toRevision)]
    case 'set':
      return objectsOf(twin, doing.things).map((object) => ({ verb: 'patch', target: targetOf(twin, object), patchType: 'strategic', patch: containersPatch(twin, object, doing.changes), undo: {} }) as Action)
  }
}

function objectsOf(twin: Twin, things: Extract<Acted, { things: unknown }>['things']): KubeObject[] {
  return things.map((thing) => findObject(twin, thing))
}

function targetOf(twin: Twin, object: KubeObject): Target {
  const { uid } = object.metadata
  return { ...servedRef(twin, object), ...(uid === undefined ? {} : { uid }) }
}

function scale(twin: Twin, object: KubeObject, to: Size): Action {
  if (twin.api.resources.byKind(object.apiVersion, object.kind)?.subresources.includes('scale') !== true) throw cannotBe(object, 'scaled', 'Deployments, ReplicaSets, StatefulSets and other kinds with a scale can be.')
  const fromReplicas = replicasOf(object)
  const toReplicas = sizeOf(fromReplicas, to)
  if (toReplicas > CLUSTER_PODS_MAX) throw fault({ code: 'invalid', operation: 'what if', subject: subjectText(subjectOf(object)), message: `${toReplicas} replicas are more than a cluster holds`, hint: `At most ${CLUSTER_PODS_MAX}.` })
  return { verb: 'scale', target: targetOf(twin, object), fromReplicas, toReplicas }
}

function sizeOf(present: number, to: Size): number {
  if ('replicas' in to) return to.replicas
  return 'factor' in to ? Math.round(present * to.factor) : Math.max(0, present + to.by)
}

/** The kinds that `kubectl rollout restart` takes. */
const RESTARTED = ['Deployment', 'StatefulSet', 'DaemonSet']

function onlyKinds(object: KubeObject, kinds: readonly string[], done: string): KubeObject {
  if (kinds.includes(object.kind)) return object
  throw cannotBe(object, done, `Only ${kinds.map((kind) => `${kind}s`).join(', ')} can be.`)
}

function cannotBe(object: KubeObject, done: string, hint: string): Fault {
  return fault({ code: 'invalid', operation: 'what if', subject: subjectText(subjectOf(object)), message: `a ${object.kind} cannot be ${done}`, hint })
}

/** Upstream pauses Deployments only. */
function pause(twin: Twin, object: KubeObject, type: 'pause' | 'resume'): Action {
  onlyKinds(object, ['Deployment'], `${type}d`)
  const before = (object['spec'] as { readonly paused?: boolean } | undefined)?.paused ?? null
  const body = (paused: boolean | null): JsonValue => ({ spec: { paused } })
  return { verb: 'patch', target: targetOf(twin, object), patchType: 'merge', patch: body(type === 'pause' ? true : null), undo: body(before) } as Action
}

function mark(twin: Twin, object: KubeObject, { field, values }: Extract<Doing, { type: 'mark' }>): Action {
  const present = object.metadata[field] ?? {}
  const before = Object.fromEntries(Object.keys(values).map((key) => [key, present[key] ?? null]))
  return { verb: 'patch', target: targetOf(twin, object), patchType: 'merge', patch: { metadata: { [field]: values } }, undo: { metadata: { [field]: before } } } as Action
}

/** A list in a merge patch is replaced as a whole, which is what `kubectl taint` sends too. */
function taintNode(twin: Twin, node: KubeObject, { add, remove }: Extract<Doing, { type: 'taint' }>): Action {
  const before = (node['spec'] as { readonly taints?: readonly Taint[] } | undefined)?.taints ?? []
  const isTaken = (taint: Taint): boolean => remove.some(({ key, effect }) => taint.key === key && (effect === undefined || taint.effect === effect)) || add.some(({ key, effect }) => taint.key === key && taint.effect === effect)
  const taints = [...before.filter((taint) => !isTaken(taint)), ...add]
  const body = (list: readonly object[]): JsonValue => ({ spec: { taints: list.length === 0 ? null : (list as readonly JsonValue[]) } }) as JsonValue
  return { verb: 'patch', target: targetOf(twin, node), patchType: 'merge', patch: body(taints), undo: body(before) } as Action
}

function rollBack(twin: Twin, workload: KubeObject, wanted: number | undefined): Action {
  const [current, ...earlier] = revisionsOf(lookAtTwin(twin), workload)
  const revision = wanted === undefined ? earlier[0] : earlier.find(({ number }) => number === wanted)
  if (current !== undefined && revision !== undefined) return { verb: 'roll-back', target: targetOf(twin, workload), toRevision: String(revision.number), fromRevision: String(current.number), templateDigest: revision.digest }
  const kept = earlier.map(({ number }) => number)
  throw fault({
    code: 'not-found',
    operation: 'what if',
    subject: subjectText(subjectOf(workload)),
    message: wanted === undefined ? 'no earlier revision is kept' : `revision ${wanted} is not kept, or is the one that runs`,
    hint: kept.length === 0 ? 'Its ReplicaSets or ControllerRevisions must be in the snapshot.' : `Kept: ${kept.join(', ')}.`,
  })
}
