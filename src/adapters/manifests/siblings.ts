/**
 * Objects beside those that are like them: the next pod of a workload, the next node. They are read with what is equal held
 * once, which at 150,000 pods is a good part of the memory, and lets later stages see by identity what they saw before.
 */

import { shareEqual } from '../../kernel/share-equal.ts'
import type { KubeObject } from '../../model/kube-object.ts'

/** Takes objects that were just read and that nobody else holds; returns each with the parts it shares with its sibling. */
export function createSiblings(): (object: KubeObject) => KubeObject {
  const last = new Map<string, KubeObject>()
  return (object) => {
    const family = familyOf(object)
    const kept = shareEqual(object, last.get(family))
    last.set(family, kept)
    return kept
  }
}

/** Of one kind and made by one controller; what was made by nobody has its kind alone. */
function familyOf({ apiVersion, kind, metadata }: KubeObject): string {
  const { ownerReferences } = metadata
  const owner = Array.isArray(ownerReferences) ? ownerReferences.find((reference) => reference?.controller === true) : undefined
  return `${apiVersion}/${kind}|${String(owner?.uid ?? '')}`
}
