/**
 * Objects beside those that are like them: the next pod of a workload, the next node. They are held with what is equal once,
 * which at 150,000 pods is a good part of the memory; and what was looked at in one need not be looked at in the next,
 * where it is the same part at the same place.
 */

import { shareEqual } from '../kernel/share-equal.ts'
import type { KubeObject } from './kube-object.ts'

export interface Siblings {
  /** The last that was kept of the object's family. */
  of(object: KubeObject): KubeObject | undefined
  keep(object: KubeObject): void
}

/** A watch goes on for days, and workloads come and go: then they are forgotten, and parts are held a second time. */
const FAMILIES_MAX = 50_000

export function createSiblings(): Siblings {
  const last = new Map<string, KubeObject>()
  return {
    of: (object) => last.get(familyOf(object)),
    keep: (object) => {
      if (last.size >= FAMILIES_MAX) last.clear()
      last.set(familyOf(object), object)
    },
  }
}

/** Takes objects that were just parsed and that nobody else holds; returns each with the parts it shares with its sibling. */
export function createSharing(): (object: KubeObject) => KubeObject {
  const siblings = createSiblings()
  return (object) => {
    const shared = shareEqual(object, siblings.of(object))
    siblings.keep(shared)
    return shared
  }
}

/** Of one kind and made by one controller; what was made by nobody has its kind alone. */
function familyOf({ apiVersion, kind, metadata }: KubeObject): string {
  const { ownerReferences } = metadata
  const owner = Array.isArray(ownerReferences) ? ownerReferences.find((reference) => reference?.controller === true) : undefined
  return `${apiVersion}/${kind}|${String(owner?.uid ?? '')}`
}
