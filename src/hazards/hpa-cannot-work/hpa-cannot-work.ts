/** An autoscaler that can never scale: its target asks for nothing to compute with, is not there, or its bounds leave no room. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { groupOf, subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { podTemplates, type PodTemplate } from '../shared/templates.ts'

interface HpaSpec {
  readonly minReplicas?: number
  readonly maxReplicas?: number
  readonly scaleTargetRef?: { readonly apiVersion?: string; readonly kind?: string; readonly name?: string }
  readonly targetCPUUtilizationPercentage?: number
  readonly metrics?: readonly { readonly type?: string; readonly resource?: { readonly name?: string; readonly target?: { readonly type?: string } } }[]
}

function audit({ cluster, complete }: AuditView): AuditFinding[] {
  return cluster.list('autoscaling', 'HorizontalPodAutoscaler').flatMap((hpa) => {
    const spec = (hpa['spec'] ?? {}) as HpaSpec
    const template = podTemplates(cluster).find((item) => isTarget(item, hpa, spec))
    const kin = podTemplates(cluster).some(({ owner, namespace }) => owner.kind === spec.scaleTargetRef?.kind && namespace === (hpa.metadata.namespace ?? 'default'))
    return [...noTarget(hpa, spec, template === undefined && (complete || kin)), ...noRoom(hpa, spec), ...(template === undefined ? [] : noRequests(hpa, spec, template))]
  })
}

function isTarget({ owner }: PodTemplate, hpa: KubeObject, { scaleTargetRef: ref }: HpaSpec): boolean {
  return owner.kind === ref?.kind && owner.metadata.name === ref?.name && owner.metadata.namespace === hpa.metadata.namespace && groupOf(owner.apiVersion) === groupOf(ref?.apiVersion ?? owner.apiVersion)
}

function noTarget(hpa: KubeObject, { scaleTargetRef: ref }: HpaSpec, absent: boolean): AuditFinding[] {
  if (!absent || !['Deployment', 'StatefulSet', 'ReplicaSet'].includes(ref?.kind ?? '')) return []
  return [{ of: hpa, path: ['spec', 'scaleTargetRef', 'name'], summary: `${subjectText(subjectOf(hpa))} scales ${ref?.kind ?? ''} ${ref?.name ?? ''}, which is not in its namespace`, advice: 'Name what is to be scaled.', cause: 'the target is not there', severity: 2 }]
}

function noRoom(hpa: KubeObject, { minReplicas = 1, maxReplicas }: HpaSpec): AuditFinding[] {
  if (maxReplicas === undefined || minReplicas < maxReplicas) return []
  return [{ of: hpa, path: ['spec', 'maxReplicas'], summary: `${subjectText(subjectOf(hpa))} may scale from ${minReplicas} to ${maxReplicas}`, advice: 'Give maxReplicas room above minReplicas, or take the autoscaler away.', cause: 'no room between the bounds' }]
}

/** Utilisation is a share of the request; of every container, sidecars too. */
function noRequests(hpa: KubeObject, spec: HpaSpec, { spec: pod }: PodTemplate): AuditFinding[] {
  const names = (spec.metrics ?? []).filter(({ type, resource }) => type === 'Resource' && (resource?.target?.type ?? 'Utilization') === 'Utilization').map(({ resource }) => resource?.name ?? '')
  const wanted = [...names, ...(spec.targetCPUUtilizationPercentage !== undefined || spec.metrics === undefined ? ['cpu'] : [])]
  const running = [...pod.containers, ...(pod.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')]
  return wanted.flatMap((name): AuditFinding[] => {
    const without = running.filter(({ resources }) => resources?.requests?.[name] === undefined && resources?.limits?.[name] === undefined)
    const [first] = without
    return first === undefined || name === '' ? [] : [{ of: hpa, path: ['spec', spec.metrics === undefined ? 'scaleTargetRef' : 'metrics'], summary: `${subjectText(subjectOf(hpa))} scales by ${name}, and container ${first.name} of its target requests none`, advice: `Set resources.requests.${name} on every container of ${spec.scaleTargetRef?.name ?? 'the target'}, sidecars too.`, cause: 'the target requests nothing', severity: 2 }]
  })
}

export const hpaCannotWork: AuditRule = {
  id: 'hpa-cannot-work',
  title: 'An autoscaler that can never scale',
  severity: 3,
  appliesTo: ['autoscaling/HorizontalPodAutoscaler'],
  audit,
  lookAlikes: ['a metric by value, which needs no request', 'a limit without a request: the request is then the same', 'a target that lies in files that were not scanned', 'a target of a kind we do not know'],
  prevention: 'Requests wherever an autoscaler computes a share.',
  sources: [{ title: 'Horizontal pod autoscaling: how it works', url: 'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#how-does-a-horizontalpodautoscaler-work' }],
  reviewBy: '2027-06-30',
}
