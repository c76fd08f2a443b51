/**
 * Revisions of a workload: what its pod template was before, and how to name one exactly.
 *
 * Deployments keep theirs as ReplicaSets, StatefulSets and DaemonSets as ControllerRevisions. The digest leaves out
 * `pod-template-hash`, which the Deployment controller adds to a copy of the template, so that the template in a
 * ReplicaSet and the one in its Deployment have the same digest. Diagnosis, the roll-back verb and the twin share it.
 */

import type { PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import { digestOfJson } from '../../kernel/canonical-json.ts'
import type { KubeObject } from '../kube-object.ts'
import type { View } from '../view.ts'
import { withoutDefaults } from './template-defaults.ts'
import { podTemplateOf } from './workload.ts'

/** `pkg/controller/deployment/util`: RevisionAnnotation. */
export const REVISION_ANNOTATION = 'deployment.kubernetes.io/revision'
export const TEMPLATE_HASH_LABEL = 'pod-template-hash'
/** The same two of Argo Rollouts (`utils/annotations`, `utils/defaults`). */
const ROLLOUT_REVISION_ANNOTATION = 'rollout.argoproj.io/revision'
const ROLLOUT_HASH_LABEL = 'rollouts-pod-template-hash'

export interface Revision {
  readonly number: number
  readonly template: PodTemplateSpec
  readonly digest: string
  /** The ReplicaSet or ControllerRevision that holds it. */
  readonly holder: KubeObject
}

/** The template as the workload's author wrote it: without the hash label. */
export function cleanTemplate(template: PodTemplateSpec): PodTemplateSpec {
  const { $patch: _, ...fields } = template as PodTemplateSpec & { readonly $patch?: string }
  const { [TEMPLATE_HASH_LABEL]: __, [ROLLOUT_HASH_LABEL]: _____, ...labels } = fields.metadata?.labels ?? {}
  if (fields.metadata === undefined) return fields
  const { creationTimestamp: ___, labels: ____, ...metadata } = fields.metadata
  return { ...fields, metadata: Object.keys(labels).length === 0 ? metadata : { ...metadata, labels } }
}

/** `sha256:…` over the clean template without explicit defaults: what a roll-back step is bound to. */
export function templateDigest(template: PodTemplateSpec): string {
  return digestOfJson(withoutDefaults(cleanTemplate(template)))
}

/** The revision that a ReplicaSet or ControllerRevision holds; undefined when it carries no number or template. */
export function revisionIn(holder: KubeObject): Revision | undefined {
  const number = numberOf(holder)
  const template = templateIn(holder)
  if (number === undefined || template === undefined) return undefined
  return { number, template: cleanTemplate(template), digest: templateDigest(template), holder }
}

/** All revisions of a Deployment, StatefulSet or DaemonSet that are still kept, newest first. */
export function revisionsOf(view: Pick<View, 'ownedBy'>, workload: KubeObject): Revision[] {
  return view
    .ownedBy(workload)
    .filter((child) => child.kind === 'ReplicaSet' || child.kind === 'ControllerRevision')
    .map(revisionIn)
    .filter((revision) => revision !== undefined)
    .sort((left, right) => right.number - left.number)
}

function numberOf(holder: KubeObject): number | undefined {
  if (holder.kind === 'ControllerRevision') return typeof holder['revision'] === 'number' ? holder['revision'] : undefined
  const text = holder.metadata.annotations?.[REVISION_ANNOTATION] ?? holder.metadata.annotations?.[ROLLOUT_REVISION_ANNOTATION]
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}

function templateIn(holder: KubeObject): PodTemplateSpec | undefined {
  if (holder.kind !== 'ControllerRevision') return podTemplateOf(holder)
  return (holder['data'] as { spec?: { template?: PodTemplateSpec } } | undefined)?.spec?.template
}
