/**
 * Watches over the change log: what happened to the objects of a query after a version, then what happens.
 *
 * An object that starts to match is an addition, one that stops to match a deletion, whatever happened to it in the
 * store (`staging/src/k8s.io/apiserver/pkg/storage/cacher/cache_watcher.go`).
 */

import type { KubeObject } from '../model/kube-object.ts'
import type { ListQuery, WatchEvent, WatchOptions } from '../ports/cluster.ts'
import { statusError, type ApiFault } from './api/status-error.ts'
import { faceOf } from './api/faces.ts'
import { listObjects, matcherOf, storedKind, type Match } from './list-objects.ts'
import type { Change, StoreReader } from './store.ts'

/** The change as the query's version shows it; undefined for changes of other kinds. */
export function changeFor(query: ListQuery, change: Change): Change | undefined {
  if (change.groupKind !== storedKind(query)) return undefined
  const { before, after } = change
  return { ...change, ...(before === undefined ? {} : { before: faceOf(query, before) }), ...(after === undefined ? {} : { after: faceOf(query, after) }) }
}

export type ObjectEvent = Extract<WatchEvent, { readonly object: KubeObject }>

/** What a change is to a watcher of these objects; undefined when it is nothing to them. */
export function eventOf(change: Change, matches: Match): ObjectEvent | undefined {
  const was = change.before !== undefined && matches(change.before)
  const is = change.after !== undefined && matches(change.after)
  if (is) return { type: was ? 'modified' : 'added', object: change.after as KubeObject }
  if (!was) return undefined
  // The object as it last was, at the version of the change that took it away.
  const { before } = change
  return { type: 'deleted', object: { ...(before as KubeObject), metadata: { ...before?.metadata, resourceVersion: String(change.resourceVersion) } } }
}

export function expiredVersion(asked: number, oldest: number): ApiFault {
  return statusError('Expired', `too old resource version: ${asked} (${oldest})`)
}

export interface WatchSource {
  readonly store: StoreReader
  /** Calls back after every write; returns how to stop. */
  onChange(listener: () => void): () => void
}

/** All there is where no version is given, then events after it, one batch at a time, until aborted. Throws 410 when the log does not reach back. */
export async function* watchChanges(
  source: WatchSource,
  query: ListQuery,
  options: WatchOptions,
): AsyncGenerator<WatchEvent> {
  const matches = matcherOf(query)
  let version = Number(options.resourceVersion ?? source.store.resourceVersion)
  if (options.resourceVersion === undefined) yield* allThere(source, query, version)
  while (!options.signal.aborted) {
    const changes = source.store.changesAfter(version)
    if (changes === undefined) throw expiredVersion(version, source.store.resourceVersion)
    for (const change of changes) {
      version = change.resourceVersion
      const mine = changeFor(query, change)
      const event = mine === undefined ? undefined : eventOf(mine, matches)
      if (event !== undefined) yield event
      if (options.signal.aborted) return
    }
    if (changes.length === 0) await nextChange(source, options.signal)
  }
}

function* allThere({ store }: WatchSource, query: ListQuery, version: number): Generator<WatchEvent> {
  for (const object of listObjects(store, query)) yield { type: 'added', object }
  yield { type: 'bookmark', resourceVersion: String(version), listed: true }
}

function nextChange(source: WatchSource, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stop()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const stop = source.onChange(done)
    signal.addEventListener('abort', done, { once: true })
  })
}
