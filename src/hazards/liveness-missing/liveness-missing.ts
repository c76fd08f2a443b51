/** A server that nothing restarts when it hangs. Often a choice, because a liveness probe that is too eager does more harm; then say so. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { servicesOf } from '../../model/topology/services.ts'
import { templatesBehind } from '../shared/static-match.ts'
import { isLasting, ownerText, type PodTemplate } from '../shared/templates.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  const served = new Set<PodTemplate>(servicesOf(cluster).flatMap((service) => templatesBehind(cluster, service)))
  return [...served].filter((template) => isLasting(template) && !template.spec.containers.some(({ livenessProbe }) => livenessProbe !== undefined)).map((template) => ({ of: template.owner, path: [...template.path, 'containers'], summary: `${ownerText(template)} has no liveness probe: a process that hangs is never replaced`, advice: 'A probe of something only a restart can mend, with more patience than readiness.' }))
}

export const livenessMissing: AuditRule = {
  id: 'liveness-missing',
  title: 'A server that nothing restarts when it hangs',
  severity: 5,
  appliesTo: ['/Service'],
  audit,
  lookAlikes: ['a workload that no Service leads to', 'a probe on one of several containers'],
  prevention: 'Decide for each server what a restart can mend.',
  sources: [{ title: 'Liveness, readiness and startup probes', url: 'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/' }],
  reviewBy: '2027-06-30',
}
