/** One mutation of a policy: what it makes of an object (`admission/plugin/policy/mutating/patch`). */

import type { Operation } from 'rfc6902'
import { isRecord } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { applyOperations } from '../api/json-patch.ts'
import { shapeOf, type Shape } from '../api/merge/shape.ts'
import { mergedByShape } from '../api/server-side-apply.ts'
import { jsonOf, typeNameOfObject } from '../cel/values.ts'
import { inputsOf, outcomeOf, type Question } from './inputs.ts'
import type { Mutation } from './policy.ts'

export type MutationResult =
  | { readonly type: 'object'; readonly object: KubeObject }
  | { readonly type: 'error'; readonly message: string }
  | { readonly type: 'not-modelled'; readonly message: string }

export function mutated({ applyConfiguration, jsonPatch, patchType }: Mutation, object: KubeObject, question: Question): MutationResult {
  const expression = (patchType === 'JSONPatch' ? jsonPatch : applyConfiguration)?.expression ?? ''
  const outcome = outcomeOf(expression, inputsOf(question))
  if (outcome.type !== 'value') return outcome
  return patchType === 'JSONPatch' ? byOperations(outcome.value, object) : byConfiguration(outcome.value, object, shapeOf(question.request.resource))
}

function byConfiguration(value: unknown, object: KubeObject, shape: Shape): MutationResult {
  if (typeNameOfObject(value) !== 'Object') return problem('must evaluate to Object')
  const [mismatch] = misnamed(value, ['Object'])
  if (mismatch !== undefined) return problem(`type mismatch: ${mismatch}`)
  const config = jsonOf(value)
  const atomic = atomicIn(config, shape, '')
  if (atomic.length > 0) return problem(`error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${atomic.join(', ')}`)
  return { type: 'object', object: mergedByShape(object, config, shape) as KubeObject }
}

function byOperations(value: unknown, object: KubeObject): MutationResult {
  if (!Array.isArray(value)) return problem('type mismatch: JSONPatchType.expression should evaluate to array')
  const mismatch = value.flatMap((operation: { readonly value?: unknown }) => misnamedRoot(operation.value))[0]
  if (mismatch !== undefined) return problem(`type mismatch: ${mismatch}`)
  const patched = structuredClone(object)
  for (const operation of jsonOf(value) as Operation[]) {
    const wrong = applyOperations(patched, [operation])
    // A test that fails leaves everything as it was.
    if (wrong !== undefined && operation.op === 'test') return { type: 'object', object }
    if (wrong !== undefined) return problem(`JSON Patch: ${wrong}`)
  }
  return { type: 'object', object: patched }
}

function problem(message: string): MutationResult {
  return { type: 'error', message }
}

function misnamedRoot(value: unknown): readonly string[] {
  const name = typeNameOfObject(value)
  return name === undefined ? [] : misnamed(value, name.split('.'))
}

/** An object under `spec` of `Object` is an `Object.spec`. */
function misnamed(value: unknown, path: readonly string[]): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => misnamed(item, path))
  if (value instanceof Map) return [...value.values()].flatMap((item) => misnamed(item, path))
  const name = typeNameOfObject(value)
  if (name === undefined) return []
  const expected = path.join('.')
  const own = name === expected ? [] : [`unexpected type name ${JSON.stringify(name)}, expected ${JSON.stringify(expected)}, which matches field name path from root Object type`]
  return [...own, ...Object.entries(value as object).flatMap(([key, field]) => misnamed(field, [...path, key]))]
}

/** Whoever writes to a value that is replaced whole may lose the rest of it unawares, so it is not allowed. */
function atomicIn(value: unknown, shape: Shape, path: string): readonly string[] {
  if (Array.isArray(value)) return [...(shape.list === 'atomic' ? [path] : []), ...value.flatMap((item, index) => atomicIn(item, shape.item(), `${path}[${index}]`))]
  if (!isRecord(value)) return []
  return [...(shape.map === 'atomic' ? [path] : []), ...Object.entries(value).flatMap(([key, field]) => atomicIn(field, shape.field(key), `${path}.${key}`))]
}
