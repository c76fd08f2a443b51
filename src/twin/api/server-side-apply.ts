/**
 * Server-side apply: the client says what it wants to own, the server merges it, and two owners who disagree about a
 * field is a conflict (`staging/src/k8s.io/apimachinery/pkg/util/managedfields`).
 */

import { toKubeTime } from '../../kernel/clock.ts'
import { canonicalJson } from '../../kernel/canonical-json.ts'
import { isRecord } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { withoutDropped, withoutEmptied } from './field-removal.ts'
import { itemStep, leavesOf, pathText, type Leaves } from './field-paths.ts'
import { comparePaths } from './field-order.ts'
import { difference, isUnowned, ownersOf, withOwners, type Ownership } from './field-managers.ts'
import { inCountedForm } from './shown-form.ts'
import { mergedList } from './merge/merge-lists.ts'
import type { Shape } from './merge/shape.ts'
import { statusError, type StatusCause } from './status-error.ts'

export interface ApplyRequest {
  readonly live: KubeObject
  readonly config: KubeObject
  readonly manager: string
  readonly force: boolean
  readonly shape: Shape
  readonly subresource?: string | undefined
  readonly nowMs: number
}

/** What the object becomes. Throws 409 with a cause for each field that another manager holds at another value. */
export function applyConfiguration(request: ApplyRequest): KubeObject {
  const { live, config, manager, shape, subresource } = request
  const wanted = leavesOf(config, shape)
  const owners = isUnowned(live) ? [beforeApply(request)] : ownersOf(live)
  const isOwn = ({ entry }: Ownership): boolean => entry.manager === manager && entry.operation === 'Apply' && entry.subresource === subresource
  const own = owners.find(isOwn)
  const others = owners.filter((owner) => owner !== own)
  const owned = new Set([...wanted.keys(), ...others.flatMap(({ paths }) => [...paths])])
  const merged = mergedByShape(live, config, shape) as KubeObject
  const next = (own === undefined ? merged : withoutDropped(merged, { before: own.paths, owned, shape })) as KubeObject
  const moved = movedBy(request, next)
  const claimed: Ownership = { entry: ownEntry(request, own, moved), paths: new Set(wanted.keys()) }
  return withOwners(withIdentity(withoutEmptied(next) as KubeObject, live), [...settleConflicts(request, others, moved), claimed])
}

/** Whatever an object without owners has when it is first applied to is taken for an update's (`managedfields/internal/skipnonapplied.go`). */
function beforeApply({ live, config, shape, nowMs }: ApplyRequest): Ownership {
  const entry = { manager: 'before-first-apply', operation: 'Update', apiVersion: config.apiVersion, time: toKubeTime(nowMs) }
  return { entry, paths: new Set(leavesOf(inCountedForm(live), shape, { marked: true }).keys()) }
}

/** An apply that changes nothing but owners keeps the time of its entry, or has none (`managedfields/internal/managedfieldsupdater.go`). */
function ownEntry({ manager, subresource, config, nowMs }: ApplyRequest, own: Ownership | undefined, { lost }: Moved): Ownership['entry'] {
  const time = lost.size === 0 ? own?.entry.time : toKubeTime(nowMs)
  return { manager, operation: 'Apply', apiVersion: config.apiVersion, ...(time === undefined ? {} : { time }), ...(subresource === undefined ? {} : { subresource }) }
}

interface Moved {
  /** Paths that came or have another value. */
  readonly changed: ReadonlySet<string>
  /** Those, and the paths that went. */
  readonly lost: ReadonlySet<string>
}

function movedBy({ live, shape }: ApplyRequest, next: KubeObject): Moved {
  const [before, after] = [live, next].map((object) => leavesOf(object, shape, { marked: true })) as [Leaves, Leaves]
  const changed = new Set([...after].filter(([path, text]) => before.get(path) !== text).map(([path]) => path))
  return { changed, lost: new Set([...changed, ...[...before.keys()].filter((path) => !after.has(path))]) }
}

