/** Says what a round of evictions came to, in the words of an effect. A budget that held is a refusal; a pod that would not go is a failure. */

import { fault, faultData } from '../../kernel/fault.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import type { VerbResult } from '../verb.ts'
import type { EvictionSummary } from './evict-pods.ts'

/** Pods that one sentence names before it says "and n more". */
const NAMED_MAX = 5

export function resultOfEvictions(summary: EvictionSummary, options: { readonly operation: string; readonly done: string; readonly timeoutMs: number }): VerbResult {
  const counted = summary.refusals === 0 ? {} : { evictionsBlocked: summary.refusals }
  if (summary.blocked.length > 0) {
    const pods = listed(summary.blocked.map(({ pod, message }) => `${subjectText(subjectOf(pod))} (${message})`))
    return { outcome: 'refused', detail: `after ${options.timeoutMs / 1000} s still not allowed to evict ${pods}`, ...counted }
  }
  if (summary.lingering.length > 0) {
    const pods = listed(summary.lingering.map((pod) => subjectText(subjectOf(pod))))
    const message = `after ${options.timeoutMs / 1000} s still terminating: ${pods}`
    const hint = 'Look at the finalizers and at the kubelet of the node; a pod whose node is unreachable stays until the node is deleted.'
    return { outcome: 'failed', detail: message, fault: faultData(fault({ code: 'timeout', operation: options.operation, message, hint })), ...counted }
  }
  return { outcome: 'applied', detail: options.done, ...counted }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMED_MAX).join(', ')
  return names.length > NAMED_MAX ? `${shown} and ${names.length - NAMED_MAX} more` : shown
}
