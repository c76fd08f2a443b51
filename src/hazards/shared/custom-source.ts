/**
 * Where an operator's workload gets a value from: the custom resource above it that carries the very same value. A
 * change of the workload would be put back by its operator; the custom resource is what owns the fault.
 */

import { isRecord } from '../../kernel/json.ts'
import { groupOf, type KubeObject } from '../../model/kube-object.ts'
import type { View } from '../../model/view.ts'

export interface CustomSource {
  readonly object: KubeObject
  /** From the root of the object. */
  readonly path: readonly (string | number)[]
}

const OURS = /^$|^(apps|batch|autoscaling|policy|extensions)$/

/** The nearest custom owner in whose spec the value stands exactly once; undefined where nobody of that kind owns it. */
export function customSourceOf(view: View, object: KubeObject, value: string): CustomSource | undefined {
  if (value === '') return undefined
  for (const owner of [object, ...view.ownersOf(object)]) {
    if (OURS.test(groupOf(owner.apiVersion))) continue
    const paths = pathsTo(owner['spec'], value, ['spec'])
    if (paths.length === 1 && paths[0] !== undefined) return { object: owner, path: paths[0] }
  }
  return undefined
}

const DEPTH_MAX = 12

function pathsTo(node: unknown, value: string, path: readonly (string | number)[]): (readonly (string | number)[])[] {
  if (node === value) return [path]
  if (path.length > DEPTH_MAX) return []
  if (Array.isArray(node)) return node.flatMap((item: unknown, index) => pathsTo(item, value, [...path, index]))
  return isRecord(node) ? Object.entries(node).flatMap(([key, item]) => pathsTo(item, value, [...path, key])) : []
}
