/** A namespace where batch work runs beside services of others, with nothing that bounds it: one large job takes the cluster. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { isLasting, podTemplates } from '../shared/templates.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  const byNamespace = Map.groupBy(podTemplates(cluster), ({ namespace }) => namespace)
  return [...byNamespace].flatMap(([namespace, templates]) => {
    const jobs = templates.filter((template) => !isLasting(template))
    const [first] = jobs
    const bounded = cluster.list('', 'ResourceQuota', namespace).length > 0 || cluster.list('kueue.x-k8s.io', 'LocalQueue', namespace).length > 0
    // A service with a nightly job is no batch namespace; jobs alone, or more of them than of anything else, are.
    if (first === undefined || jobs.length <= templates.length - jobs.length || jobs.length < 2 || bounded) return []
    return [{ of: first.owner, path: ['metadata', 'namespace'], summary: `namespace ${namespace} runs ${jobs.length} jobs, and no ResourceQuota bounds them`, advice: 'A ResourceQuota for requests, and a LimitRange for jobs that ask for nothing.' }]
  })
}

export const batchNamespaceWithoutQuota: AuditRule = {
  id: 'batch-namespace-without-quota',
  title: 'Batch work without a bound',
  severity: 4,
  appliesTo: ['batch/Job', 'batch/CronJob'],
  audit,
  lookAlikes: ['a service with a nightly job', 'a queue that bounds the namespace'],
  prevention: 'A quota in the template of each namespace for batch work.',
  sources: [{ title: 'Resource quotas', url: 'https://kubernetes.io/docs/concepts/policy/resource-quotas/' }],
  reviewBy: '2027-06-30',
}
