/** A CronJob whose runs may overlap without end: the day on which one run hangs, each next one hangs beside it, until the node or the database has enough. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import type { CronJobSpec } from 'kubernetes-types/batch/v1.d.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  return cluster.list('batch', 'CronJob').flatMap((cron) => {
    const spec = (cron['spec'] ?? {}) as Partial<CronJobSpec>
    const job = spec.jobTemplate?.spec
    const ends = job?.activeDeadlineSeconds !== undefined || job?.template?.spec?.activeDeadlineSeconds !== undefined
    if (spec.suspend === true || ends || (spec.concurrencyPolicy ?? 'Allow') !== 'Allow') return []
    return [{ of: cron, path: ['spec', ...(spec.concurrencyPolicy === undefined ? [] : ['concurrencyPolicy'])], summary: `${subjectText(subjectOf(cron))} lets runs overlap, and no run has a deadline`, advice: 'concurrencyPolicy: Forbid, and activeDeadlineSeconds in its jobs.' }]
  })
}

export const cronjobPilesUp: AuditRule = {
  id: 'cronjob-piles-up',
  title: 'A CronJob whose runs pile up',
  severity: 4,
  appliesTo: ['batch/CronJob'],
  audit,
  lookAlikes: ['overlap with a deadline for each run', 'Forbid or Replace', 'a CronJob that is suspended'],
  prevention: 'Forbid as the default of templates.',
  sources: [{ title: 'CronJob: concurrency policy', url: 'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#concurrency-policy' }],
  reviewBy: '2027-06-30',
}
