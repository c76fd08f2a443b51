/**
 * A CronJob or a Job that is suspended. A choice in most clusters; it matters where a signal asks why the job does not
 * run. A Job that a queue holds back is not suspended by anybody.
 */

import { parseTimeMs } from '../../kernel/clock.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { refOf, subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { conditionOf } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { objectOf } from '../../model/topology/find-object.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'
import { createPlan, patchStep } from '../shared/plan-parts.ts'

const ID = 'cronjob-suspended'

function detect(view: View): Finding[] {
  const jobs = view.list('batch', 'Job').filter((job) => !isQueued(job) && conditionOf(job, 'Complete')?.status !== 'True')
  return [...view.list('batch', 'CronJob'), ...jobs].filter((job) => (job['spec'] as { suspend?: boolean } | undefined)?.suspend === true).map((job) =>
    findingOf({
      hazard: ID,
      subject: job,
      symptoms: [],
      summary: `${subjectText(subjectOf(job))} is suspended and starts no ${job.kind === 'Job' ? 'pods' : 'jobs'}`,
      evidence: [objectEvidence(job, 'spec.suspend', 'spec.suspend is true')],
      confidence: 0.8,
      sinceMs: parseTimeMs((job['status'] as { lastScheduleTime?: string } | undefined)?.lastScheduleTime ?? conditionOf(job, 'Suspended')?.lastTransitionTime),
    }),
  )
}

/** A queue suspends Jobs until there is room for them, and resumes them itself. */
function isQueued(job: KubeObject): boolean {
  const { labels = {}, annotations = {} } = job.metadata
  return [...Object.keys(labels), ...Object.keys(annotations)].some((key) => key.endsWith('queue-name')) || (job['spec'] as { managedBy?: string } | undefined)?.managedBy !== undefined
}

function fixes(finding: Finding, view: View): Plan[] {
  const job = objectOf(view, finding.subject)
  if (job === undefined) return []
  return [
    createPlan({
      hazard: ID,
      subject: finding.subject,
      approach: 'resume',
      goal: `${subjectText(finding.subject)} runs on its schedule again`,
      steps: [patchStep(job, [{ path: ['spec', 'suspend'], value: false }], 'take the suspension back')],
      proof: [{ type: 'field-equals', target: refOf(job), path: 'spec.suspend', value: false }, { type: 'hazard-absent', hazard: ID, subject: finding.subject }],
      risk: 'reversible',
      expectedEffect: 'the next run starts on schedule; a missed one may start at once',
      rationale: 'Somebody suspended it, perhaps on purpose: a person must say that it may run.',
      values: 'assumed',
    }),
  ]
}

export const cronjobSuspended: Hazard = {
  id: ID,
  title: 'A CronJob or a Job is suspended',
  severity: 4,
  family: 'control',
  appliesTo: ['batch/CronJob', 'batch/Job'],
  faces: ['live', 'static'],
  detect,
  fixes,
  lookAlikes: ['a suspension that nobody asks about', 'a Job that a queue holds back until there is room', 'a suspended Job that is complete'],
  prevention: 'Note why and until when a job is suspended, in an annotation.',
  sources: [{ title: 'CronJob: schedule suspension', url: 'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-suspension' }],
  reviewBy: '2027-06-30',
}
