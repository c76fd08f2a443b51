/**
 * Kubernetes objects as the plain data they are, and how we name them.
 *
 * An object is never changed in place: the twin forks by sharing, and evidence cites what was read. Typed
 * shapes come from `kubernetes-types` (types only); an unknown kind is still an object.
 */

import type { ObjectMeta } from 'kubernetes-types/meta/v1.d.ts'

export interface KubeObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
  readonly [field: string]: unknown
}

/** Which object: enough to fetch it. `namespace` is absent for cluster-scoped kinds. */
export interface ObjectRef {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string
  readonly name: string
}

/** What people and reports say: `Deployment shop/cart`, `Node worker-3`. */
export interface Subject {
  readonly kind: string
  readonly namespace?: string
  readonly name: string
}

export function refOf(object: KubeObject): ObjectRef {
  const { name = '', namespace } = object.metadata
  return { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace === undefined ? {} : { namespace }) }
}

export function subjectOf(object: KubeObject | ObjectRef): Subject {
  const ref = 'metadata' in object ? refOf(object as KubeObject) : (object as ObjectRef)
  return { kind: ref.kind, name: ref.name, ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }) }
}

export function subjectText(subject: Subject): string {
  return subject.namespace === undefined
    ? `${subject.kind} ${subject.name}`
    : `${subject.kind} ${subject.namespace}/${subject.name}`
}

export function sameSubject(left: Subject, right: Subject): boolean {
  return left.kind === right.kind && left.name === right.name && (left.namespace ?? '') === (right.namespace ?? '')
}

/** `apps` of `apps/v1`; the empty string for the core group. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? '' : apiVersion.slice(0, slash)
}

/** A kind in its group, whatever the version: `apps/Deployment`, `/Pod`. Two versions of one object share it. */
export function groupKind(apiVersion: string, kind: string): string {
  const known = groupKinds.get(apiVersion)
  if (known === undefined) groupKinds.set(apiVersion, new Map())
  return known?.get(kind) ?? noted(apiVersion, kind)
}

/** Asked at every step of every object, so the text is made once. Whoever sends kinds without end has theirs made each time. */
const groupKinds = new Map<string, Map<string, string>>()
const KINDS_NOTED_MAX = 500

function noted(apiVersion: string, kind: string): string {
  const text = `${groupOf(apiVersion)}/${kind}`
  const kinds = groupKinds.get(apiVersion)
  if (kinds !== undefined && kinds.size < KINDS_NOTED_MAX) kinds.set(kind, text)
  return text
}

/** The key of an object among all objects: `apps/Deployment|shop|cart`. */
export function objectKey(ref: ObjectRef): string {
  return `${groupKind(ref.apiVersion, ref.kind)}|${ref.namespace ?? ''}|${ref.name}`
}

/** Versions are decimal numbers of any length, comparable since Kubernetes 1.35 and in practice before. Of one kind, or of one etcd. */
export function isOlderVersion(left: string, right: string): boolean {
  return left.length === right.length ? left < right : left.length < right.length
}

/** The owner that manages this object, if one does (`controller: true`). */
export function controllerOf(object: KubeObject): NonNullable<ObjectMeta['ownerReferences']>[number] | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true)
}
