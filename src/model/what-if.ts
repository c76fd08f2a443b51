/**
 * A question about the future of a cluster, and its answer: what happens minute by minute, the worst moment, who is
 * affected, which pods find no node and why, and what the twin could not see.
 */

import type { KubeObject, Subject } from './kube-object.ts'
import type { Worst } from './rehearsal.ts'

/** An object as a person names it: `deploy/web`, in a namespace where one is given. */
export interface NamedThing {
  readonly kind: string
  readonly name: string
  readonly namespace?: string
}

export interface WantedTaint {
  readonly key: string
  readonly value?: string
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute'
}

/** One variable; without a value it is taken away. */
export interface VariableChange {
  readonly name: string
  readonly value?: string
}

/** Of the containers that are named, `*` for all. */
export interface ContainerChange {
  readonly container: string
  readonly image?: string
  readonly env?: readonly VariableChange[]
  /** A variable for each key of a ConfigMap or Secret, with `prefix` before its name. */
  readonly envOf?: { readonly source: NamedThing; readonly prefix: string }
  readonly limits?: Readonly<Record<string, string>>
  readonly requests?: Readonly<Record<string, string>>
}

/** `by`: so many more, or fewer. */
export type Size = { readonly factor: number } | { readonly replicas: number } | { readonly by: number }

/** One thing that is done to the twin, or happens to it. */
export type Doing =
  | { readonly type: 'nothing' }
  | { readonly type: 'wait'; readonly forMs: number }
  /** `force`: pods without a controller go too, and nobody makes them again. */
  | { readonly type: 'drain'; readonly nodes: readonly string[]; readonly zones?: readonly string[]; readonly deleteEmptyDirData: boolean; readonly force?: true; readonly timeoutMs: number }
  | { readonly type: 'cordon' | 'uncordon'; readonly nodes: readonly string[]; readonly zones?: readonly string[] }
  /** `remove`: a key, of one effect where one is named. */
  | { readonly type: 'taint'; readonly nodes: readonly string[]; readonly zones?: readonly string[]; readonly add: readonly WantedTaint[]; readonly remove: readonly { readonly key: string; readonly effect?: string }[] }
  /** The machines stop: no kubelet answers any more. Or they come back. */
  | { readonly type: 'lose' | 'recover'; readonly nodes: readonly string[]; readonly zones: readonly string[] }
  /** Something that is no pod takes of the machines' resource until so much is used. */
  | { readonly type: 'fill'; readonly nodes: readonly string[]; readonly zones: readonly string[]; readonly resource: 'disk' | 'inodes' | 'pids'; readonly percent: number }
  | { readonly type: 'delete'; readonly things: readonly NamedThing[]; readonly gracePeriodSeconds?: number }
  /** Within the budgets, as a drain does it to each pod. */
  | { readonly type: 'evict'; readonly things: readonly NamedThing[]; readonly timeoutMs: number }
  | { readonly type: 'scale'; readonly things: readonly NamedThing[]; readonly to: Size }
  | { readonly type: 'restart'; readonly things: readonly NamedThing[] }
  /** A roll-out stops where it is, or goes on. */
  | { readonly type: 'pause' | 'resume'; readonly things: readonly NamedThing[] }
  /** Labels or annotations; null takes one away. */
  | { readonly type: 'mark'; readonly things: readonly NamedThing[]; readonly field: 'labels' | 'annotations'; readonly values: Readonly<Record<string, string | null>> }
  /** To the revision before the present one where none is named. */
  | { readonly type: 'roll-back'; readonly thing: NamedThing; readonly toRevision?: number }
  | { readonly type: 'set'; readonly things: readonly NamedThing[]; readonly changes: readonly ContainerChange[] }
  /** `namespace`: of the objects that name none. */
  | { readonly type: 'apply'; readonly objects: readonly KubeObject[]; readonly namespace?: string }

/** What could be seen at one instant of the first run. */
export interface Moment {
  /** Milliseconds after the question began. */
  readonly atMs: number
  readonly text: string
}

/** When most replicas were missing, in the first run. */
export interface WorstMoment {
  /** Milliseconds after the question began. */
  readonly atMs: number
  /** Replicas that were available before and still wanted. */
  readonly missing: number
  readonly workloads: readonly { readonly workload: Subject; readonly available: number; readonly desired: number }[]
}

