/**
 * Watches: one JSON event a line, from a version or from the present state, with bookmarks, until somebody ends it.
 *
 * A version that the log does not reach back to is answered inside the stream, as the real server does: HTTP 200 and
 * an ERROR event with a 410 Status.
 */

import type { Clock } from '../../kernel/clock.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { apiVersionOf } from '../api/resource.ts'
import { isApiFault } from '../api/status-error.ts'
import { listObjects, matcherOf } from '../list-objects.ts'
import type { Twin } from '../compose-twin.ts'
import { changeFor, eventOf, expiredVersion } from '../watch-changes.ts'
import type { Answer, ResourceRequest } from './exchange.ts'
import { checkListOptions, versionAsked } from './list-options.ts'
import type { Encoding } from './media-types.ts'
import { flagIn } from './query-values.ts'
import { partialMetadata } from './tables/render-table.ts'
import { demandEncoding, encodeOne, queryOf } from './read-handlers.ts'

/** `staging/src/k8s.io/apiserver/pkg/storage/cacher`: a bookmark about every minute. */
const BOOKMARK_INTERVAL_MS = 60_000
/** The middle of the real server's random 30 to 60 minutes. */
const WATCH_DEFAULT_MS = 45 * 60_000

interface WatchRequest {
  readonly twin: Twin
  readonly clock: Clock
  readonly request: ResourceRequest
  readonly encoding: Encoding
}

export function watchResources(twin: Twin, clock: Clock, request: ResourceRequest): Answer {
  const encoding = demandEncoding(request)
  checkListOptions(request.incoming.query, { isWatch: true })
  matcherOf(queryOf(request))
  versionAsked(request.incoming.query)
  return { type: 'stream', contentType: 'application/json', chunks: events({ twin, clock, request, encoding }) }
}

async function* events(watch: WatchRequest): AsyncGenerator<string> {
  const { twin, request } = watch
  const { incoming } = request
  const asked = incoming.query.get('resourceVersion') ?? ''
  const isList = flagIn(incoming.query, 'sendInitialEvents') === true
  let version = Number(asked)
  if (isList || asked === '' || asked === '0') {
    version = twin.store.resourceVersion
    for (const object of listObjects(twin.store, queryOf(request))) yield line(watch, 'ADDED', object)
    if (isList && isBookmarking(request)) yield bookmark(watch, version, { 'k8s.io/initial-events-end': 'true' })
  }
  yield* changes(watch, version)
}

async function* changes(watch: WatchRequest, from: number): AsyncGenerator<string> {
  const { twin, clock, request } = watch
  const query = queryOf(request)
  const matches = matcherOf(query)
  const timer = createTimer(watch)
  let version = from
  let bookmarkAtMs = clock.now() + BOOKMARK_INTERVAL_MS
  while (!timer.isOver()) {
    const found = twin.store.changesAfter(version)
    if (found === undefined) return yield errorLine(version, twin.store.resourceVersion)
    for (const change of found) {
      version = change.resourceVersion
      const mine = changeFor(query, change)
      const event = mine === undefined ? undefined : eventOf(mine, matches)
      if (event !== undefined) yield line(watch, event.type.toUpperCase(), event.object)
    }
    if (isBookmarking(request) && clock.now() >= bookmarkAtMs) {
      bookmarkAtMs = clock.now() + BOOKMARK_INTERVAL_MS
      yield bookmark(watch, version, {})
    }
    if (found.length === 0) await nextChange(watch, Math.min(bookmarkAtMs - clock.now(), timer.leftMs()))
  }
}

function createTimer({ clock, request }: WatchRequest): { isOver(): boolean; leftMs(): number } {
  const seconds = Number(request.incoming.query.get('timeoutSeconds') ?? '0')
  const endMs = clock.now() + (seconds > 0 ? seconds * 1000 : WATCH_DEFAULT_MS)
  return { isOver: () => request.incoming.signal.aborted || clock.now() >= endMs, leftMs: () => Math.max(0, endMs - clock.now()) }
}

/** Until the twin changes, the client goes, or the time is up. */
function nextChange({ twin, clock, request }: WatchRequest, waitMs: number): Promise<void> {
  const { signal } = request.incoming
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const done = (): void => {
      stop()
      cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const stop = twin.onChange(done)
    const cancel = clock.after(Math.max(1, waitMs), done)
    signal.addEventListener('abort', done, { once: true })
  })
}

function line({ twin, request, encoding }: WatchRequest, type: string, object: KubeObject): string {
  return `${JSON.stringify({ type, object: encodeOne(twin, request, object, encoding) })}\n`
}

function isBookmarking({ incoming }: ResourceRequest): boolean {
  return flagIn(incoming.query, 'allowWatchBookmarks') === true
}

function bookmark(watch: WatchRequest, version: number, annotations: Readonly<Record<string, string>>): string {
  const { resource } = watch.request
  const metadata = { resourceVersion: String(version), creationTimestamp: null, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) }
  const object = { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata } as unknown as KubeObject
  // A bookmark has no fields to put into cells.
  if (watch.encoding.as !== 'table') return line(watch, 'BOOKMARK', object)
  const { version: tableVersion } = watch.encoding
  const row = { cells: [], object: partialMetadata(object, tableVersion) }
  return `${JSON.stringify({ type: 'BOOKMARK', object: { kind: 'Table', apiVersion: `meta.k8s.io/${tableVersion}`, metadata: { resourceVersion: metadata.resourceVersion }, columnDefinitions: [], rows: [row] } })}\n`
}

function errorLine(asked: number, oldest: number): string {
  const refusal = expiredVersion(asked, oldest)
  return `${JSON.stringify({ type: 'ERROR', object: isApiFault(refusal) ? refusal.kubeStatus : refusal })}\n`
}
