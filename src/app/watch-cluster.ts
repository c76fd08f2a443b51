/**
 * The Kubernetes watch as a source of signals, for clusters whose monitoring is silent or slow.
 *
 * Each watched kind is listed once and then watched; after a change, and at most once in a while, `observe` looks at
 * what is known and says what deserves attention. What it said once it does not say again while it lasts; what has
 * gone is reported as resolved.
 */

import { isFault } from '../kernel/fault.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import { objectKey, refOf, type KubeObject } from '../model/kube-object.ts'
import type { Signal } from '../model/signal.ts'
import { createSnapshot } from '../model/snapshot.ts'
import { createView, type View } from '../model/view.ts'
import { watchSignals } from '../observe/sources/kubernetes-watch.ts'
import type { Cluster, ListQuery } from '../ports/cluster.ts'

export interface WatchParts {
  readonly cluster: Cluster
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  takeIn(signal: Signal): Promise<unknown>
}

const WATCHED: readonly ListQuery[] = [
  { apiVersion: 'v1', kind: 'Pod' },
  { apiVersion: 'v1', kind: 'Node' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'apps/v1', kind: 'DaemonSet' },
  { apiVersion: 'batch/v1', kind: 'Job' },
]

/** A trouble that heals within this was a rollout, not an incident. */
const SETTLE_MS = 15_000

/** After a watch broke for a reason other than age, before it is started again. */
const RESTART_MS = 5_000

/** Watches until the returned function is called. */
export function startWatching(parts: WatchParts): () => Promise<void> {
  const aborter = new AbortController()
  const known = new Map<string, KubeObject>()
  let changed = true
  const watches = WATCHED.map((query) => keepWatching({ parts, query, known, signal: aborter.signal, onChange: () => (changed = true) }))
  const takeChanged = (): boolean => {
    const before = changed
    changed = false
    return before
  }
  const speaking = speak({ parts, known, signal: aborter.signal, takeChanged })
  return async () => {
    aborter.abort()
    await Promise.all([...watches, speaking])
  }
}

async function keepWatching(options: {
  readonly parts: WatchParts
  readonly query: ListQuery
  readonly known: Map<string, KubeObject>
  readonly signal: AbortSignal
  onChange(): void
}): Promise<void> {
  const { parts, query, signal } = options
  while (!signal.aborted) {
    try {
      await listAndWatch(options)
    } catch (error) {
      if (signal.aborted) return
      if (!isFault(error)) throw error
      if (error.code === 'expired') continue
      parts.log.warn('a watch broke and is started again', { kind: query.kind, fault: error.message })
      await pause(parts.clock, RESTART_MS, signal)
    }
  }
}

async function listAndWatch(options: Parameters<typeof keepWatching>[0]): Promise<void> {
  const { parts, query, known, signal, onChange } = options
  const { items, resourceVersion } = await parts.cluster.list(query)
  for (const [key, object] of known) if (object.kind === query.kind) known.delete(key)
  for (const item of items) known.set(objectKey(refOf(item)), item)
  onChange()
  for await (const event of parts.cluster.watch(query, { resourceVersion, signal })) {
    if (event.type === 'bookmark') continue
    const key = objectKey(refOf(event.object))
    if (event.type === 'deleted') known.delete(key)
    else known.set(key, event.object)
    onChange()
  }
}

async function speak(options: { readonly parts: WatchParts; readonly known: ReadonlyMap<string, KubeObject>; readonly signal: AbortSignal; takeChanged(): boolean }): Promise<void> {
  const { parts, known, signal, takeChanged } = options
  const { clock, ids, takeIn } = parts
  const said = new Map<string, Signal>()
  while (!signal.aborted) {
    await pause(clock, SETTLE_MS, signal)
    if (signal.aborted || (!takeChanged() && said.size === 0)) continue
    const current = watchSignals({ view: viewOf(known, clock.now()), ids })
    const fresh = current.filter((one) => !said.has(one.fingerprint))
    const gone = [...said.values()].filter((one) => !current.some((other) => other.fingerprint === one.fingerprint))
    for (const one of fresh) said.set(one.fingerprint, one)
    for (const one of gone) said.delete(one.fingerprint)
    const over = gone.map((one) => ({ ...one, id: ids.next('sig'), status: 'resolved' as const, observedAtMs: clock.now() }))
    for (const one of [...fresh, ...over]) await takeInOrLog(parts, takeIn, one)
  }
}

async function takeInOrLog(parts: WatchParts, takeIn: WatchParts['takeIn'], signal: Signal): Promise<void> {
  try {
    await takeIn(signal)
  } catch (error) {
    if (!isFault(error)) throw error
    parts.log.error('a signal of our own watch could not be taken in', { signal: signal.name, fault: error.message })
  }
}

function viewOf(known: ReadonlyMap<string, KubeObject>, nowMs: number): View {
  return createView(
    createSnapshot({ takenAtMs: nowMs, clusterId: '', clusterVersion: { major: 1, minor: 0, gitVersion: '' }, resourceVersion: '', objects: [...known.values()], logs: [], notes: [] }),
  )
}

async function pause(clock: Clock, durationMs: number, signal: AbortSignal): Promise<void> {
  await clock.sleep(durationMs, { signal }).catch(() => undefined)
}
