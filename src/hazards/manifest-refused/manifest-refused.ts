/** 
 * What the API server would refuse, found before it does: a selector that its own template does not carry, a limit below its request, a
 * quantity or port that is none, a name given twice, a mount of a volume that is not there. A rollout that is refused changes nothing,
 * and a pipeline that goes on after it believes that it did.
 */

import type { AuditFinding, AuditView, FieldPath } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { groupOf } from '../../model/kube-object.ts'
import { parseMilli } from '../../model/kube/quantity.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import { auditTemplates, containersOfTemplate, containerText, ownerText, WORKLOAD_KINDS, type AuditedContainer, type PodTemplate } from '../shared/templates.ts'
import type { Container, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'

type Fault = Omit<AuditFinding, 'of'>

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
    ...twice(containerNames(spec), { path: [...path, 'containers'], what: `container of ${ownerText(template)}` }),
    ...twice((spec.volumes ?? []).map(({ name }) => name), { path: [...path, 'volumes'], what: `volume of ${ownerText(template)}` }),
  ]
}

function containerNames({ initContainers = [], containers }: PodSpec): string[] {
  return [...initContainers, ...containers].map(({ name }) => name).filter((name) => typeof name === 'string')
}

function containerFaults(item: AuditedContainer): Fault[] {
  const { container, path } = item
  const ports = container.ports ?? []
  return [
    ...ports.flatMap((port, index): Fault[] => (isPort(port.containerPort) || isLeftOpen(port.containerPort) ? [] : [{ path: [...path, 'ports', index], summary: `${containerText(item)} names port ${String(port.containerPort)}`, advice: 'A port is a number from 1 to 65535.', cause: 'a port that is none' }])),
    ...twice(ports.flatMap(({ name }) => (name === undefined ? [] : [name])), { path: [...path, 'ports'], what: `port of ${containerText(item)}` }),
    ...mounts(item),
    ...amounts(item),
  ]
}

/** A variable that something else fills in. */
function isLeftOpen(value: unknown): boolean {
  return typeof value === 'string' && /\{\{|\$\{|\$\(/.test(value)
}

function isPort(port: unknown): boolean {
  return Number.isInteger(port) && Number(port) >= 1 && Number(port) <= 65_535
}

function twice(names: readonly string[], { path, what }: { readonly path: FieldPath; readonly what: string }): Fault[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map((name) => ({ path, summary: `${name} is given twice, as the name of a ${what}`, advice: 'Names are unique here.', cause: 'a name that is given twice' }))
}

/** The claim templates of a StatefulSet are volumes too. */
function mounts(item: AuditedContainer): Fault[] {
  const { template, container, path } = item
  const claims = (template.owner['spec'] as { volumeClaimTemplates?: readonly { metadata?: { name?: string } }[] } | undefined)?.volumeClaimTemplates ?? []
  const known = new Set([...(template.spec.volumes ?? []).map(({ name }) => name), ...claims.map(({ metadata }) => metadata?.name)])
  // What a custom resource mounts may come from what its operator adds.
  if (template.owner.kind !== 'Pod' && groupOf(template.owner.apiVersion).includes('.') && template.owner.kind !== 'Rollout') return []
  return (container.volumeMounts ?? []).flatMap(({ name }, index) => (known.has(name) ? [] : [{ path: [...path, 'volumeMounts', index], summary: `${containerText(item)} mounts ${name}, and its pod has no such volume`, advice: 'Declare the volume, or correct the name.', cause: 'a mount without its volume' }]))
}

function amounts(item: AuditedContainer): Fault[] {
  const { container, path } = item
  const resources = container.resources ?? {}
  const unreadable = (['requests', 'limits'] as const).flatMap((list) => Object.entries(resources[list] ?? {}).flatMap(([name, amount]): Fault[] => (parseMilli(amount) === undefined && !isLeftOpen(amount) ? [{ path: [...path, 'resources', list, name], summary: `${containerText(item)} asks for ${name} ${String(amount)}, which is no quantity`, advice: 'Write it as 100m, 1.5, 256Mi or 1Gi.', cause: 'a quantity that is none' }] : [])))
  return [...unreadable, ...aboveLimit(container, path, containerText(item))]
}

function aboveLimit({ resources }: Container, path: FieldPath, of: string): Fault[] {
  return Object.entries(resources?.requests ?? {}).flatMap(([name, asked]) => {
    const [request, limit] = [parseMilli(asked), parseMilli(resources?.limits?.[name])]
    return request === undefined || limit === undefined || request <= limit ? [] : [{ path: [...path, 'resources', 'requests', name], summary: `${of} requests ${name} ${String(asked)} and is limited to ${String(resources?.limits?.[name])}`, advice: 'A request is at most the limit.', cause: 'a request above its limit' }]
  })
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
