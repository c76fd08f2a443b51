/** A Pod without a workload above it: when its node is lost nobody makes another. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { controllerOf, subjectOf, subjectText } from '../../model/kube-object.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  return cluster.list('', 'Pod').flatMap((pod) => {
    const { annotations = {}, ownerReferences = [] } = pod.metadata
    const mirrored = annotations['kubernetes.io/config.mirror'] !== undefined
    const hook = Object.keys(annotations).some((key) => /(helm\.sh|argocd\.argoproj\.io)\/hook/.test(key))
    const ends = ['Never', 'OnFailure'].includes((pod['spec'] as { restartPolicy?: string } | undefined)?.restartPolicy ?? 'Always')
    if (controllerOf(pod) !== undefined || ownerReferences.length > 0 || mirrored || hook || ends) return []
    return [{ of: pod, path: ['kind'], summary: `${subjectText(subjectOf(pod))} belongs to no workload`, advice: 'A Deployment with one replica, or a Job.' }]
  })
}

export const podUnmanaged: AuditRule = {
  id: 'pod-unmanaged',
  title: 'A Pod that nobody replaces',
  severity: 4,
  appliesTo: ['/Pod'],
  audit,
  lookAlikes: ['a pod of a controller', 'a static pod of a node', 'a pod that is meant to end, and hooks of Helm or Argo CD'],
  prevention: 'Pods through Deployments, also for one.',
  sources: [{ title: 'Configuration good practices: naked pods', url: 'https://kubernetes.io/docs/concepts/configuration/overview/#naked-pods-vs-replicasets-deployments-and-jobs' }],
  reviewBy: '2027-06-30',
}
