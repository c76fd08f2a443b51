/**
 * What changed from one snapshot to another: objects that came, went, or are not as they were, field by field. Entries of
 * lists are told apart by what names them, so that a container that was put in front changes no other container.
 */

import { isRecord, jsonEqual } from '../kernel/json.ts'
import { groupKind, objectKey, refOf, subjectOf, type KubeObject, type Subject } from './kube-object.ts'
import type { Snapshot } from './snapshot.ts'

export interface FieldChange {
  /** `spec.template.spec.containers[name=app].image`, `metadata.labels["app.kubernetes.io/name"]`. */
  readonly path: string
  /** Absent where the field was not there. */
  readonly before?: unknown
  readonly after?: unknown
}

export interface ObjectChange {
  readonly change: 'added' | 'removed' | 'changed'
  readonly apiVersion: string
  readonly object: Subject
  /** Another object by the same name: it was deleted and made again. */
  readonly replaced?: true
  readonly fields: readonly FieldChange[]
}

export interface SnapshotDiff {
  /** By kind, namespace and name. */
  readonly objects: readonly ObjectChange[]
  /** Objects that differ in nothing but versions, heartbeats and other things that are written all the time. */
  readonly leftOut: number
}

export interface DiffOptions {
  /** Leave nothing out. */
  readonly all: boolean
  readonly namespace?: string
}

/** Written all the time, and of no interest to somebody who asks what was changed. */
const NOISY_KINDS = new Set(['/Event', 'events.k8s.io/Event', 'coordination.k8s.io/Lease', 'metrics.k8s.io/PodMetrics', 'metrics.k8s.io/NodeMetrics'])
const NOISY_FIELDS = /^metadata\.(resourceVersion|managedFields|uid|creationTimestamp)\b|\.(lastHeartbeatTime|lastProbeTime)$/

export function diffSnapshots(before: Snapshot, after: Snapshot, options: DiffOptions): SnapshotDiff {
  const [was, is] = [keyed(before, options), keyed(after, options)]
  const keys = [...new Set([...was.keys(), ...is.keys()])].sort()
  const changes = keys.flatMap((key) => changeOf(was.get(key), is.get(key)) ?? [])
  if (options.all) return { objects: changes, leftOut: 0 }
  const shown = changes.flatMap((change) => quiet(change) ?? [])
  return { objects: shown, leftOut: changes.length - shown.length }
}

function keyed({ objects }: Snapshot, { namespace }: DiffOptions): ReadonlyMap<string, KubeObject> {
  return new Map(objects.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace).map((object) => [objectKey(refOf(object)), object]))
}

function changeOf(before: KubeObject | undefined, after: KubeObject | undefined): ObjectChange | undefined {
  const object = (after ?? before) as KubeObject
  const named = { apiVersion: object.apiVersion, object: subjectOf(object) }
  if (before === undefined || after === undefined) return { change: before === undefined ? 'added' : 'removed', ...named, fields: [] }
  const fields = fieldChanges(before, after)
  const isReplaced = before.metadata.uid !== undefined && after.metadata.uid !== undefined && before.metadata.uid !== after.metadata.uid
  return fields.length === 0 ? undefined : { change: 'changed', ...named, ...(isReplaced ? { replaced: true } : {}), fields }
}

/** Without what is written all the time; undefined where nothing else is left. */
function quiet(change: ObjectChange): ObjectChange | undefined {
  if (NOISY_KINDS.has(groupKind(change.apiVersion, change.object.kind))) return undefined
  const fields = change.fields.filter(({ path }) => !NOISY_FIELDS.test(path))
  return change.change === 'changed' && fields.length === 0 && change.replaced === undefined ? undefined : { ...change, fields }
}

/** The least parts that differ, in the order of the fields. */
export function fieldChanges(before: unknown, after: unknown, path = ''): FieldChange[] {
  if (before === after || jsonEqual(before, after)) return []
  if (isRecord(before) && isRecord(after)) return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => fieldChanges(before[key], after[key], withKey(path, key)))
  const name = Array.isArray(before) && Array.isArray(after) ? nameOfEntries([...before, ...after]) : undefined
  if (name !== undefined) return namedChanges(before as readonly Entry[], after as readonly Entry[], { path, name })
  return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }]
}

type Entry = Readonly<Record<string, unknown>>

function namedChanges(before: readonly Entry[], after: readonly Entry[], { path, name }: { readonly path: string; readonly name: string }): FieldChange[] {
  const [was, is] = [new Map(before.map((entry) => [entry[name], entry])), new Map(after.map((entry) => [entry[name], entry]))]
  // A name that is there twice names nothing.
  if (was.size !== before.length || is.size !== after.length) return [{ path, before, after }]
  const moved = [...was.keys()].filter((key) => is.has(key))
  const isMoved = !jsonEqual(moved, [...is.keys()].filter((key) => was.has(key)))
  const inside = [...new Set([...was.keys(), ...is.keys()])].flatMap((key) => fieldChanges(was.get(key), is.get(key), `${path}[${name}=${String(key)}]`))
  return isMoved ? [...inside, { path: `${path} (order)`, before: [...was.keys()], after: [...is.keys()] }] : inside
}

/** By which field the entries of a list are known: `name` of containers, `type` of conditions, `uid` of owners. */
function nameOfEntries(entries: readonly unknown[]): string | undefined {
  return ['name', 'type', 'uid', 'key', 'mountPath'].find((field) => entries.every((entry) => isRecord(entry) && typeof entry[field] === 'string'))
}

function withKey(path: string, key: string): string {
  if (!/^[A-Za-z0-9_$-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`
  return path === '' ? key : `${path}.${key}`
}
