/** The pods of a Job: which count as what, which index they have, how a new one is made. */

import type { Job } from 'kubernetes-types/batch/v1.d.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import { isTerminating, type PodObject } from '../../../model/kube/workload.ts'
import { podFromTemplate } from '../create-pods.ts'

export type JobObject = KubeObject & Job
export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking'
const INDEX_ANNOTATION = 'batch.kubernetes.io/job-completion-index'

/** Not counted yet: it still carries the finalizer that keeps it from being lost. */
export function isUncounted(pod: PodObject): boolean {
  return pod.metadata.finalizers?.includes(TRACKING_FINALIZER) === true
}

/** `isPodFailed`: a pod that is going away has failed, unless the Job waits for the end. */
export function hasFailed(pod: PodObject, job: JobObject): boolean {
  if (pod.status?.phase === 'Failed') return true
  return !replacesFailedOnly(job) && isTerminating(pod) && pod.status?.phase !== 'Succeeded'
}

export function replacesFailedOnly(job: JobObject): boolean {
  return (job.spec as { podReplacementPolicy?: string } | undefined)?.podReplacementPolicy === 'Failed'
}

export function isIndexed(job: JobObject): boolean {
  return job.spec?.completionMode === 'Indexed'
}

export function indexOf(pod: PodObject): number {
  return Number(pod.metadata.annotations?.[INDEX_ANNOTATION] ?? -1)
}

export function jobPod(job: JobObject, index: number | undefined): KubeObject {
  const pod = podFromTemplate(job, job.spec?.template ?? {})
  const finalizers = [...(pod.metadata.finalizers ?? []), TRACKING_FINALIZER]
  if (index === undefined) return { ...pod, metadata: { ...pod.metadata, finalizers } }
  const { generateName: _, ...metadata } = pod.metadata
  const spec = job.spec?.template?.spec
  const env = { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.annotations['${INDEX_ANNOTATION}']` } } }
  return {
    ...pod,
    metadata: {
      ...metadata,
      generateName: `${job.metadata.name ?? ''}-${index}-`,
      finalizers,
      labels: { ...metadata.labels, [INDEX_ANNOTATION]: String(index) },
      annotations: { ...metadata.annotations, [INDEX_ANNOTATION]: String(index) },
    },
    spec: { ...spec, hostname: `${job.metadata.name ?? ''}-${index}`, containers: (spec?.containers ?? []).map((container) => ({ ...container, env: [...(container.env ?? []), env] })) },
  }
}

/** `0-2,5`: the form of `status.completedIndexes`. */
export function formatIndexes(indexes: Iterable<number>): string {
  const sorted = [...new Set(indexes)].sort((left, right) => left - right)
  const parts: string[] = []
  for (let from = 0; from < sorted.length; ) {
    let to = from
    while (sorted[to + 1] === (sorted[to] ?? 0) + 1) to += 1
    parts.push(to === from ? String(sorted[from]) : to === from + 1 ? `${sorted[from]},${sorted[to]}` : `${sorted[from]}-${sorted[to]}`)
    from = to + 1
  }
  return parts.join(',')
}

export function parseIndexes(text: string | undefined): number[] {
  return (text ?? '').split(',').flatMap((part) => {
    if (part === '') return []
    const [from = 0, to = from] = part.split('-').map(Number)
    return Array.from({ length: to - from + 1 }, (_, offset) => from + offset)
  })
}
