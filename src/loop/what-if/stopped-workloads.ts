/** Workloads that had pods to serve with and at the end are not to have any: deleted, with what they stood in, or told to want none. */

import { refOf, subjectOf, type KubeObject } from '../../model/kube-object.ts'
import type { Stopped } from '../../model/what-if.ts'
import type { StoreReader } from '../../twin/store.ts'
import { isDaemonSet, replicaCounts } from '../replica-counts.ts'

/** `before`: the workloads as they were when the question was asked. */
export function stoppedWorkloads(before: readonly KubeObject[], store: Pick<StoreReader, 'get'>): Stopped[] {
  return before.flatMap((workload) => {
    const { available } = replicaCounts(workload)
    const after = store.get(refOf(workload))
    if (available === 0 || (after !== undefined && (isDaemonSet(after) || replicaCounts(after).desired > 0))) return []
    return [{ workload: subjectOf(workload), hadAvailable: available, isGone: after === undefined }]
  })
}

/** `Deployment shop/web is gone, which had 3 available pods`. */
export function stoppedText({ hadAvailable, isGone }: Stopped): string {
  const pods = `${hadAvailable} available ${hadAvailable === 1 ? 'pod' : 'pods'}`
  return isGone ? `is gone, which had ${pods}` : `wants no pods any more, and had ${pods}`
}
