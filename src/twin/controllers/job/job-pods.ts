/** The pods of a Job: which count as what, which index they have, how a new one is made. */

import type { Job } from 'kubernetes-types/batch/v1.d.ts'
import type { Container } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import { isTerminating, type PodObject } from '../../../model/kube/workload.ts'
import { podFromTemplate } from '../create-pods.ts'
import type { FailurePolicy } from './failure-policy.ts'
import type { SuccessPolicy } from './success-policy.ts'

export type JobObject = KubeObject & Job
export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking'
const INDEX_ANNOTATION = 'batch.kubernetes.io/job-completion-index'
/** The server adds five characters to a generated name, of which 63 make a label. */
const PREFIX_LENGTH_MAX = 58
const CONTROLLER_NAME = 'kubernetes.io/job-controller'

/** What a Job may say beyond the fields that the types know. */
interface MoreSpec {
  readonly suspend?: boolean
  readonly managedBy?: string
  readonly podReplacementPolicy?: string
  readonly podFailurePolicy?: FailurePolicy
  readonly successPolicy?: SuccessPolicy
  readonly backoffLimitPerIndex?: number
  readonly maxFailedIndexes?: number
}

export function moreOf(job: KubeObject): MoreSpec {
  return (job['spec'] ?? {}) as MoreSpec
}

/** Another controller looks after it. */
export function isManagedElsewhere({ managedBy }: { readonly managedBy?: string }): boolean {
  return managedBy !== undefined && managedBy !== CONTROLLER_NAME
}

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
  return moreOf(job).podReplacementPolicy === 'Failed'
}

export function isIndexed(job: JobObject): boolean {
  return job.spec?.completionMode === 'Indexed'
}

export function indexOf(pod: PodObject): number {
  return Number(pod.metadata.annotations?.[INDEX_ANNOTATION] ?? -1)
}

/** Within the completions of an indexed Job. */
export function hasValidIndex(pod: PodObject, job: JobObject): boolean {
  const index = indexOf(pod)
  return Number.isInteger(index) && index >= 0 && index < (job.spec?.completions ?? 0)
}

/** A new pod; for an indexed Job with its index, and with what the index has to carry on. */
export function jobPod(job: JobObject, index?: number, carried: Readonly<Record<string, string>> = {}): KubeObject {
  const pod = podFromTemplate(job, job.spec?.template ?? {})
  const finalizers = [...new Set([...(pod.metadata.finalizers ?? []), TRACKING_FINALIZER])]
  if (index === undefined) return { ...pod, metadata: { ...pod.metadata, finalizers } }
  const name = job.metadata.name ?? ''
  const ending = `-${index}-`
  const spec = job.spec?.template?.spec
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      generateName: `${name.slice(0, PREFIX_LENGTH_MAX - ending.length)}${ending}`,
      finalizers,
      labels: { ...pod.metadata.labels, [INDEX_ANNOTATION]: String(index) },
      annotations: { ...pod.metadata.annotations, [INDEX_ANNOTATION]: String(index), ...carried },
    },
    spec: { ...spec, hostname: `${name}-${index}`, ...(spec?.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(withIndex) }), containers: (spec?.containers ?? []).map(withIndex) },
  }
}

function withIndex(container: Container): Container {
  if (container.env?.some(({ name }) => name === 'JOB_COMPLETION_INDEX') === true) return container
  const env = { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.labels['${INDEX_ANNOTATION}']` } } }
  return { ...container, env: [...(container.env ?? []), env] }
}
