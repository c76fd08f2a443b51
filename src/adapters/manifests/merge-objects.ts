/** The same object in two files: collectors overlap. The newer version stands; a difference is a note. */

import { jsonEqual } from '../../kernel/json.ts'
import { partOf } from '../../kernel/share-equal.ts'
import { objectKey, refOf, subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { createSiblings } from '../../model/siblings.ts'
import type { SnapshotNote } from '../../model/snapshot.ts'
import type { ReadObject } from './read-objects.ts'

/** One object a key. `null` fields are dropped first: YAML's empty value means absent. */
export function mergeObjects(read: readonly ReadObject[]): { readonly objects: KubeObject[]; readonly notes: SnapshotNote[] } {
  const kept = new Map<string, ReadObject>()
  const notes: SnapshotNote[] = []
  const siblings = createSiblings()
  for (const item of read) {
    const object = withoutNulls(item.object, siblings.of(item.object)) as KubeObject
    siblings.keep(object)
    const next = object === item.object ? item : { ...item, object }
    const key = objectKey(refOf(next.object))
    const known = kept.get(key)
    if (known !== undefined && jsonEqual(known.object, next.object)) continue
    if (known !== undefined) notes.push({ code: 'duplicate', source: item.source, message: `${subjectText(subjectOf(next.object))} is also in ${known.source} and differs; the newer is kept` })
    if (known === undefined || versionOf(next.object) >= versionOf(known.object)) kept.set(key, next)
  }
  return { objects: [...kept.values()].map((item) => item.object), notes }
}

function versionOf(object: KubeObject): number {
  return Number(object.metadata.resourceVersion ?? 0) || 0
}

/** The same value where nothing is null, which is nearly always. In `sibling` nothing is: what is the same part there is not looked at. */
export function withoutNulls(value: unknown, sibling?: object): unknown {
  if (typeof value !== 'object' || value === null || !holdsNull(value, sibling)) return value
  if (Array.isArray(value)) return value.filter((item) => item !== null).map((item) => withoutNulls(item))
  return Object.fromEntries(Object.entries(value).flatMap(([key, child]) => (child === null ? [] : [[key, withoutNulls(child)] as const])))
}

/** Looks without making anything: it is asked of every value of every object. */
function holdsNull(value: object, sibling: unknown): boolean {
  if (Array.isArray(value)) return value.some((child, at) => isOrHoldsNull(child, partOf(sibling, at)))
  const fields = value as Readonly<Record<string, unknown>>
  for (const name in fields) {
    if (isOrHoldsNull(fields[name], partOf(sibling, name))) return true
  }
  return false
}

function isOrHoldsNull(child: unknown, known: unknown): boolean {
  if (typeof child !== 'object') return false
  return child === null || (child !== known && holdsNull(child, known))
}
