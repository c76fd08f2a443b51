/** A strategy by which a rollout takes all pods of a Service at once: every deployment is an outage that somebody planned. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { scaledValue } from '../../model/kube/int-or-percent.ts'
import { servicesOf } from '../../model/topology/services.ts'
import { templatesBehind } from '../shared/static-match.ts'
import { ownerText, type PodTemplate } from '../shared/templates.ts'

interface Strategy {
  readonly type?: string
  readonly rollingUpdate?: { readonly maxUnavailable?: number | string }
}

function audit({ cluster }: AuditView): AuditFinding[] {
  const served = new Set<PodTemplate>(servicesOf(cluster).flatMap((service) => templatesBehind(cluster, service)))
  return [...served].flatMap((template): AuditFinding[] => {
    const { owner, replicas = 0, spec } = template
    const strategy = (owner['spec'] as { strategy?: Strategy } | undefined)?.strategy
    if (owner.kind !== 'Deployment' || replicas < 2) return []
    const claims = (spec.volumes ?? []).some(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined)
    if (strategy?.type === 'Recreate') return claims ? [] : [{ of: owner, path: ['spec', 'strategy', 'type'], summary: `${ownerText(template)} stops all ${replicas} pods before it starts new ones`, advice: 'RollingUpdate, with maxUnavailable: 0 or 1.', cause: 'Recreate' }]
    const gone = scaledValue(strategy?.rollingUpdate?.maxUnavailable, replicas, 'down') ?? 0
    return gone < replicas ? [] : [{ of: owner, path: ['spec', 'strategy', 'rollingUpdate', 'maxUnavailable'], summary: `${ownerText(template)} may lose all ${replicas} pods while it rolls out`, advice: 'maxUnavailable: 0 or 1.', cause: 'maxUnavailable takes all' }]
  })
}

export const rolloutStopsService: AuditRule = {
  id: 'rollout-stops-service',
  title: 'A rollout that takes all pods at once',
  severity: 3,
  appliesTo: ['/Service'],
  audit,
  lookAlikes: ['one replica, for which there is no other way', 'volumes that only one pod may hold, for which Recreate is right', 'a worker that no Service leads to'],
  prevention: 'maxUnavailable: 1 as the default of templates.',
  sources: [{ title: 'Deployments: strategy', url: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy' }],
  reviewBy: '2027-06-30',
}
