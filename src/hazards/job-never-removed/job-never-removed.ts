/** A Job that stays for ever after it has ended, with its pods: ten thousand of them make the API server slow for everybody. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { controllerOf, subjectOf, subjectText } from '../../model/kube-object.ts'
import type { JobSpec } from 'kubernetes-types/batch/v1.d.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  return cluster.list('batch', 'Job').flatMap((job) => {
    const spec = (job['spec'] ?? {}) as JobSpec
    const hook = Object.keys(job.metadata.annotations ?? {}).some((key) => /(helm\.sh|argocd\.argoproj\.io)\/hook/.test(key))
    if (controllerOf(job) !== undefined || hook || spec.ttlSecondsAfterFinished !== undefined) return []
    return [{ of: job, path: ['spec'], summary: `${subjectText(subjectOf(job))} is not removed when it has ended`, advice: 'ttlSecondsAfterFinished: 86400' }]
  })
}

export const jobNeverRemoved: AuditRule = {
  id: 'job-never-removed',
  title: 'A Job that nobody removes',
  severity: 5,
  appliesTo: ['batch/Job'],
  audit,
  lookAlikes: ['a Job of a CronJob, which keeps a history', 'a hook of Helm or Argo CD, which they remove'],
  prevention: 'ttlSecondsAfterFinished in every Job.',
  sources: [{ title: 'Automatic cleanup for finished jobs', url: 'https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/' }],
  reviewBy: '2027-06-30',
}
