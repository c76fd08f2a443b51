/** 
 * What the API server would refuse, found before it does: a selector that its own template does not carry, a limit below its request, a
 * quantity or port that is none, a name given twice, a mount of a volume that is not there. A rollout that is refused changes nothing,
 * and a pipeline that goes on after it believes that it did.
 */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { groupOf } from '../../model/kube-object.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import { auditTemplates, containersOfTemplate, ownerText, WORKLOAD_KINDS, type PodTemplate } from '../shared/templates.ts'
import { containerFaults, twice, type Fault } from './container-faults.ts'
import type { PodSpec } from 'kubernetes-types/core/v1.d.ts'
import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditTemplates(cluster, (template) => [...ownerFaults(template), ...podFaults(template), ...containersOfTemplate(template).flatMap(containerFaults)])
}

/** Kinds whose selector has to be written, and to find their own pods. */
const SELECTING = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Rollout']

function ownerFaults(template: PodTemplate): Fault[] {
  const { owner, labels } = template
  const spec = owner['spec'] as { selector?: LabelSelector | null; workloadRef?: object; strategy?: { rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string } } } | undefined
  if (!SELECTING.includes(owner.kind) || spec?.workloadRef !== undefined || !['apps', 'argoproj.io'].includes(groupOf(owner.apiVersion))) return []
  const { maxSurge, maxUnavailable } = spec?.strategy?.rollingUpdate ?? {}
  const selector = spec?.selector ?? undefined
  const finds = selector !== undefined && matchesSelector(selector, labels)
  const none = (amount: unknown): boolean => amount === 0 || amount === '0%' || amount === '0'
  return [
    ...(selector === undefined ? [{ path: ['spec'], summary: `${ownerText(template)} has no selector`, advice: 'spec.selector.matchLabels: the labels of its template.', cause: 'no selector' }] : []),
    ...(selector !== undefined && !finds ? [{ path: ['spec', 'selector'], summary: `${ownerText(template)} does not select the pods of its own template`, advice: 'Give the template the labels of the selector.', cause: 'a selector that its template does not carry' }] : []),
    ...(none(maxSurge) && none(maxUnavailable) ? [{ path: ['spec', 'strategy', 'rollingUpdate'], summary: `${ownerText(template)} may neither add nor take away a pod while it rolls out`, advice: 'Let one of maxSurge and maxUnavailable be more than 0.', cause: 'a rollout that may do nothing' }] : []),
  ]
}

function podFaults(template: PodTemplate): Fault[] {
  const { owner, spec, path } = template
  const jobs = ['Job', 'CronJob'].includes(owner.kind) && groupOf(owner.apiVersion) === 'batch'
  const lasting = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'].includes(owner.kind)
  const policy = spec.restartPolicy ?? 'Always'
  const wrong = (jobs && policy === 'Always') || (lasting && policy !== 'Always')
  const dns = spec.dnsPolicy === 'None' && (spec.dnsConfig?.nameservers ?? []).length === 0
  return [
    ...(wrong ? [{ path: [...path, ...(spec.restartPolicy === undefined ? [] : ['restartPolicy'])], summary: `${ownerText(template)} has restartPolicy ${policy}`, advice: jobs ? 'restartPolicy: Never or OnFailure.' : 'Leave it out: its pods are always restarted.', cause: 'a restart policy that this kind does not have' }] : []),
    ...(dns ? [{ path: [...path, 'dnsPolicy'], summary: `${ownerText(template)} has dnsPolicy None and names no server`, advice: 'Name servers in dnsConfig, or use ClusterFirst.', cause: 'no name server' }] : []),
    ...spreadFaults(template),
    ...twice(containerNames(spec), { path: [...path, 'containers'], what: `container of ${ownerText(template)}` }),
    ...twice((spec.volumes ?? []).map(({ name }) => name), { path: [...path, 'volumes'], what: `volume of ${ownerText(template)}` }),
  ]
}

/** Fields without which a constraint means nothing. */
function spreadFaults(template: PodTemplate): Fault[] {
  return (template.spec.topologySpreadConstraints ?? []).flatMap((constraint, index): Fault[] => {
    const { maxSkew, topologyKey, whenUnsatisfiable, minDomains } = constraint as { maxSkew?: unknown; topologyKey?: string; whenUnsatisfiable?: string; minDomains?: number }
    const wrong = [
      ...(Number.isInteger(maxSkew) && Number(maxSkew) >= 1 ? [] : ['maxSkew is a number from 1']),
      ...(topologyKey === undefined || topologyKey === '' ? ['topologyKey names a label of nodes'] : []),
      ...(['DoNotSchedule', 'ScheduleAnyway'].includes(whenUnsatisfiable ?? '') ? [] : ['whenUnsatisfiable is DoNotSchedule or ScheduleAnyway']),
      ...(minDomains === undefined || (minDomains >= 1 && whenUnsatisfiable === 'DoNotSchedule') ? [] : ['minDomains is a number from 1, with DoNotSchedule']),
    ]
    return wrong.length === 0 ? [] : [{ path: [...template.path, 'topologySpreadConstraints', index], summary: `${ownerText(template)} has a spread constraint in which something is missing or wrong`, advice: `${wrong.join('; ')}.`, cause: 'a spread constraint that is none' }]
  })
}

function containerNames({ initContainers = [], containers }: PodSpec): string[] {
  return [...initContainers, ...containers].map(({ name }) => name).filter((name) => typeof name === 'string')
}

export const manifestRefused: AuditRule = {
  id: 'manifest-refused',
  title: 'What the API server would refuse',
  severity: 2,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['a limit that equals its request', 'the claims of a StatefulSet, which are volumes too', 'a Rollout that takes its template from a Deployment', 'a pod spec inside a custom resource, which its operator completes', 'a value that a template fills in'],
  prevention: 'kubectl apply --dry-run=server in the pipeline, and a scan before it.',
  sources: [
    { title: 'Kubernetes: labels and selectors', url: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/' },
    { title: 'Resource management for pods and containers', url: 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/' },
  ],
  reviewBy: '2027-06-30',
}
