/** Who a StatefulSet's pods are: ordinal, name, claims, revision (`pkg/controller/statefulset/stateful_set_utils.go`). */

import type { StatefulSet } from 'kubernetes-types/apps/v1.d.ts'
import type { PersistentVolumeClaim, PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import type { PodObject } from '../../../model/kube/workload.ts'
import { REVISION_HASH_LABEL, templateIn, type RevisionObject } from '../controller-revision.ts'
import { ownerReference, podFromTemplate } from '../create-pods.ts'

export type StatefulSetObject = KubeObject & StatefulSet

/** Undefined for a pod that has the set's labels and not its name: it is none of the set's (`isMemberOf`). */
export function ordinalOf(set: KubeObject, pod: KubeObject): number | undefined {
  const prefix = `${set.metadata.name ?? ''}-`
  const name = pod.metadata.name ?? ''
  const text = name.startsWith(prefix) ? name.slice(prefix.length) : ''
  return /^\d+$/.test(text) ? Number(text) : undefined
}

export function revisionNameOf(pod: PodObject): string {
  return pod.metadata.labels?.[REVISION_HASH_LABEL] ?? ''
}

export function startOrdinal(set: StatefulSetObject): number {
  return (set.spec as { ordinals?: { start?: number } } | undefined)?.ordinals?.start ?? 0
}

type ClaimTemplate = PersistentVolumeClaim & { readonly metadata?: { readonly name?: string; readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> } }

function claimTemplates(set: StatefulSetObject): readonly ClaimTemplate[] {
  return (set.spec?.volumeClaimTemplates ?? []) as readonly ClaimTemplate[]
}

/** The claims of one ordinal. They are born without an owner: what a StatefulSet stores outlives it, unless its policy says otherwise. */
export function claimsFor(set: StatefulSetObject, ordinal: number): KubeObject[] {
  return claimTemplates(set).map((template) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: claimName(set, template, ordinal),
      namespace: set.metadata.namespace ?? '',
      labels: { ...template.metadata?.labels, ...set.spec?.selector?.matchLabels },
      ...(template.metadata?.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
    },
    spec: template.spec,
  }))
}

function claimName(set: StatefulSetObject, template: ClaimTemplate, ordinal: number): string {
  return `${template.metadata?.name ?? ''}-${set.metadata.name ?? ''}-${ordinal}`
}

/** `newVersionedStatefulSetPod`. */
export function podFor(set: StatefulSetObject, revision: RevisionObject, ordinal: number): KubeObject {
  const template = templateIn(revision) ?? set.spec?.template ?? {}
  const name = `${set.metadata.name ?? ''}-${ordinal}`
  const pod = podFromTemplate(set, template, name)
  const labels = {
    ...pod.metadata.labels,
    [REVISION_HASH_LABEL]: revision.metadata.name ?? '',
    'statefulset.kubernetes.io/pod-name': name,
    'apps.kubernetes.io/pod-index': String(ordinal),
  }
  return { ...pod, metadata: { ...pod.metadata, generateName: `${set.metadata.name ?? ''}-`, labels, ownerReferences: [ownerReference(set)] }, spec: withClaims(set, { ...template.spec, hostname: name, subdomain: set.spec?.serviceName ?? '' } as PodTemplateSpec['spec'], ordinal) }
}

function withClaims(set: StatefulSetObject, spec: PodTemplateSpec['spec'], ordinal: number): object {
  const templates = claimTemplates(set)
  if (templates.length === 0) return spec ?? {}
  const claimed = templates.map((template) => ({ name: template.metadata?.name ?? '', persistentVolumeClaim: { claimName: claimName(set, template, ordinal) } }))
  const others = (spec?.volumes ?? []).filter((volume) => !claimed.some(({ name }) => name === volume.name))
  return { ...spec, volumes: [...others, ...claimed] }
}
