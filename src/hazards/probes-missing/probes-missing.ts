/**
 * Traffic is sent to a pod as soon as its process runs, because nothing says when it is ready: each rollout drops requests,
 * and a process that hangs is never replaced.
 */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import { servicesOf } from '../../model/topology/services.ts'
import { templatesBehind } from '../shared/static-match.ts'
import { isLasting, ownerText, type PodTemplate } from '../shared/templates.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  const seen = new Set<PodTemplate>()
  return servicesOf(cluster).flatMap((service) =>
    templatesBehind(cluster, service).flatMap((template) => {
      if (seen.has(template) || !isLasting(template) || hasReadiness(template)) return []
      seen.add(template)
      return [{ of: template.owner, path: [...template.path, 'containers'], summary: `${ownerText(template)} is behind ${subjectText(subjectOf(service))}, and no container says when it is ready`, advice: 'Give the container that serves a readinessProbe that answers only when requests would be answered.' }]
    }),
  )
}

function hasReadiness({ spec }: PodTemplate): boolean {
  return (spec.readinessGates ?? []).length > 0 || [...spec.containers, ...(spec.initContainers ?? [])].some((container) => container.readinessProbe !== undefined)
}

export const probesMissing: AuditRule = {
  id: 'probes-missing',
  title: 'Pods get traffic before they say that they are ready',
  severity: 3,
  appliesTo: ['/Service'],
  audit,
  lookAlikes: ['a workload that no Service leads to', 'a readiness gate instead of a probe', 'a probe on one of several containers'],
  prevention: 'A readiness probe for whatever a Service leads to.',
  sources: [{ title: 'Configure liveness, readiness and startup probes', url: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/' }],
  reviewBy: '2027-06-30',
}
