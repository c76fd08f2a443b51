/**
 * What a plugin says of a pod on a node. The difference between the two refusals decides preemption: an
 * `unschedulable` node might take the pod once other pods are gone, an `unresolvable` one would not.
 */

export interface Rejection {
  readonly type: 'unschedulable' | 'unresolvable'
  /** In Kubernetes' own words: they are counted over nodes and shown in `FailedScheduling`. */
  readonly reasons: readonly string[]
}

export type Status = { readonly type: 'pass' } | Rejection

export const PASS: Status = { type: 'pass' }

export function unschedulable(...reasons: string[]): Rejection {
  return { type: 'unschedulable', reasons }
}

export function unresolvable(...reasons: string[]): Rejection {
  return { type: 'unresolvable', reasons }
}
