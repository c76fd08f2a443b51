/**
 * A view of a twin as it stands, read from its store: a rehearsal looks hundreds of times, mostly at one object, and copies
 * nothing for that. What a look finds is what a snapshot of the same moment would show, in the same order.
 */

import { assert } from '../kernel/assert.ts'
import { objectKey, refOf, type KubeObject } from '../model/kube-object.ts'
import { isPod } from '../model/kube/workload.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { viewOver, type View, type ViewSource } from '../model/view.ts'
import { withoutValues } from '../twin/snapshot.ts'
import type { StoreReader } from '../twin/store.ts'
import type { Twin } from '../twin/twin.ts'

/** To be asked before the twin's next write; a view that is asked later is a mistake of ours. */
export function lookAtTwin(twin: Pick<Twin, 'store' | 'nowMs' | 'snapshot'>): View {
  const nowMs = twin.nowMs()
  const store = standingStill(twin.store)
  const shown = shownOnce()
  const lists = new Map<string, readonly KubeObject[]>()
  const list = (kinds: Iterable<string>, namespace: string | undefined): readonly KubeObject[] => inOrder(Array.from(kinds, (kind) => Array.from(store().list(kind, namespace), shown)).flat())
  const remembered = (name: string, make: () => readonly KubeObject[]): readonly KubeObject[] => {
    const known = lists.get(name) ?? make()
    lists.set(name, known)
    return known
  }
  let snapshot: Snapshot | undefined
  const whole = (): Snapshot => (snapshot ??= store() && twin.snapshot())
  const source: ViewSource = {
    snapshot: whole,
    nowMs,
    get: (ref) => shownIf(shown, store().get(ref)),
    kinds: () => [...store().kinds()].sort(),
    list: (kind, namespace) => remembered(`${kind}|${namespace ?? '*'}`, () => list([kind], namespace)),
    byUid: (uid) => shownIf(shown, store().byUid(uid)),
    within: (namespace) => remembered(namespace, () => list(store().kinds(), namespace)),
    podsOn: (nodeName) => inOrder(store().podsOn(nodeName)).filter(isPod),
    logs: () => whole().logs,
  }
  return viewOver(source)
}

function standingStill(store: StoreReader): () => StoreReader {
  const { resourceVersion } = store
  return () => {
    assert(store.resourceVersion === resourceVersion, 'a view of the twin is asked before the next write')
    return store
  }
}

/** A Secret without its values is made once a look: the same object is the same. */
function shownOnce(): (object: KubeObject) => KubeObject {
  const made = new Map<KubeObject, KubeObject>()
  return (object) => {
    if (object.kind !== 'Secret') return object
    const known = made.get(object) ?? withoutValues(object)
    made.set(object, known)
    return known
  }
}

function shownIf(shown: (object: KubeObject) => KubeObject, object: KubeObject | undefined): KubeObject | undefined {
  return object === undefined ? undefined : shown(object)
}

/** As `createSnapshot` sorts. */
function inOrder(objects: readonly KubeObject[]): KubeObject[] {
  const keyed = objects.map((object) => ({ key: objectKey(refOf(object)), object }))
  keyed.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0))
  return keyed.map(({ object }) => object)
}
