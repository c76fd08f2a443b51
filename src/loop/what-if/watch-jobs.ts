/**
 * Jobs that a question costs something: pods of theirs that end as failed, which their limits count, and Jobs that give up.
 * A drain is a failure to a Job whose policy does not say otherwise.
 */

import { objectKey, refOf, subjectOf, type KubeObject } from '../../model/kube-object.ts'
import { conditionOf } from '../../model/kube/workload.ts'
import type { JobCost } from '../../model/what-if.ts'
import type { StoreReader } from '../../twin/store.ts'

interface JobObject extends KubeObject {
  readonly spec?: { readonly backoffLimit?: number }
  readonly status?: { readonly failed?: number }
}

const JOB = 'batch/Job'

/** Of the Jobs that were under way when it began. Asked once, at the end. */
export function watchJobs(store: StoreReader): { costs(): readonly JobCost[] } {
  const atStart = [...store.list(JOB)].filter((job) => givenUp(job) === undefined && conditionOf(job, 'Complete')?.status !== 'True') as JobObject[]
  const failedAtStart = new Map(atStart.map((job) => [objectKey(refOf(job)), job.status?.failed ?? 0]))
  return {
    costs: () =>
      atStart.flatMap((before): JobCost[] => {
        const job = store.get(refOf(before)) as JobObject | undefined
        if (job === undefined) return []
        const failedPods = (job.status?.failed ?? 0) - (failedAtStart.get(objectKey(refOf(before))) ?? 0)
        const reason = givenUp(job)
        return failedPods <= 0 && reason === undefined ? [] : [{ job: subjectOf(job), failedPods: Math.max(0, failedPods), backoffLimit: job.spec?.backoffLimit ?? 6, ...(reason === undefined ? {} : { gaveUp: reason }) }]
      }),
  }
}

/** `BackoffLimitExceeded`, `DeadlineExceeded`; undefined while it has not failed. */
function givenUp(job: KubeObject): string | undefined {
  const failed = conditionOf(job, 'Failed')
  return failed?.status === 'True' ? (failed.reason ?? 'Failed') : undefined
}
