/**
 * What one look at the cluster takes in memory, while a turn thinks about it: the snapshot, read back once, and the twin
 * that its plans are rehearsed on, loaded once. Both are let go of before anything that may wait: a mission that waits
 * for a person holds no cluster.
 */

import { required } from '../kernel/assert.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { createView, type View } from '../model/view.ts'
import type { Store } from '../ports/store.ts'
import type { TwinFromSnapshot } from '../twin/from-snapshot.ts'
import { loadForRehearsal } from './rehearse.ts'
import type { Observation } from './stages.ts'

export interface HeldLook {
  view(observation: Observation): Promise<View>
  /** The twin of it after its first look; to be forked, never to be changed. */
  base(observation: Observation): Promise<TwinFromSnapshot>
  letGoOfTwin(): void
  letGo(): void
}

interface Held {
  readonly digest: string
  readonly view: View
  base?: TwinFromSnapshot
}

export function createHeldLook(options: { readonly store: Pick<Store, 'snapshot'>; readonly load?: (snapshot: Snapshot) => TwinFromSnapshot }): HeldLook {
  const { store, load = loadForRehearsal } = options
  let held: Held | undefined
  const hold = async ({ snapshotDigest: digest }: Observation): Promise<Held> => {
    if (held?.digest === digest) return held
    held = undefined
    return (held = { digest, view: createView(required(await store.snapshot(digest), `snapshot ${digest}`)) })
  }
  return {
    view: async (observation) => (await hold(observation)).view,
    base: async (observation) => {
      const look = await hold(observation)
      return (look.base ??= load(look.view.snapshot))
    },
    letGoOfTwin: () => {
      if (held !== undefined) delete held.base
    },
    letGo: () => (held = undefined),
  }
}
