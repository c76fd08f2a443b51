/**
 * The metadata that belongs to the server: set at creation, kept at every update, whatever the client sends
 * (`staging/src/k8s.io/apiserver/pkg/registry/rest/{create,update}.go`).
 */

import { toKubeTime } from '../../kernel/clock.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { groupKind, type KubeObject } from '../../model/kube-object.ts'
import type { ApiEnvironment } from './environment.ts'
import { generatedName } from './object-names.ts'
import { hasStatus, type Resource } from './resource.ts'

type Metadata = KubeObject['metadata']

/** A new object's metadata: name made up where asked, uid and times stamped, what the client may not set removed. */
export function stampNew(environment: ApiEnvironment, resource: Resource, object: KubeObject): KubeObject {
  const { metadata } = object
  const { namespace, resourceVersion: _, selfLink: __, deletionTimestamp: ___, deletionGracePeriodSeconds: ____, generation, ...kept } = metadata
  const stamped: Metadata = {
    ...kept,
    ...(resource.namespaced ? { namespace: namespace ?? 'default' } : {}),
    ...nameOf(environment, resource, metadata),
    uid: environment.ids.uuid(),
    creationTimestamp: toKubeTime(environment.nowMs()),
    ...generationOf(resource, generation),
  }
  const named = { ...object, metadata: stamped }
  return resource.kind === 'Namespace' && resource.group === '' ? withNameLabel(named) : named
}

/** Of kinds that count none, what somebody sends stays. */
function generationOf({ generation, custom }: Resource, sent: number | undefined): { generation?: number } {
  if (generation !== 'none' && generation !== 'late') return { generation: 1 }
  return sent === undefined || sent === 0 || custom ? {} : { generation: sent }
}

function nameOf(environment: ApiEnvironment, { group, kind }: Resource, { name = '', generateName = '' }: Metadata): { name?: string } {
  if (name !== '') return { name }
  if (generateName !== '') return { name: generatedName(generateName, environment.rng) }
  // `pkg/registry/core/limitrange/strategy.go`: one without a name is given an id.
  return group === '' && kind === 'LimitRange' ? { name: environment.ids.uuid() } : {}
}

/** Namespaces carry their name as a label, so that selectors can name them. */
export function withNameLabel({ metadata, ...rest }: KubeObject): KubeObject {
  return { ...rest, metadata: { ...metadata, labels: { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name ?? '' } } } as KubeObject
}

/** An update's metadata: what the client may change from `next`, the rest from `before`. */
export function keepProtected(before: KubeObject, next: KubeObject): KubeObject {
  const { uid, creationTimestamp, generation, deletionTimestamp, deletionGracePeriodSeconds, name, namespace, generateName, resourceVersion } = before.metadata
  const { selfLink: _, deletionTimestamp: __, deletionGracePeriodSeconds: ___, generation: ____, ...free } = next.metadata
  const metadata: Record<string, unknown> = { ...free }
  const kept = { uid, creationTimestamp, generation, deletionTimestamp, deletionGracePeriodSeconds, name, namespace, generateName, resourceVersion }
  for (const field in kept) if (kept[field as keyof typeof kept] !== undefined) metadata[field] = kept[field as keyof typeof kept]
  return { ...next, metadata: metadata as Metadata }
}

interface Bump {
  readonly before: KubeObject
  readonly next: KubeObject
  /** `next` as its writer had it. */
  readonly sent: KubeObject
}

/**
 * Kinds whose wish upstream compares by `reflect.DeepEqual`, and where it stands: an empty list that somebody sends is another
 * wish than none, though both are stored alike.
 */
const COMPARED_DEEPLY: Readonly<Record<string, string>> = {
  'networking.k8s.io/NetworkPolicy': 'spec',
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': 'webhooks',
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': 'webhooks',
}

function saysNothingAloud(sent: KubeObject): boolean {
  const wish = COMPARED_DEEPLY[groupKind(sent.apiVersion, sent.kind)]
  return wish !== undefined && hasEmptyList(sent[wish])
}

function hasEmptyList(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return (Array.isArray(value) && value.length === 0) || Object.values(value).some(hasEmptyList)
}

/** Generation counts changes of what the user wants: everything but metadata and status. */
export function bumpGeneration(resource: Resource, { before, next, sent }: Bump): KubeObject {
  if (resource.generation === 'none' || resource.generation === 'fixed') return next
  if (!isDesireChanged(resource, before, next) && !saysNothingAloud(sent)) return next
  return { ...next, metadata: { ...next.metadata, generation: (before.metadata.generation ?? 0) + 1 } }
}

function isDesireChanged(resource: Resource, before: KubeObject, next: KubeObject): boolean {
  if (resource.generation === 'spec-and-annotations' && !jsonEqual(before.metadata.annotations ?? {}, next.metadata.annotations ?? {})) return true
  if (resource.generation === 'spec-and-labels' && !jsonEqual(before.metadata.labels ?? {}, next.metadata.labels ?? {})) return true
  const keys = new Set([...Object.keys(before), ...Object.keys(next)])
  // Where status is no part of its own, it is what somebody wants like all else.
  for (const key of ['metadata', 'apiVersion', 'kind', ...(resource.custom && !hasStatus(resource) ? [] : ['status'])]) keys.delete(key)
  return [...keys].some((key) => !jsonEqual(before[key], next[key]))
}
