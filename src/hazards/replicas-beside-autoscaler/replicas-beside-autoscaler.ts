/** A number of replicas in the manifest of what an autoscaler scales: each apply throws the autoscaler back, at the worst of times to one third of what the load needs. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { autoscalerOf } from '../shared/management.ts'
import { auditTemplates, ownerText } from '../shared/templates.ts'

function audit({ cluster, complete }: AuditView): AuditFinding[] {
  // In a cluster the number is what the autoscaler wrote.
  if (complete) return []
  return auditTemplates(cluster, (template) => {
    const { owner } = template
    const scaler = autoscalerOf(cluster, owner)
    const written = (owner['spec'] as { replicas?: number } | undefined)?.replicas
    return scaler === undefined || written === undefined ? [] : [{ path: ['spec', 'replicas'], summary: `${ownerText(template)} says ${written} replicas, and HorizontalPodAutoscaler ${scaler.metadata.name ?? ''} scales it`, advice: 'Remove replicas; the autoscaler keeps minReplicas.' }]
  })
}

export const replicasBesideAutoscaler: AuditRule = {
  id: 'replicas-beside-autoscaler',
  title: 'A number of replicas beside an autoscaler',
  severity: 3,
  appliesTo: ['apps/Deployment', 'apps/StatefulSet', 'argoproj.io/Rollout'],
  audit,
  lookAlikes: ['a workload that nothing scales', 'an object of a cluster, whose number the autoscaler wrote'],
  prevention: 'Leave replicas out wherever an autoscaler stands beside it.',
  sources: [{ title: 'Horizontal pod autoscaling: migrating Deployments', url: 'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling' }],
  reviewBy: '2027-06-30',
}