/** What changes is its owner's no more, and what goes is nobody's. */
function settleConflicts(request: ApplyRequest, others: readonly Ownership[], { changed, lost }: Moved): Ownership[] {
  const excused = clientSideFields(request)
  const conflicts = others.flatMap((owner) => [...owner.paths].filter((path) => changed.has(path) && !excused.has(path)).map((path) => ({ owner, path })))
  if (conflicts.length > 0 && !request.force) throw conflictError(conflicts)
  return others.map(({ entry, paths }) => ({ entry, paths: difference(paths, lost) }))
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * Who used to apply from the client and now applies from the server may change what it applied before: kubectl keeps
 * that in an annotation (`managedfields/internal/lastappliedmanager.go`).
 */
function clientSideFields({ live, manager, shape }: ApplyRequest): ReadonlySet<string> {
  const text = live.metadata.annotations?.[LAST_APPLIED]
  if (manager !== 'kubectl' || text === undefined) return new Set()
  try {
    return new Set(leavesOf(JSON.parse(text) as KubeObject, shape).keys())
  } catch {
    return new Set()
  }
}

/** One conflict is told in a line, several by manager (`managedfields/internal/conflict.go`). */
function conflictError(conflicts: readonly { readonly owner: Ownership; readonly path: string }[]): Error {
  const causes = conflicts
    .toSorted((left, right) => comparePaths(left.path, right.path))
    .map(({ owner, path }): Required<StatusCause> => ({ reason: 'FieldManagerConflict', message: `conflict with ${managerText(owner)}`, field: pathText(path) }))
    .sort((left, right) => (left.message < right.message ? -1 : left.message > right.message ? 1 : 0))
  const [first] = causes
  if (causes.length === 1 && first !== undefined) return statusError('Conflict', `Apply failed with 1 conflict: ${first.message}: ${first.field}`, { causes })
  const lines = causes.flatMap(({ message, field }, index) => [...(causes[index - 1]?.message === message ? [] : [`${message.replace('conflict', 'conflicts')}:`]), `- ${field}`])
  return statusError('Conflict', `Apply failed with ${causes.length} conflicts: ${lines.join('\n')}`, { causes })
}

function managerText({ entry: { manager, operation, apiVersion, subresource } }: Ownership): string {
  const name = `"${manager}"${subresource === undefined ? '' : ` with subresource "${subresource}"`}`
  return operation === 'Apply' ? name : `${name} using ${apiVersion}`
}

/** A configuration laid over an object: fields by field, lists by their keys, what is atomic whole. */
export function mergedByShape(live: unknown, config: unknown, shape: Shape): unknown {
  if (isRecord(config) && isRecord(live) && shape.map === 'granular') {
    const merged: Record<string, unknown> = { ...live }
    for (const [key, value] of Object.entries(config)) merged[key] = mergedByShape(live[key], value, shape.field(key))
    return merged
  }
  if (!Array.isArray(config) || !Array.isArray(live) || shape.list === 'atomic') return config
  if (shape.list === 'set') return mergedList<unknown>(live, config, { keyOf: (item) => canonicalJson((item ?? null) as never), merged: (_, item) => item })
  const [keys, item] = [shape.list, shape.item()]
  return mergedList(live as Record<string, unknown>[], config as Record<string, unknown>[], { keyOf: (one) => itemStep(one, keys), merged: (old, next) => mergedByShape(old, next, item) as Record<string, unknown> })
}

/** Identity and server-owned metadata come from the live object. */
function withIdentity(merged: KubeObject, live: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp, generation, deletionTimestamp, deletionGracePeriodSeconds } = live.metadata
  const kept = Object.entries({ name, namespace, uid, resourceVersion, creationTimestamp, generation, deletionTimestamp, deletionGracePeriodSeconds }).filter(([, value]) => value !== undefined)
  return { ...merged, metadata: { ...merged.metadata, ...Object.fromEntries(kept) } }
}
