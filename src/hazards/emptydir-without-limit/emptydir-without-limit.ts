/** A scratch folder without a bound: one pod fills the disk of its node, and the kubelet evicts its neighbours. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditTemplates, ownerText, WORKLOAD_KINDS, type PodTemplate } from '../shared/templates.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditTemplates(cluster, (template) =>
    (template.spec.volumes ?? []).flatMap((volume, index) => {
      if (volume.emptyDir === undefined || volume.emptyDir.sizeLimit !== undefined || bounded(template)) return []
      const memory = volume.emptyDir.medium === 'Memory'
      return [{ path: [...template.path, 'volumes', index, 'emptyDir'], summary: `volume ${volume.name} of ${ownerText(template)} has no bound${memory ? ', and lies in memory' : ''}`, advice: 'emptyDir: {sizeLimit: 1Gi}', severity: memory ? (4 as const) : (5 as const) }]
    }),
  )
}

/** A limit of ephemeral storage on every container bounds it too. */
function bounded({ spec }: PodTemplate): boolean {
  return spec.containers.every(({ resources }) => resources?.limits?.['ephemeral-storage'] !== undefined)
}

export const emptydirWithoutLimit: AuditRule = {
  id: 'emptydir-without-limit',
  title: 'A scratch folder without a bound',
  severity: 5,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['containers whose ephemeral storage is limited', 'a folder with a bound'],
  prevention: 'A sizeLimit, or a LimitRange for ephemeral storage.',
  sources: [{ title: 'Local ephemeral storage', url: 'https://kubernetes.io/docs/concepts/storage/ephemeral-storage/' }],
  reviewBy: '2027-06-30',
}
