/**
 * An incident of the catalogue: what was there, what broke, what rang, and what a person on call would conclude.
 *
 * It is written from what a cluster shows, never from what a hazard looks for. Most are played on a twin with a world
 * of their own, which Boyd is never shown: it gets the snapshot and the alert, as it would at three in the morning.
 */

import type { Subject } from '../../src/model/kube-object.ts'
import type { Condition } from '../../src/model/plan.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import type { View } from '../../src/model/view.ts'
import type { Alert } from './alerts.ts'
import type { ImageRule, Stage } from './stage.ts'

export type Family = 'start-up' | 'placement' | 'traffic' | 'control' | 'nodes' | 'time-bombs' | 'not-here' | 'combined'

/** What was not collected: people send what they have. */
export type Sparse = 'no-events' | 'no-logs' | 'no-nodes' | 'pods-only' | 'no-status' | 'manifests'

export interface Cause {
  /** Hazards that a person would accept as the name of it. */
  readonly hazards: readonly string[]
  /** The object at fault; several where a person would accept any of them. */
  readonly subjects: readonly Subject[]
}

export interface Played {
  /** What rang. Absent: nobody was called, the cluster is asked as it is. */
  readonly alerts?: readonly Alert[]
  /** All of them, where several are independent. Empty: nothing is wrong. */
  readonly causes: readonly Cause[]
  /**
   * `heal`: what the cluster knows is enough to mend it. `ask`: the cause can be told, and what would mend it is not in
   * the cluster; nothing may be changed. `leave`: there is nothing to change here.
   */
  readonly end: 'heal' | 'ask' | 'leave'
  /** Where what tells the value that mends it was not collected. */
  readonly endWithout?: Partial<Record<Sparse, 'ask'>>
  /** Objects that a plan may not change, although others may be. */
  readonly untouched?: readonly Subject[]
  /** "I cannot say" is as right as the cause: nothing in the cluster tells it for sure. */
  readonly mayBeInconclusive?: boolean
  /** What must hold at the end, on the twin that knows the truth. */
  readonly healed?: readonly Condition[]
  /** What a twin cannot show: applied to every look at the cluster. */
  readonly lens?: (snapshot: Snapshot) => Snapshot
  /** How images behave with the objects as they are now: asked again as time passes. */
  readonly laws?: (view: View) => readonly ImageRule[]
}

export interface Incident {
  readonly id: string
  readonly family: Family
  /** What a person would say in one line. */
  readonly title: string
  /** How many casts it is played with; 3 where it does not say. */
  readonly variants?: number
  /** What may be missing without hiding the cause: each adds one variant. */
  readonly sparse?: readonly Sparse[]
  play(stage: Stage): Played
}

/** One incident with one cast. */
export interface Case {
  readonly name: string
  readonly incident: Incident
  readonly seed: number
  readonly sparse?: Sparse
}
