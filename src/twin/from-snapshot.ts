/**
 * A twin of the cluster that a snapshot shows, at the moment it was taken.
 *
 * Objects are stored as they are: uids, versions, statuses, deletions under way. The kubelets get back what they must
 * remember, and a world is inferred from what was seen. Controllers look at every object when time begins to pass,
 * as after a restart of the control plane.
 */

import { profileFor } from './profile.ts'
import { composeTwin, type Machinery, type Twin } from './compose-twin.ts'
import { createQuotaController } from './api/quota-controller.ts'
import { KUBELET_NAME } from './kubelet/liveness.ts'
import type { KubeletState } from './kubelet/state.ts'
import type { Gap } from './gaps/gap.ts'
import { leftOutObjects } from './gaps/unread.ts'
import { fullMachinery } from './machinery.ts'
import { nodeCareIn } from './node-care.ts'
import { notModelledIn } from './not-modelled.ts'
import { inferWorld } from './observed.ts'
import { lookAt } from './observed/observation.ts'
import { completeObjects } from './snapshot/complete-objects.ts'
import { hiddenState } from './snapshot/hidden-state.ts'
import { primeKubelets } from './snapshot/prime-kubelets.ts'
import { leftOutByReader, soundObjects, type LeftOut } from './snapshot/sound-objects.ts'
import { unplayedKinds } from './snapshot/unplayed-kinds.ts'
import { unreadNotes } from './snapshot/unread-notes.ts'
import { unseenExemptions } from './snapshot/unseen-exemptions.ts'
import type { Snapshot } from '../model/snapshot.ts'

export interface TwinFromSnapshot {
  readonly twin: Twin
  /** What was assumed about the world, a sentence each. */
  readonly assumptions: readonly string[]
  /** What the cluster has and the twin does not play. */
  readonly gaps: readonly Gap[]
  /** Objects that are in the snapshot, or nearly, and not in the twin. */
  readonly leftOut: readonly LeftOut[]
}

/**
 * As long as controllers and kubelets need to look at everything once, milliseconds. Who plays several futures lets this pass
 * before the first fork, so that the first look is paid once.
 */
export const FIRST_LOOK_MS = 1_000

export function twinFromSnapshot(options: { readonly snapshot: Snapshot; readonly seed: number }): TwinFromSnapshot {
  const { seed } = options
  const { objects, leftOut: unsound } = soundObjects(options.snapshot.objects)
  const leftOut = [...leftOutByReader(options.snapshot.notes), ...unsound]
  const snapshot: Snapshot = { ...options.snapshot, objects }
  const nowMs = snapshot.takenAtMs
  const profile = profileFor(snapshot.clusterVersion)
  const completed = completeObjects(snapshot.objects, { profile, nowMs })
  const observed = inferWorld(lookAt(completed.objects, snapshot.logs, nowMs))
  const { machinery, stateOf } = tappedMachinery()
  const twin = composeTwin({ seed, startMs: nowMs, version: snapshot.clusterVersion, machinery, raw: completed.objects })
  const state = stateOf()
  state.setWorld(observed.world)
  const held = primeKubelets({ state, store: twin.store, profile, nowMs, logs: snapshot.logs, pressures: observed.pressures })
  return {
    twin,
    assumptions: [...unreadNotes(snapshot.notes), ...unsound.map(({ why }) => why), ...completed.assumptions, ...observed.assumptions, ...held, ...hiddenState(objects), ...unplayedKinds(objects), ...unseenExemptions(objects, profile)],
    gaps: [...notModelledIn(snapshot), ...nodeCareIn(snapshot), ...leftOutObjects(leftOut.map(({ object }) => object))],
    leftOut,
  }
}

/** The full machinery, with a hand on the state of its first twin: the kubelets must be primed before time passes. */
function tappedMachinery(): { readonly machinery: Machinery; stateOf(): KubeletState } {
  const full = fullMachinery()
  let first: KubeletState | undefined
  const controllers = [...full.controllers, createQuotaController()]
  const kubelet = controllers.find(({ name }) => name === KUBELET_NAME) as (typeof controllers)[number]
  return {
    machinery: {
      controllers,
      attach(simulation, store) {
        first ??= simulation.stateOf(kubelet) as unknown as KubeletState
        return full.attach(simulation, store)
      },
    },
    stateOf: () => first as KubeletState,
  }
}
