/**
 * Who set which field: `metadata.managedFields`, kept as the API server does.
 *
 * Tracking costs a comparison of every field, so it is done where somebody asked for it: writes that name a field
 * manager (every client of the HTTP door does) and all writes to objects that carry managed fields already. Objects
 * made by the control plane inside the twin stay without; their fields have no owner, so applying over them never
 * conflicts. An object that was tracked and has no owner left, or never had a field to own, is not tracked again until
 * somebody applies to it (`managedfields/internal/skipnonapplied.go`).
 */

import { toKubeTime } from '../../kernel/clock.ts'
import { groupOf, type KubeObject } from '../../model/kube-object.ts'
import { capped } from './cap-managers.ts'
import type { Shape } from './merge/shape.ts'
import { blankObject, inCountedForm } from './shown-form.ts'
import { fromFieldsV1, leavesOf, toFieldsV1 } from './field-paths.ts'

export interface ManagedEntry {
  readonly manager?: string
  readonly operation?: string
  readonly apiVersion?: string
  readonly time?: string
  readonly fieldsType?: string
  readonly fieldsV1?: Record<string, unknown>
  readonly subresource?: string
}

export interface Ownership {
  readonly entry: ManagedEntry
  readonly paths: ReadonlySet<string>
}

export function ownersOf(object: KubeObject): Ownership[] {
  const entries = (object.metadata.managedFields ?? []) as unknown as readonly ManagedEntry[]
  return entries.map((entry) => ({ entry, paths: new Set(fromFieldsV1(entry.fieldsV1)) }))
}

/** The object with the entries of those who still own something. */
export function withOwners(object: KubeObject, owners: readonly Ownership[]): KubeObject {
  const managedFields = owners
    .filter((owner) => owner.paths.size > 0)
    .sort((left, right) => compareEntries(left.entry, right.entry))
    .map(({ entry, paths }) => ({ ...entry, fieldsType: 'FieldsV1', fieldsV1: toFieldsV1(paths) }))
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata: (managedFields.length === 0 ? metadata : { ...metadata, managedFields }) as KubeObject['metadata'] }
}

/** `managedfields/internal/managedfields.go`: those that applied first, then by time and name. */
function compareEntries(left: ManagedEntry, right: ManagedEntry): number {
  for (const key of ['operation', 'time', 'manager', 'apiVersion', 'subresource'] as const) {
    const [a, b] = [left[key] ?? '', right[key] ?? '']
    if (a !== b) return a < b ? -1 : 1
  }
  return 0
}

export interface Tracking {
  readonly before?: KubeObject
  readonly next: KubeObject
  /** The part of `next` that its writer set, where admission added more: of a creation. */
  readonly written?: KubeObject
  /** The part of an object that its writer can come to own here; all of it where this is absent. */
  readonly heard?: (object: KubeObject) => KubeObject
  readonly manager: string | undefined
  readonly subresource?: string | undefined
  readonly shape: Shape
  readonly nowMs: number
  /** Who writes, where no manager is named. */
  readonly author: string
}

/** Marks what was tracked and has no owner; copied with the metadata, and no part of the JSON. */
const UNOWNED = Symbol('unowned')

export function isUnowned({ metadata }: KubeObject): boolean {
  return (metadata as { readonly [UNOWNED]?: true })[UNOWNED] === true
}

function markedUnowned(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata: { ...metadata, [UNOWNED]: true } as KubeObject['metadata'] }
}

/** What stands in the new object counts; where nothing does, what was there. An empty list, or one of an empty entry, takes all owners away. */
function givenOwners({ before, next }: Tracking): readonly Ownership[] {
  const { managedFields } = next.metadata
  if (managedFields?.every((entry) => Object.keys(entry).length === 0) === true && managedFields.length < 2) return []
  const group = groupOf(next.apiVersion)
  const given = ownersOf(next).filter(({ entry }) => entry.apiVersion !== undefined && groupOf(entry.apiVersion) === group)
  return given.length > 0 || before === undefined ? given : ownersOf(before)
}

/** `next` with managed fields brought up to date for a create or update. */
export function trackManagers(tracking: Tracking): KubeObject {
  const { before, next, manager } = tracking
  const isTracked = manager !== undefined || before?.metadata.managedFields !== undefined
  if (!isTracked) return next
  const given = givenOwners(tracking)
  if (before !== undefined && given.length === 0 && (isUnowned(before) || before.metadata.managedFields !== undefined)) return markedUnowned(next)
  const tracked = trackedBy(given, tracking)
  return tracked.metadata.managedFields === undefined ? markedUnowned(tracked) : tracked
}

function trackedBy(given: readonly Ownership[], tracking: Tracking): KubeObject {
  const { before, next, manager, heard = (object) => object } = tracking
  const oldLeaves = leavesOf(before === undefined ? blankObject(next) : inCountedForm(heard(before)), tracking.shape, { marked: true })
  const newLeaves = leavesOf(inCountedForm(heard(tracking.written ?? next)), tracking.shape, { marked: true })
  const changed = new Set([...newLeaves].filter(([path, text]) => oldLeaves.get(path) !== text).map(([path]) => path))
  const gone = [...oldLeaves.keys()].filter((path) => !newLeaves.has(path))
  if (changed.size === 0 && gone.length === 0) return withOwners(next, given)
  const lost = new Set([...changed, ...gone])
  const others = given.map(({ entry, paths }) => ({ entry, paths: difference(paths, lost) }))
  return withOwners(next, capped(claim(others, changed, { ...tracking, manager: manager ?? tracking.author.replace(/^system:/, '') })))
}

function claim(owners: readonly Ownership[], changed: ReadonlySet<string>, tracking: Tracking): Ownership[] {
  if (changed.size === 0) return [...owners]
  const { manager, subresource, next, nowMs } = tracking
  const isOwn = ({ entry }: Ownership): boolean => entry.manager === manager && entry.operation === 'Update' && entry.subresource === subresource
  const own = owners.find(isOwn)
  const entry: ManagedEntry = {
    manager: manager ?? tracking.author,
    operation: 'Update',
    apiVersion: next.apiVersion,
    time: toKubeTime(nowMs),
    ...(subresource === undefined ? {} : { subresource }),
  }
  return [...owners.filter((owner) => owner !== own), { entry, paths: new Set([...(own?.paths ?? []), ...changed]) }]
}

export function difference(paths: ReadonlySet<string>, removed: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...paths].filter((path) => !removed.has(path)))
}
