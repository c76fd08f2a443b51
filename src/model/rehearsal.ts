/**
 * A rehearsal: what the plan did on the twin, over an ensemble of seeds.
 *
 * It reports what holds over the runs, never a node name as fact, and it says what the twin could not model.
 */

import type { EffectOutcome } from './effect.ts'
import type { Subject } from './kube-object.ts'

export interface Worst {
  readonly workload: Subject
  /** Fewest available replicas at any instant, over all runs. */
  readonly availableMin: number
  readonly desired: number
  /** Longest time below the desired count, in milliseconds, over all runs. */
  readonly belowDesiredMs: number
}

export interface RehearsedStep {
  readonly stepId: string
  readonly outcome: EffectOutcome
  readonly detail: string
  /** Virtual milliseconds from the start of the plan. */
  readonly startedMs: number
  readonly endedMs: number
}

export interface RehearsalRun {
  readonly seed: number
  readonly proofHeld: boolean
  /** The first step that did not apply, and why; or the condition that did not hold at the end. */
  readonly failure?: string
  readonly steps: readonly RehearsedStep[]
  readonly durationMs: number
  readonly evictionsBlocked: number
  /** Pods that had no node at the end, with the scheduler's reason. */
  readonly unplaced: readonly { readonly pod: Subject; readonly reason: string }[]
}

export interface Rehearsal {
  readonly kind: 'rehearsal'
  readonly id: string
  readonly planId: string
  readonly planHash: string
  readonly snapshotDigest: string
  readonly rehearsedAtMs: number
  readonly versionProfile: string
  readonly runs: readonly RehearsalRun[]
  /** All runs reached the proof. */
  readonly passed: boolean
  readonly worst: readonly Worst[]
  /** What a person reads: `5 of 5 runs reach the proof; cart unavailable at worst 1 of 3 for 40 s`. */
  readonly summary: string
  /** What was assumed about containers, load and timing, each as one sentence. */
  readonly assumptions: readonly string[]
  /** Features of the snapshot that the twin does not model and that the plan touches: with one of them nothing is called safe. */
  readonly notModelled: readonly string[]
  /** Those that the plan does not touch. Absent in older records. */
  readonly notModelledElsewhere?: readonly string[]
  /** 0 to 1: lowered by what is not modelled and by runs that disagree. */
  readonly confidence: number
}