export interface Unplaced {
  readonly pod: Subject
  /** Whose pod it is: the Deployment, not the ReplicaSet; the pod itself where nobody owns it. */
  readonly owner: Subject
  /** The scheduler's sentence: `0/3 nodes are available: …`. */
  readonly reason: string
  /** First plugin that refuses, by node; which nodes those are holds for the first run only. */
  readonly nodes: readonly { readonly node: string; readonly plugin: string; readonly reasons: readonly string[] }[]
}

/** A pod that was told to go, had its time, and is still there at the end. */
export interface Stuck {
  readonly pod: Subject
  readonly owner: Subject
  readonly reason: string
}

/** What one run came to; ranges over runs are made of these. */
export interface WhatIfRun {
  readonly seed: number
  readonly problems: readonly string[]
  readonly pendingAtEnd: number
  readonly pendingMost: number
  readonly stuck: readonly Stuck[]
  readonly evicted: number
  readonly evictionsBlocked: number
  readonly worst: readonly Worst[]
  /** Workloads that had what they want before, and do not at the end. */
  readonly downAtEnd: readonly Subject[]
  /** Workloads that had available pods, and at the end are gone or want none. */
  readonly stopped: readonly Stopped[]
  /** Pods without a controller that were ready and are not at the end: nobody makes them again. */
  readonly lost: readonly Subject[]
  /** Jobs that lost pods, or gave up. */
  readonly jobs: readonly JobCost[]
  /** Services that had a ready endpoint, lost the last one, and how long that lasted. */
  readonly silenced: readonly { readonly service: Subject; readonly forMs: number }[]
  /** Of these, the Services that are there at the end and that nobody answers for yet. */
  readonly silentAtEnd: readonly Subject[]
  readonly autoscaled: readonly Autoscaled[]
}

export interface Stopped {
  readonly workload: Subject
  readonly hadAvailable: number
  /** Deleted; else it is there, and wants no pods. */
  readonly isGone: boolean
}

/** An autoscaler that took part. Without sizes it set none. */
export interface Autoscaled {
  readonly autoscaler: Subject
  /** `Deployment web`, in the autoscaler's namespace. */
  readonly target: string
  /** From its first to its last scaling of the run. */
  readonly from?: number
  readonly to?: number
  /** At the end it wants more than it is allowed, and did not before. */
  readonly held: boolean
}

/** What a question costs a Job that was under way. */
export interface JobCost {
  readonly job: Subject
  /** Pods that failed meanwhile, of which it bears `backoffLimit`. */
  readonly failedPods: number
  readonly backoffLimit: number
  /** Why it gave up: `BackoffLimitExceeded`. */
  readonly gaveUp?: string
}

export interface WhatIf {
  readonly question: string
  /** One sentence that holds over all runs. */
  readonly summary: string
  /** False where a run leaves a pod without a node, a workload below what it wants, a Service without anybody although nothing was taken away, or a step undone. */
  readonly settles: boolean
  /** In some run a Service has no ready endpoint, or a workload no available pod, for a while or for good. */
  readonly hasOutage: boolean
  /**
   * It settles, without an outage in any run and without a workload that is taken away, and it touches nothing that the twin does not play.
   * Never true of an answer that could be wrong for a known reason.
   */
  readonly safe: boolean
  readonly horizonMs: number
  readonly runs: readonly WhatIfRun[]
  readonly timeline: readonly Moment[]
  readonly worst: readonly Worst[]
  /** Absent where nothing was ever missing. */
  readonly worstMoment?: WorstMoment
  readonly silenced: WhatIfRun['silenced']
  readonly stopped: WhatIfRun['stopped']
  /** Of each Job the run that cost it most. */
  readonly jobs: readonly JobCost[]
  readonly unplaced: readonly Unplaced[]
  /** Of the first run. */
  readonly stuck: readonly Stuck[]
  readonly versionProfile: string
  readonly assumptions: readonly string[]
  /** What the twin does not play and the question touches: each lowers the confidence. */
  readonly notModelled: readonly string[]
  /** What it does not play and the question does not touch. */
  readonly notModelledElsewhere: readonly string[]
  readonly confidence: number
}
