/**
 * A watch that survives its connection.
 *
 * The API server ends every watch after a while, networks end some earlier; each time we go on from the last
 * version we saw, so that nothing is missed and nothing comes twice. Bookmarks keep that version fresh on quiet
 * kinds. When the version is too old (410, as a response or as an ERROR event in the stream) only a new list
 * helps: the iteration ends with fault `expired` and the caller lists again.
 *
 *   connect ─▶ events ─▶ end or error ─▶ wait ─▶ connect from the last version
 *                  └─ 410 ─▶ fault `expired`
 */

import type { Clock } from '../../kernel/clock.ts'
import { isFault } from '../../kernel/fault.ts'
import { WATCH_BACKOFF_MAX_MS } from '../../kernel/limits.ts'
import type { Log } from '../../kernel/log.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { createSharing } from '../../model/siblings.ts'
import type { WatchEvent } from '../../ports/cluster.ts'
import type { ApiClient, ApiRequest } from './api-client.ts'
import { faultOfStatus, type ApiStatus } from './classify-fault.ts'

export interface WatchOptions {
  readonly api: ApiClient
  readonly clock: Clock
  readonly log: Log
  /** The list request to watch; version and watch parameters are added here. */
  readonly request: ApiRequest
  /** Absent: the watch begins with all there is (WatchList). */
  readonly resourceVersion?: string
  readonly seconds?: number
  readonly signal: AbortSignal
}

interface RawEvent {
  readonly type: string
  readonly object: KubeObject
}

const BACKOFF_START_MS = 500

/** Changes after `resourceVersion` until the signal aborts. Faults that a retry cannot heal end it. */
export async function* watchChanges(options: WatchOptions): AsyncGenerator<WatchEvent> {
  const { clock, log, request, signal } = options
  const share = createSharing()
  // Until all there is was delivered there is no version to go on from.
  let { resourceVersion } = options
  let backoffMs = BACKOFF_START_MS
  while (!signal.aborted) {
    try {
      for await (const event of connectOnce(options, { resourceVersion, share })) {
        if (resourceVersion !== undefined || (event.type === 'bookmark' && event.listed === true)) resourceVersion = versionOf(event) ?? resourceVersion
        backoffMs = BACKOFF_START_MS
        yield event
      }
    } catch (error) {
      if (signal.aborted) return
      if (!isFault(error) || error.recovery !== 'retry' || resourceVersion === undefined) throw error
      log.debug('a watch broke and is connected again', { watch: request.subject, reason: error.message, backoffMs })
    }
    if (resourceVersion === undefined) return
    if (await aborted(clock, backoffMs, signal)) return
    backoffMs = Math.min(backoffMs * 2, WATCH_BACKOFF_MAX_MS)
  }
}

function versionOf(event: WatchEvent): string | undefined {
  return event.type === 'bookmark' ? event.resourceVersion : event.object.metadata.resourceVersion
}

/** The end of what there was, as the API server marks it (k8s.io/apimachinery, meta/v1: InitialEventsAnnotationKey). */
const LISTED = 'k8s.io/initial-events-end'
const ALL_FIRST = { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' }

interface Connection {
  readonly resourceVersion: string | undefined
  readonly share: (object: KubeObject) => KubeObject
}

async function* connectOnce(options: WatchOptions, { resourceVersion, share }: Connection): AsyncGenerator<WatchEvent> {
  const { api, request, signal } = options
  const query = { ...request.query, watch: true, allowWatchBookmarks: true, timeoutSeconds: options.seconds, ...(resourceVersion === undefined ? ALL_FIRST : { resourceVersion }) }
  // Its own controller: a consumer that stops iterating must close the connection, not leave it to the server.
  const connection = new AbortController()
  const stop = (): void => connection.abort(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    for await (const line of api.lines({ ...request, query }, connection.signal)) yield readEvent(line, request, share)
  } finally {
    signal.removeEventListener('abort', stop)
    connection.abort()
  }
}

function readEvent(line: string, request: ApiRequest, share: Connection['share']): WatchEvent {
  const { type, object } = JSON.parse(line) as RawEvent
  switch (type) {
    case 'ADDED':
      return { type: 'added', object: share(object) }
    case 'MODIFIED':
      return { type: 'modified', object: share(object) }
    case 'DELETED':
      return { type: 'deleted', object }
    case 'BOOKMARK':
      return { type: 'bookmark', resourceVersion: object.metadata.resourceVersion ?? '', ...(object.metadata.annotations?.[LISTED] === 'true' ? { listed: true } : {}) }
    default:
      throw faultOfStatus(object as unknown as ApiStatus, request)
  }
}

/** Waits; true when the signal ended the wait. */
async function aborted(clock: Clock, durationMs: number, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(durationMs, { signal })
    return false
  } catch {
    return true
  }
}
