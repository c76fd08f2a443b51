/** What the objects of a plan look like after it: what their source would have to say. Pods, nodes and restarts have no source to change. */

import { isRecord, type JsonValue } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { revisionsOf } from '../../model/kube/revision.ts'
import type { Action, Plan, Target } from '../../model/plan.ts'
import type { View } from '../../model/view.ts'

export interface Desired {
  readonly before: KubeObject
  readonly after: KubeObject
}

/** One an object, in the order of the steps. */
export function desiredBy(plan: Plan, view: View): Desired[] {
  const states = new Map<string, Desired>()
  for (const { action } of plan.steps) {
    const target = changedBy(action)
    const live = target === undefined ? undefined : view.get(target)
    if (target === undefined || live === undefined) continue
    const key = JSON.stringify([target.kind, target.namespace, target.name])
    const before = states.get(key)
    const after = applied(action, before?.after ?? live, view)
    if (after !== undefined) states.set(key, { before: before?.before ?? live, after })
  }
  return [...states.values()]
}

function changedBy(action: Action): Target | undefined {
  return action.verb === 'patch' || action.verb === 'scale' || action.verb === 'roll-back' ? action.target : undefined
}

function applied(action: Action, object: KubeObject, view: View): KubeObject | undefined {
  switch (action.verb) {
    case 'scale':
      return merged(object, { spec: { replicas: action.toReplicas } }) as KubeObject
    case 'roll-back': {
      const revision = revisionsOf(view, object).find(({ digest }) => digest === action.templateDigest)
      return revision === undefined ? undefined : ({ ...object, spec: { ...(object['spec'] as object), template: revision.template } } as KubeObject)
    }
    case 'patch':
      return (action.patchType === 'json' ? withOperations(object, action.patch) : merged(object, action.patch)) as KubeObject | undefined
    default:
      return undefined
  }
}

/** JSON merge patch (RFC 7386). A strategic one of ours never names a list in part. */
function merged(value: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const result: Record<string, unknown> = { ...(isRecord(value) ? value : {}) }
  for (const [key, change] of Object.entries(patch)) {
    if (change === null) delete result[key]
    else result[key] = merged(result[key], change)
  }
  return result
}

/** The operations that our own plans write: test, add, replace, remove (`hazards/shared/json-change.ts`). Undefined where another stands among them. */
function withOperations(object: unknown, patch: JsonValue): unknown {
  if (!Array.isArray(patch)) return undefined
  let current: unknown = object
  for (const operation of patch) {
    if (!isRecord(operation) || typeof operation['path'] !== 'string' || typeof operation['op'] !== 'string') return undefined
    if (operation['op'] === 'test') continue
    if (!['add', 'replace', 'remove'].includes(operation['op'])) return undefined
    const keys = operation['path'].split('/').slice(1).map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    current = put(current, keys, operation['op'], operation['value'])
  }
  return current
}

function put(value: unknown, [key, ...rest]: readonly string[], op: string, given: unknown): unknown {
  if (key === undefined) return given
  if (Array.isArray(value)) {
    const at = key === '-' ? value.length : Number(key)
    if (rest.length > 0) return value.map((item: unknown, index) => (index === at ? put(item, rest, op, given) : item))
    return op === 'remove' ? value.toSpliced(at, 1) : value.toSpliced(at, op === 'add' ? 0 : 1, given)
  }
  const record: Record<string, unknown> = isRecord(value) ? value : {}
  if (rest.length === 0 && op === 'remove') {
    const { [key]: _removed, ...others } = record
    return others
  }
  return { ...record, [key]: put(record[key], rest, op, given) }
}
