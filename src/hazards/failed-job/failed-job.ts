/** A Job that gave up. Why its pods failed is another hazard's word; a later run of the same CronJob that worked ends the matter. */

import { parseTimeMs } from '../../kernel/clock.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { conditionOf } from '../../model/kube/workload.ts'
import { keyOf, workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'

const ID = 'failed-job'

function detect(view: View): Finding[] {
  const jobs = Map.groupBy(view.list('batch', 'Job'), (job) => keyOf(workloadOf(view, job)))
  return [...jobs.values()].flatMap((runs) => {
    const latest = runs.filter(isFinished).sort((left, right) => bornMs(right) - bornMs(left))[0]
    return latest !== undefined && failure(latest) !== undefined ? [findingFrom(view, latest)] : []
  })
}

function failure(job: KubeObject) {
  const failed = conditionOf(job, 'Failed')
  return failed?.status === 'True' ? failed : undefined
}

function isFinished(job: KubeObject): boolean {
  return failure(job) !== undefined || conditionOf(job, 'Complete')?.status === 'True'
}

function bornMs(job: KubeObject): number {
  return parseTimeMs(job.metadata.creationTimestamp) ?? 0
}

function findingFrom(view: View, job: KubeObject): Finding {
  const failed = failure(job)
  const workload = workloadOf(view, job)
  return findingOf({
    hazard: ID,
    subject: workload,
    symptoms: [subjectOf(job), ...view.podsOf(job).map(subjectOf)],
    summary: `${subjectText(subjectOf(job))} has failed (${failed?.reason ?? 'no reason given'}): ${failed?.message ?? ''}`,
    evidence: [objectEvidence(job, 'status.conditions', `${failed?.reason ?? 'Failed'}: ${failed?.message ?? ''}`)],
    confidence: 0.6,
    sinceMs: parseTimeMs(failed?.lastTransitionTime),
    explains: [],
    facts: { reason: failed?.reason ?? '', dependent: true },
  })
}

export const failedJob: Hazard = {
  id: ID,
  title: 'A Job has failed',
  severity: 3,
  family: 'control',
  appliesTo: ['batch/Job'],
  faces: ['live'],
  detect,
  fixes: () => [],
  handOver: (finding) => `${finding.summary}. A Job is not run again by itself; its owners must mend what failed and start it anew.`,
  lookAlikes: ['a failed run that a later one of the same CronJob made good', 'a Job that still retries', 'a Job that is suspended'],
  prevention: 'Give Jobs a back-off limit and a deadline that fit, and alert on the CronJob, not on each run.',
  sources: [{ title: 'Jobs: handling failures', url: 'https://kubernetes.io/docs/concepts/workloads/controllers/job/' }],
  reviewBy: '2027-06-30',
}
