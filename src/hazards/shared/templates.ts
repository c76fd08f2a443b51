/** Pod templates and containers as rules of the static face look at them: each with the object that owns it and its path there. */

import type { Container, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import type { AuditFinding, FieldPath } from '../../model/audit.ts'
import { controllerOf, subjectText, subjectOf, type KubeObject } from '../../model/kube-object.ts'
import type { Labels } from '../../model/kube/selector.ts'
import { replicasOf } from '../../model/kube/workload.ts'
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

const KINDS = [['', 'Pod'], ['', 'ReplicationController'], ['apps', 'Deployment'], ['apps', 'StatefulSet'], ['apps', 'DaemonSet'], ['apps', 'ReplicaSet'], ['batch', 'Job'], ['batch', 'CronJob'], ['argoproj.io', 'Rollout']] as const

/** What rules of workloads apply to. */
export const WORKLOAD_KINDS: readonly string[] = KINDS.map(([group, kind]) => `${group}/${kind}`)

/** Kinds whose pods are meant to stay. */
const LASTING = new Set(['ReplicationController', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Rollout', 'Pod'])

/** Every template that somebody wrote: what a controller made from one is left out. */
export const podTemplates = perView((view): readonly PodTemplate[] =>
  KINDS.flatMap(([group, kind]) => view.list(group, kind)).filter((object) => controllerOf(object) === undefined).flatMap(templateOf),
)

export const auditedContainers = perView((view): readonly AuditedContainer[] => podTemplates(view).flatMap(containersOfTemplate))

function templateOf(owner: KubeObject): PodTemplate[] {
  const path = owner.kind === 'Pod' ? [] : owner.kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template']
  const template = path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], owner) as { metadata?: { labels?: Labels; annotations?: Labels }; spec?: PodSpec } | undefined
  if (template?.spec === undefined || !Array.isArray(template.spec.containers)) return []
  const { metadata, spec } = template
  return [{ owner, namespace: owner.metadata.namespace ?? 'default', labels: metadata?.labels ?? {}, annotations: metadata?.annotations ?? {}, spec, path: [...path, 'spec'], replicas: replicasFor(owner) }]
}

function replicasFor(owner: KubeObject): number | undefined {
  if (owner.kind === 'DaemonSet') return undefined
  return ['Pod', 'Job', 'CronJob'].includes(owner.kind) ? 1 : replicasOf(owner)
}

export function containersOfTemplate(template: PodTemplate): AuditedContainer[] {
  const { spec, path } = template
  const init = (spec.initContainers ?? []).map((container, index) => ({ template, container, path: [...path, 'initContainers', index], init: container.restartPolicy !== 'Always' }))
  return [...init, ...spec.containers.map((container, index) => ({ template, container, path: [...path, 'containers', index], init: false }))]
}

/** Its pods are meant to stay: not a job's. */
export function isLasting(template: PodTemplate): boolean {
  return LASTING.has(template.owner.kind)
}

/** `Deployment shop/web`. */
export function ownerText({ owner }: PodTemplate): string {
  return subjectText(subjectOf(owner))
}

/** `container main of Deployment shop/web`. */
export function containerText({ container, template }: AuditedContainer): string {
  return `container ${container.name} of ${ownerText(template)}`
}

/** A finding per container for which `look` answers. */
export function auditContainers(view: View, look: (container: AuditedContainer) => readonly Omit<AuditFinding, 'of'>[]): AuditFinding[] {
  return auditedContainers(view).flatMap((container) => look(container).map((finding) => ({ of: container.template.owner, ...finding })))
}

/** A finding per template for which `look` answers. */
export function auditTemplates(view: View, look: (template: PodTemplate) => readonly Omit<AuditFinding, 'of'>[]): AuditFinding[] {
  return podTemplates(view).flatMap((template) => look(template).map((finding) => ({ of: template.owner, ...finding })))
}
