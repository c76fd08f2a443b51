/** Pod templates and containers as rules of the static face look at them: each with the object that owns it and its path there. */

import type { Container, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import type { AuditFinding, FieldPath } from '../../model/audit.ts'
import { ANY_TEMPLATE } from '../../model/hazard.ts'
import { controllerOf, groupOf, subjectText, subjectOf, type KubeObject } from '../../model/kube-object.ts'
import type { Labels } from '../../model/kube/selector.ts'
import { replicasOf } from '../../model/kube/workload.ts'
import { isRecord } from '../../kernel/json.ts'
import { perView } from '../../model/per-view.ts'
import type { View } from '../../model/view.ts'

export interface PodTemplate {
  readonly owner: KubeObject
  readonly namespace: string
  readonly labels: Labels
  readonly annotations: Labels
  readonly spec: PodSpec
  /** Of the pod spec in the owner. */
  readonly path: FieldPath
  /** How many pods there will be; 1 for a pod and a job, undefined for a DaemonSet. */
  readonly replicas: number | undefined
}

export interface AuditedContainer {
  readonly template: PodTemplate
  readonly container: Container
  readonly path: FieldPath
  /** It ends before the others start. A sidecar among the init containers (restartPolicy Always) does not. */
  readonly init: boolean
}

const KINDS = [['', 'Pod'], ['', 'PodTemplate'], ['', 'ReplicationController'], ['apps', 'Deployment'], ['apps', 'StatefulSet'], ['apps', 'DaemonSet'], ['apps', 'ReplicaSet'], ['batch', 'Job'], ['batch', 'CronJob'], ['argoproj.io', 'Rollout']] as const

/** What rules of workloads apply to: the kinds above, and custom ones that hold a pod template. */
export const WORKLOAD_KINDS: readonly string[] = [...KINDS.map(([group, kind]) => `${group}/${kind}`), ANY_TEMPLATE]

/** Kinds whose pods are meant to stay. */
const LASTING = new Set(['ReplicationController', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Rollout', 'Pod'])

/** Every template that somebody wrote: what a controller made from one is left out. */
export const podTemplates = perView((view): readonly PodTemplate[] => [
  ...KINDS.flatMap(([group, kind]) => view.list(group, kind)).filter((object) => controllerOf(object) === undefined).flatMap(templateOf),
  ...view.snapshot.objects.filter((object) => isCustom(object) && controllerOf(object) === undefined).flatMap(customTemplates),
])

export const auditedContainers = perView((view): readonly AuditedContainer[] => podTemplates(view).flatMap(containersOfTemplate))

function templateOf(owner: KubeObject): PodTemplate[] {
  const path = owner.kind === 'Pod' ? [] : owner.kind === 'PodTemplate' ? ['template'] : owner.kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template']
  const template = path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], owner) as { metadata?: { labels?: Labels; annotations?: Labels }; spec?: PodSpec } | undefined
  if (template?.spec === undefined || !Array.isArray(template.spec.containers)) return []
  const { metadata, spec } = template
  return [{ owner, namespace: owner.metadata.namespace ?? 'default', labels: metadata?.labels ?? {}, annotations: metadata?.annotations ?? {}, spec, path: [...path, 'spec'], replicas: replicasFor(owner) }]
}

function replicasFor(owner: KubeObject): number | undefined {
  if (owner.kind === 'DaemonSet') return undefined
  return ['Pod', 'PodTemplate', 'Job', 'CronJob'].includes(owner.kind) ? 1 : replicasOf(owner)
}

function isCustom({ apiVersion, kind }: KubeObject): boolean {
  const group = groupOf(apiVersion)
  return group.includes('.') && !group.endsWith('.k8s.io') && !KINDS.some((known) => known[0] === group && known[1] === kind)
}

/** Deeper than any definition in use nests its templates. */
const DEPTH_MAX = 8

/** Pod templates inside a custom object, wherever its kind keeps them: told by a list of containers with images. */
function customTemplates(owner: KubeObject): PodTemplate[] {
  const found: PodTemplate[] = []
  const visit = (value: unknown, at: Place): void => {
    if (at.path.length > DEPTH_MAX || typeof value !== 'object' || value === null) return
    if (isPodSpec(value)) return void found.push(customTemplate(owner, value, at))
    const replicas = isRecord(value) && typeof value['replicas'] === 'number' ? value['replicas'] : at.replicas
    for (const [key, child] of Object.entries(value)) visit(child, { path: [...at.path, Array.isArray(value) ? Number(key) : key], parent: value, replicas })
  }
  visit(owner['spec'], { path: ['spec'], parent: owner, replicas: 1 })
  return found
}

/** Where a value was met: what holds it, and the nearest number of replicas above it. */
interface Place {
  readonly path: FieldPath
  readonly parent: object
  readonly replicas: number
}

function isPodSpec(value: object): value is PodSpec {
  const containers = (value as { containers?: unknown }).containers
  return Array.isArray(containers) && containers.length > 0 && containers.every((item) => isRecord(item) && typeof item['image'] === 'string')
}

function customTemplate(owner: KubeObject, spec: PodSpec, { path, parent, replicas }: Place): PodTemplate {
  const metadata = parent === owner ? undefined : (parent as { metadata?: { labels?: Labels; annotations?: Labels } }).metadata
  return { owner, namespace: owner.metadata.namespace ?? 'default', labels: metadata?.labels ?? {}, annotations: metadata?.annotations ?? {}, spec, path, replicas }
}

export function containersOfTemplate(template: PodTemplate): AuditedContainer[] {
  const { spec, path } = template
  const init = (spec.initContainers ?? []).map((container, index) => ({ template, container, path: [...path, 'initContainers', index], init: container.restartPolicy !== 'Always' }))
  const lasting = (['containers', 'ephemeralContainers'] as const).flatMap((list) => (spec[list] ?? []).map((container, index) => ({ template, container, path: [...path, list, index], init: false })))
  return [...init, ...lasting]
}

/** Its pods are meant to stay: not a job's. */
export function isLasting(template: PodTemplate): boolean {
  return LASTING.has(template.owner.kind) || (isCustom(template.owner) && !/(Job|Run|Workflow|Task)$/.test(template.owner.kind))
}

/** `Deployment shop/web`. */
export function ownerText({ owner }: PodTemplate): string {
  return subjectText(subjectOf(owner))
}

/** `container main of Deployment shop/web`. */
export function containerText({ container, template }: AuditedContainer): string {
  return `container ${String(container.name ?? container.image)} of ${ownerText(template)}`
}

/** A finding per container for which `look` answers. */
export function auditContainers(view: View, look: (container: AuditedContainer) => readonly Omit<AuditFinding, 'of'>[]): AuditFinding[] {
  return auditedContainers(view).flatMap((container) => look(container).map((finding) => ({ of: container.template.owner, ...finding })))
}

/** A finding per template for which `look` answers. */
export function auditTemplates(view: View, look: (template: PodTemplate) => readonly Omit<AuditFinding, 'of'>[]): AuditFinding[] {
  return podTemplates(view).flatMap((template) => look(template).map((finding) => ({ of: template.owner, ...finding })))
}
