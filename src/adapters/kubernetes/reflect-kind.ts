/**
 * One kind, listed once and then followed by a watch.
 *
 *   list ─▶ watch ─▶ events, bookmarks
 *    ▲        └─ 410, refusal, bug of the other side ─▶ wait, with jitter ─┐
 *    └───────────────────────────────────────────────────────────────────┘
 *
 * A reading is given from memory only while the watch is alive, was heard of lately (the server sends bookmarks on
 * quiet kinds too) and the list began after the moment that is asked for. In every other case it is listed now.
 */

import type { Clock } from '../../kernel/clock.ts'
import { isFault, type Fault } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { Redactor } from '../../kernel/redact/redactor.ts'
import type { Rng } from '../../kernel/rng.ts'
import { WATCH_BACKOFF_MAX_MS } from '../../kernel/limits.ts'
import { objectKey, refOf, type KubeObject } from '../../model/kube-object.ts'
import { redactObject } from '../../model/redact-object.ts'
import type { Cluster, ListQuery } from '../../ports/cluster.ts'
import type { KindReading } from '../../ports/cluster-base.ts'

export interface ReflectOptions {
  readonly cluster: Pick<Cluster, 'list' | 'watch'>
  readonly query: ListQuery
  /** False where the server cannot be asked to watch it: then it is listed at each reading. */
  readonly watchable: boolean
  readonly clock: Clock
  readonly log: Log
  readonly rng: Rng
  readonly redactor: Redactor
  /** A watch that was silent for longer is not believed. */
  readonly staleAfterMs: number
  onChange?(): void
}

export interface ReflectedKind {
  /** As it was at `notBeforeMs` or later. Rejects with the fault of the list where that needs one. */
  read(notBeforeMs: number): Promise<Extract<KindReading, { readonly objects: unknown }>>
  stop(): void
}

const BACKOFF_START_MS = 1_000

interface Kept {
  readonly object: KubeObject
  readonly withheld: Readonly<Record<string, number>>
}

interface State {
  objects: Map<string, Kept>
  resourceVersion: string
  /** When the list began that all this goes back to. */
  listedMs: number
  heardMs: number
  /** Of the watch that is alive. */
  watch: AbortController | undefined
  backoffMs: number
  listing: Promise<void> | undefined
  stopped: boolean
}

export function reflectKind(options: ReflectOptions): ReflectedKind {
  const { clock, query, staleAfterMs } = options
  const state: State = { objects: new Map(), resourceVersion: '', listedMs: -Infinity, heardMs: -Infinity, watch: undefined, backoffMs: BACKOFF_START_MS, listing: undefined, stopped: false }
  const vouches = (notBeforeMs: number): boolean => state.watch !== undefined && state.listedMs >= notBeforeMs && clock.now() - state.heardMs <= staleAfterMs
  return {
    async read(notBeforeMs) {
      const askedMs = clock.now()
      // A list that was under way already may have begun too early; then there is another.
      while (!vouches(notBeforeMs) && !(state.listedMs >= Math.max(askedMs, notBeforeMs))) await listOnce(options, state)
      const kept = [...state.objects.values()]
      return { query, objects: kept.map(({ object }) => object), resourceVersion: state.resourceVersion, ageMs: Math.max(0, clock.now() - state.heardMs), withheld: sum(kept) }
    },
    stop() {
      state.stopped = true
      state.watch?.abort()
    },
  }
}

/** Whoever asks while a list is under way waits for that one. */
function listOnce(options: ReflectOptions, state: State): Promise<void> {
  state.listing ??= list(options, state).finally(() => (state.listing = undefined))
  return state.listing
}

async function list(options: ReflectOptions, state: State): Promise<void> {
  const { cluster, query, clock } = options
  const startedMs = clock.now()
  const { items, resourceVersion } = await cluster.list(query)
  state.watch?.abort()
  state.watch = undefined
  state.objects = new Map(items.map((item) => [objectKey(refOf(item)), keep(options, item)]))
  Object.assign(state, { resourceVersion, listedMs: startedMs, heardMs: startedMs })
  if (options.watchable && resourceVersion !== '' && !state.stopped) void follow(options, state)
}

async function follow(options: ReflectOptions, state: State): Promise<void> {
  const { cluster, query, clock } = options
  const watch = new AbortController()
  state.watch = watch
  try {
    for await (const event of cluster.watch(query, { resourceVersion: state.resourceVersion, signal: watch.signal })) {
      // A newer list has taken over.
      if (state.watch !== watch) return
      state.heardMs = clock.now()
      state.backoffMs = BACKOFF_START_MS
      if (event.type === 'bookmark') state.resourceVersion = event.resourceVersion
      else apply(options, state, event)
    }
  } catch (error) {
    if (!isFault(error)) throw error
    if (state.watch === watch) lost(options, state, error)
  }
}

function apply(options: ReflectOptions, state: State, event: { readonly type: 'added' | 'modified' | 'deleted'; readonly object: KubeObject }): void {
  const { object } = event
  const key = objectKey(refOf(object))
  if (event.type === 'deleted') state.objects.delete(key)
  else state.objects.set(key, keep(options, object))
  state.resourceVersion = object.metadata.resourceVersion ?? state.resourceVersion
  options.onChange?.()
}

/** From now on readings are lists; meanwhile the kind is listed and followed again, later each time it fails. */
function lost(options: ReflectOptions, state: State, reason: Fault): void {
  const { clock, log, query, rng } = options
  state.watch = undefined
  const waitMs = Math.round(state.backoffMs * (0.5 + rng.unit()))
  state.backoffMs = Math.min(state.backoffMs * 2, WATCH_BACKOFF_MAX_MS)
  log.warn('a kind is not followed for now', { kind: `${query.apiVersion} ${query.kind}`, reason: reason.message, againInMs: waitMs })
  // What nobody may watch is not asked for again and again; each reading lists it.
  if (reason.recovery === 'ask-human' || reason.recovery === 'give-up') return
  clock.after(waitMs, () => {
    if (state.stopped || state.watch !== undefined) return
    listOnce(options, state).catch((error: unknown) => lost(options, state, faultOr(error)))
  })
}

function faultOr(error: unknown): Fault {
  if (isFault(error)) return error
  throw error
}

function keep({ redactor }: ReflectOptions, object: KubeObject): Kept {
  const before = redactor.withheld()
  const kept = redactObject(object, redactor)
  // The same object where nothing was found.
  if (kept === object) return { object, withheld: {} }
  const counts = Object.entries(redactor.withheld()).map(([name, count]) => [name, count - (before[name] ?? 0)] as const)
  return { object: kept, withheld: Object.fromEntries(counts.filter(([, count]) => count > 0)) }
}

function sum(kept: readonly Kept[]): Readonly<Record<string, number>> {
  const total: Record<string, number> = {}
  for (const { withheld } of kept) for (const [name, count] of Object.entries(withheld)) total[name] = (total[name] ?? 0) + count
  return total
}
