/** A volume that one node may hold, in pods that are several or that a rollout starts before it stops the old one: the new pod waits for the volume, and the old one for the new pod. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { autoscalerOf } from '../shared/management.ts'
import { auditTemplates, ownerText } from '../shared/templates.ts'
import type { PersistentVolumeClaimSpec } from 'kubernetes-types/core/v1.d.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditTemplates(cluster, (template) => {
    const { owner, spec, path, namespace, replicas = 1 } = template
    if (!['Deployment', 'Rollout'].includes(owner.kind)) return []
    const { strategy } = (owner['spec'] ?? {}) as { strategy?: { type?: string; rollingUpdate?: { maxSurge?: number | string } } }
    const surges = strategy?.type !== 'Recreate' && ![0, '0', '0%'].includes(strategy?.rollingUpdate?.maxSurge ?? 1)
    const many = replicas > 1 || autoscalerOf(cluster, owner) !== undefined
    return (spec.volumes ?? []).flatMap(({ persistentVolumeClaim: use }, index) => {
      const claim = use === undefined ? undefined : cluster.get({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: use.claimName })
      const modes = (claim?.['spec'] as PersistentVolumeClaimSpec | undefined)?.accessModes ?? []
      if (modes.length === 0 || !modes.every((mode) => mode === 'ReadWriteOnce' || mode === 'ReadWriteOncePod') || !(many || surges)) return []
      return [{ path: [...path, 'volumes', index], summary: `${ownerText(template)} mounts claim ${use?.claimName ?? ''}, which one node may hold, ${many ? 'in several pods' : 'and starts a new pod before it stops the old one'}`, advice: many ? 'A StatefulSet with a claim for each pod, or a volume that many may write.' : 'strategy: {type: Recreate}', cause: many ? 'several pods' : 'a rollout that overlaps', severity: many ? (2 as const) : (3 as const) }]
    })
  })
}

export const volumeOfOneWriter: AuditRule = {
  id: 'volume-of-one-writer',
  title: 'Several pods for a volume of one',
  severity: 3,
  appliesTo: ['apps/Deployment', 'argoproj.io/Rollout'],
  audit,
  lookAlikes: ['a volume that many may write', 'one pod with Recreate', 'a StatefulSet, whose pods have claims of their own', 'a claim that lies elsewhere'],
  prevention: 'StatefulSets for what keeps data on block storage.',
  sources: [{ title: 'Persistent volumes: access modes', url: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes' }],
  reviewBy: '2027-06-30',
}
