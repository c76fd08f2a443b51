/**
 * Collected by hand, any field may be missing or null. A detector that stumbles over it costs the diagnosis its finding,
 * so each is run over its bad cases with every field taken out once.
 */

import { expect, test } from 'vitest'
import { isRecord } from '../kernel/json.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { hazards } from './registry.ts'
import { badCases } from './testing/bad-cases.ts'
import { viewOf } from './testing/cluster.ts'

/** Who and what an object is stays: without it the reader of a folder leaves the object out. */
const KEPT = new Set(['apiVersion', 'kind', 'metadata', 'name'])
const DEPTH_MAX = 8

/** The object once for each field, without that field. */
function* without(object: unknown, depth = 0): Generator<unknown> {
  if (depth > DEPTH_MAX) return
  if (Array.isArray(object)) {
    for (const [index, item] of object.entries()) {
      yield object.toSpliced(index, 1)
      for (const changed of without(item, depth + 1)) yield object.with(index, changed)
    }
  }
  if (!isRecord(object)) return
  for (const [key, value] of Object.entries(object)) {
    if (!KEPT.has(key)) yield Object.fromEntries(Object.entries(object).filter(([other]) => other !== key))
    for (const changed of without(value, depth + 1)) yield { ...object, [key]: changed }
  }
}

test.each(hazards.map((hazard) => ({ id: hazard.id, hazard })))('$id bears any field that is missing', ({ hazard }) => {
  const stumbled = new Set<string>()
  for (const bad of badCases[hazard.id] ?? []) {
    const objects = bad.objects.flat() as KubeObject[]
    for (const [index, object] of objects.entries()) {
      for (const changed of without(object)) {
        const view = viewOf(objects.with(index, changed as KubeObject), bad.logs)
        try {
          for (const finding of hazard.detect(view)) hazard.fixes(finding, view)
        } catch (error) {
          stumbled.add((error as Error).message)
        }
      }
    }
  }
  expect([...stumbled]).toEqual([])
})
