/** The words of a volume that is somewhere else (`reportMultiAttachError`); a namespace does not see names of another. */

import type { PodObject } from '../../../model/kube/workload.ts'

export function multiAttachMessage(volume: string, pod: PodObject, holders: readonly PodObject[]): string {
  const prefix = `Multi-Attach error for volume "${volume}"`
  if (holders.length === 0) return `${prefix} Volume is already exclusively attached to one node and can't be attached to another`
  const local = holders.filter(({ metadata }) => metadata.namespace === pod.metadata.namespace).map(({ metadata }) => metadata.name ?? '')
  const foreign = holders.length - local.length
  if (local.length === 0) return `${prefix} Volume is already used by ${foreign} pod(s) in different namespaces`
  const more = foreign === 0 ? '' : ` and ${foreign} pod(s) in different namespaces`
  return `${prefix} Volume is already used by pod(s) ${local.join(', ')}${more}`
}
