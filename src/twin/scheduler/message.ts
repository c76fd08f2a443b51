/**
 * The sentence that operators know: `0/5 nodes are available: 2 Insufficient cpu, 3 node(s) were unschedulable.`
 *
 * Word for word as upstream's FitError builds it (pkg/scheduler/framework/types.go), because people and runbooks
 * search for it.
 */

import type { Diagnosis } from './cycle.ts'

/** `postFilter` is what preemption had to say; empty when it was not tried. */
export function unschedulableMessage(diagnosis: Diagnosis, postFilter = ''): string {
  const head = `0/${diagnosis.nodeCount} nodes are available:`
  const body = diagnosis.preFilter === undefined ? histogram(countReasons(diagnosis)) : diagnosis.preFilter.rejection.reasons.join(', ')
  return `${head}${body === '' ? '' : ` ${body}.`}${postFilter === '' ? '' : ` ${postFilter}`}`
}

function countReasons(diagnosis: Diagnosis): Map<string, number> {
  const counts = new Map<string, number>()
  const add = (reason: string, nodes: number): void => void counts.set(reason, (counts.get(reason) ?? 0) + nodes)
  for (const { rejection } of diagnosis.refusals.values()) for (const reason of rejection.reasons) add(reason, 1)
  const unseen = diagnosis.nodeCount - diagnosis.refusals.size
  if (unseen > 0) for (const reason of diagnosis.absent?.rejection.reasons ?? []) add(reason, unseen)
  return counts
}

/** `2 Insufficient cpu, 3 node(s) were unschedulable`, sorted as text. */
export function histogram(counts: ReadonlyMap<string, number>): string {
  return Array.from(counts, ([reason, nodes]) => `${nodes} ${reason}`)
    .sort((left, right) => (left < right ? -1 : 1))
    .join(', ')
}
