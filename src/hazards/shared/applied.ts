/**
 * What an object's author last applied, where the object still carries it, and the changes that bring it back.
 *
 * `kubectl apply` leaves the manifest in an annotation. Whatever was changed by hand since then differs from it, so it
 * is the second witness of a state that was meant, beside the revisions that a controller keeps.
 */

import type { PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import { isRecord, jsonEqual, type JsonValue } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { withoutDefaults } from '../../model/kube/template-defaults.ts'
import type { FieldChange } from './json-change.ts'

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** The manifest that was last applied; undefined where none is kept, or it does not parse. */
export function lastApplied(object: KubeObject): KubeObject | undefined {
  const text = object.metadata.annotations?.[LAST_APPLIED]
  if (text === undefined) return undefined
  try {
    const applied: unknown = JSON.parse(text)
    return isRecord(applied) && typeof applied['kind'] === 'string' ? (applied as unknown as KubeObject) : undefined
  } catch {
    return undefined
  }
}

/** Maps whose every key belongs to the author: an extra key in them is a change. */
const OWNED_MAPS = new Set(['selector', 'matchLabels', 'nodeSelector', 'data', 'limits', 'requests'])

/** The changes of a part of the object that restore what was applied there; none where it still stands, or is not known. */
export function changesToApplied(object: KubeObject, path: readonly (string | number)[]): FieldChange[] {
  const applied = lastApplied(object)
  if (applied === undefined) return []
  const before = valueAt(applied, path)
  return before === undefined ? [] : differences(valueAt(object, path), before, path)
}

/** The same for the pod template: what the API server fills in is no change. */
export function templateChangesToApplied(object: KubeObject, path: readonly string[] = ['spec', 'template']): FieldChange[] {
  const before = appliedTemplate(object, path)
  const now = valueAt(object, path)
  if (before === undefined || !isRecord(now)) return []
  const [plain, wanted] = [withoutDefaults(now as PodTemplateSpec), withoutDefaults(before)]
  return exactDifferences(plain.spec, wanted.spec, [...path, 'spec'])
}

/** The pod template that was last applied. */
export function appliedTemplate(object: KubeObject, path: readonly string[] = ['spec', 'template']): PodTemplateSpec | undefined {
  const applied = lastApplied(object)
  const template = applied === undefined ? undefined : valueAt(applied, path)
  return isRecord(template) ? (template as PodTemplateSpec) : undefined
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown> | undefined)?.[key], value)
}

/** Fields that the author left out are the server's or a controller's, except in maps that are the author's alone. */
function differences(now: unknown, before: unknown, path: readonly (string | number)[]): FieldChange[] {
  if (jsonEqual(now, before)) return []
  if (isRecord(now) && isRecord(before)) {
    const extra = OWNED_MAPS.has(String(path.at(-1))) ? Object.keys(now).filter((key) => before[key] === undefined) : []
    return [...Object.keys(before).flatMap((key) => differences(now[key], before[key], [...path, key])), ...extra.map((key) => ({ path: [...path, key], value: undefined }))]
  }
  if (sameItems(now, before)) return before.flatMap((item: unknown, index) => differences((now as unknown[])[index], item, [...path, index]))
  return [{ path, value: before as JsonValue }]
}

function exactDifferences(now: unknown, before: unknown, path: readonly (string | number)[]): FieldChange[] {
  if (jsonEqual(now, before)) return []
  if (isRecord(now) && isRecord(before)) return [...new Set([...Object.keys(now), ...Object.keys(before)])].toSorted().flatMap((key) => exactDifferences(now[key], before[key], [...path, key]))
  if (sameItems(now, before)) return before.flatMap((item: unknown, index) => exactDifferences((now as unknown[])[index], item, [...path, index]))
  return [{ path, value: before as JsonValue | undefined }]
}

/** Lists of named records in the same order are compared one by one; any other list is one value. */
function sameItems(now: unknown, before: unknown): before is unknown[] {
  if (!Array.isArray(now) || !Array.isArray(before) || now.length !== before.length) return false
  return before.every((item: unknown, index) => isRecord(item) && isRecord(now[index]) && item['name'] === (now[index] as Record<string, unknown>)['name'])
}
