/**
 * Pods by label, kept in step with every change, so that a Service finds its pods without walking a namespace.
 */

import type { KubeObject } from '../../model/kube-object.ts'
import { jsonEqual } from '../../kernel/json.ts'
import type { CowMap } from '../cow-map.ts'
import { labelEntry } from '../selector-index.ts'
import type { Change } from '../store.ts'

/** Keys of pods by `namespace|label=value`. */
export type LabelIndex = CowMap<readonly string[]>

export function indexLabels({ key, before, after }: Change, index: LabelIndex): void {
  if (before !== undefined && after !== undefined && jsonEqual(before.metadata.labels ?? {}, after.metadata.labels ?? {})) return
  for (const entry of entriesOf(before)) {
    const rest = (index.get(entry) ?? []).filter((other) => other !== key)
    if (rest.length === 0) index.delete(entry)
    else index.set(entry, rest)
  }
  for (const entry of entriesOf(after)) index.set(entry, [...(index.get(entry) ?? []), key])
}

/** Keys of pods that may match all the labels: those under the rarest of them. */
export function candidates(index: LabelIndex, namespace: string, labels: Readonly<Record<string, string>>): readonly string[] {
  const lists = Object.entries(labels).map(([name, value]) => index.get(labelEntry(namespace, name, value)) ?? [])
  return lists.sort((left, right) => left.length - right.length)[0] ?? []
}

function entriesOf(object: KubeObject | undefined): string[] {
  const namespace = object?.metadata.namespace ?? ''
  return Object.entries(object?.metadata.labels ?? {}).map(([name, value]) => labelEntry(namespace, name, value))
}
