/**
 * One kind, brought in once and then followed by a watch.
 *
 *   stream of all, then of changes (WatchList) ─▶ events, bookmarks
 *    ▲   └─ not served ─▶ list, page by page ─▶ watch ┘ │
 *    └── wait, with jitter ◀── 410, refusal ◀───────────┘
 *
 * A connection that ends is taken up again from the last version that was heard of (`watch.ts`); only a version that is
 * gone brings everything in anew. A reading is given from memory only while the watch is alive, was heard of lately (the
 * server sends bookmarks on quiet kinds too) and shows our own changes. In every other case everything is read now.
 */

import type { Clock } from '../../kernel/clock.ts'
import { isFault, type Fault } from '../../kernel/fault.ts'
import { CATCH_UP_MAX_MS, REFUSED_AGAIN_MS, WATCH_BACKOFF_MAX_MS } from '../../kernel/limits.ts'
import type { Log } from '../../kernel/log.ts'
import type { Redactor } from '../../kernel/redact/redactor.ts'
import type { Rng } from '../../kernel/rng.ts'
import { isOlderVersion, objectKey, refOf, type KubeObject, type ObjectRef } from '../../model/kube-object.ts'
import type { KindReading } from '../../ports/cluster-base.ts'
import type { Cluster, ListQuery, WatchEvent } from '../../ports/cluster.ts'
import { keepRedacted, sumWithheld, type Kept } from './keep-redacted.ts'
import { listingEnd } from './listing-end.ts'

export interface ReflectOptions {
  readonly cluster: Pick<Cluster, 'get' | 'list' | 'watch'>
  readonly query: ListQuery
  /** False where the server cannot be asked to watch it: then it is listed at each reading. */
  readonly watchable: boolean
  /** Of what cannot be watched: how old a list may be and still do. */
  readonly freshForMs: number
  readonly clock: Clock
  readonly log: Log
  readonly rng: Rng
  readonly redactor: Redactor
  /** A watch that was silent for longer is not believed. */
  readonly staleAfterMs: number
  /** When the server is asked to end each watch; its own choice where absent. */
  readonly watchSeconds?: number
  onChange?(): void
}

/** What we changed; without a reference where its name is not known. */
export type OwnChange = { readonly ref?: ObjectRef }

export interface ReflectedKind {
  /** As it is now, or was lately, with all of the changes in it. Rejects with the fault of the list where that needs one. */
  read(changes: readonly OwnChange[]): Promise<Extract<KindReading, { readonly objects: unknown }>>
  stop(): void
}

const BACKOFF_START_MS = 1_000

interface State {
  objects: Map<string, Kept>
  resourceVersion: string
  /** How many readings of everything were begun, and which of them this is. */
  begun: number
  current: number
  listedMs: number
  heardMs: number
  /** Of the watch that is alive. */
  watch: AbortController | undefined
  /** False once the server did not stream what there is. */
  streams: boolean
  backoffMs: number
  /** The last answer, where it was that we may not read the kind at all. */
  refused: { readonly fault: Fault; readonly atMs: number } | undefined
  listing: Promise<void> | undefined
  readonly waiting: Set<() => void>
  stopped: boolean
}

export function reflectKind(options: ReflectOptions): ReflectedKind {
  const { clock, query } = options
  const state: State = { objects: new Map(), resourceVersion: '', begun: 0, current: 0, listedMs: -Infinity, heardMs: -Infinity, watch: undefined, streams: options.watchable, backoffMs: BACKOFF_START_MS, refused: undefined, listing: undefined, waiting: new Set(), stopped: false }
  return {
    async read(changes) {
      if (state.refused !== undefined && clock.now() - state.refused.atMs < REFUSED_AGAIN_MS) throw state.refused.fault
      const begun = state.begun
      // One that was under way already may have begun too early; then there is another.
      if (!vouches(options, state) || !(await showsAll(options, state, changes))) while (state.current <= begun) await readAllOnce(options, state)
      const kept = [...state.objects.values()]
      return { query, objects: kept.map(({ object }) => object), resourceVersion: state.resourceVersion, ageMs: Math.max(0, clock.now() - state.heardMs), withheld: sumWithheld(kept) }
    },
    stop() {
      state.stopped = true
      state.watch?.abort()
    },
  }
}

function vouches({ clock, staleAfterMs, watchable, freshForMs }: ReflectOptions, state: State): boolean {
  if (!watchable) return clock.now() - state.listedMs < freshForMs
  return state.watch !== undefined && clock.now() - state.heardMs <= staleAfterMs
}

async function showsAll(options: ReflectOptions, state: State, changes: readonly OwnChange[]): Promise<boolean> {
  for (const { ref } of changes) if (ref === undefined || !(await catchesUp(options, state, ref))) return false
  return true
}

/** Whether the watch comes to show the object as it is now, within a few seconds. */
async function catchesUp({ cluster, clock }: ReflectOptions, state: State, ref: ObjectRef): Promise<boolean> {
  try {
    const now = await cluster.get(ref)
    const untilMs = clock.now() + CATCH_UP_MAX_MS
    while (!shows(state, ref, now)) {
      if (state.watch === undefined || clock.now() >= untilMs) return false
      await nextEvent(state, clock, untilMs)
    }
    return true
  } catch (error) {
    // Whoever reads everything now hears of it.
    if (isFault(error)) return false
    throw error
  }
}

function shows(state: State, ref: ObjectRef, now: KubeObject | undefined): boolean {
  const kept = state.objects.get(objectKey(ref))?.object
  const wanted = now?.metadata.resourceVersion
  if (wanted === undefined) return kept === undefined
  // Gone again, and the watch is further than that.
  return !isOlderVersion(kept?.metadata.resourceVersion ?? state.resourceVersion, wanted)
}

function nextEvent(state: State, clock: Clock, untilMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel()
      state.waiting.delete(done)
      resolve()
    }
    const cancel = clock.after(Math.max(0, untilMs - clock.now()), done)
    state.waiting.add(done)
  })
}

/** Whoever asks while a reading is under way waits for that one. */
function readAllOnce(options: ReflectOptions, state: State): Promise<void> {
  state.listing ??= readAll(options, state).finally(() => (state.listing = undefined))
  return state.listing
}

async function readAll(options: ReflectOptions, state: State): Promise<void> {
  state.begun += 1
  state.refused = undefined
  if (state.streams && (await stream(options, state))) return
  try {
    await list(options, state)
  } catch (error) {
    if (isFault(error) && error.code === 'forbidden') state.refused = { fault: error, atMs: options.clock.now() }
    throw error
  }
}

/** False where the server does not stream what there is: a list says why, or does as well. */
async function stream(options: ReflectOptions, state: State): Promise<boolean> {
  const { clock } = options
  const watch = new AbortController()
  const startedMs = clock.now()
  const fresh = new Map<string, Kept>()
  const end = listingEnd(clock, () => watch.abort())
  void follow(options, state, watch, {
    before(event) {
      if (end.isReached()) return false
      end.heard()
      if (event.type !== 'bookmark') put(options, fresh, event)
      else if (event.listed === true) {
        takeOver(state, { watch, objects: fresh, resourceVersion: event.resourceVersion, listedMs: startedMs, heardMs: clock.now() })
        end.reached()
      }
      return true
    },
  }).then((reason) => end.ended(reason))
  const outcome = await end.outcome
  // `invalid` is how a server refuses the parameters; silence is how one ignores them. Who may list need not be one who may watch.
  if (outcome === 'silent' || (typeof outcome === 'object' && (outcome.code === 'invalid' || outcome.code === 'forbidden'))) state.streams = false
  return outcome === 'listed'
}

async function list(options: ReflectOptions, state: State): Promise<void> {
  const { cluster, query, clock } = options
  const startedMs = clock.now()
  const { items, resourceVersion } = await cluster.list(query)
  const objects = new Map(items.map((item) => [objectKey(refOf(item)), keepRedacted(options.redactor, item)]))
  const follows = options.watchable && resourceVersion !== '' && !state.stopped
  const watch = new AbortController()
  takeOver(state, { watch: follows ? watch : undefined, objects, resourceVersion, listedMs: startedMs, heardMs: startedMs })
  if (follows) void follow(options, state, watch, { resourceVersion })
}

function takeOver(state: State, next: Pick<State, 'watch' | 'objects' | 'resourceVersion' | 'listedMs' | 'heardMs'>): void {
  state.watch?.abort()
  Object.assign(state, next, { current: state.begun })
  if (state.stopped) state.watch?.abort()
}

interface Following {
  /** Where it begins; absent: with all there is. */
  readonly resourceVersion?: string
  /** True for an event that belongs to what there was before. */
  before?(event: WatchEvent): boolean
}

/** Until the watch ends; its fault, if it had one. A newer watch that took over is its end too. */
async function follow(options: ReflectOptions, state: State, watch: AbortController, { before, ...from }: Following): Promise<Fault | undefined> {
  const { cluster, query, clock, watchSeconds } = options
  try {
    for await (const event of cluster.watch(query, { ...from, signal: watch.signal, ...(watchSeconds === undefined ? {} : { seconds: watchSeconds }) })) {
      if (before?.(event) === true) continue
      if (state.watch !== watch) return undefined
      state.heardMs = clock.now()
      state.backoffMs = BACKOFF_START_MS
      if (event.type === 'bookmark') state.resourceVersion = event.resourceVersion
      else {
        put(options, state.objects, event)
        state.resourceVersion = event.object.metadata.resourceVersion ?? state.resourceVersion
        options.onChange?.()
      }
      for (const done of state.waiting) done()
    }
    return undefined
  } catch (error) {
    if (!isFault(error)) throw error
    if (state.watch === watch) lost(options, state, error)
    return error
  }
}

function put({ redactor }: ReflectOptions, objects: Map<string, Kept>, { type, object }: Exclude<WatchEvent, { type: 'bookmark' }>): void {
  const key = objectKey(refOf(object))
  if (type === 'deleted') objects.delete(key)
  else objects.set(key, keepRedacted(redactor, object))
}

/** From now on readings are of everything; meanwhile the kind is brought in and followed again, later each time it fails. */
function lost(options: ReflectOptions, state: State, reason: Fault): void {
  const { clock, log, query, rng } = options
  state.watch = undefined
  for (const done of state.waiting) done()
  const waitMs = Math.round(state.backoffMs * (0.5 + rng.unit()))
  state.backoffMs = Math.min(state.backoffMs * 2, WATCH_BACKOFF_MAX_MS)
  log.warn('a kind is not followed for now', { kind: `${query.apiVersion} ${query.kind}`, reason: reason.message, againInMs: waitMs })
  // What nobody may watch is not asked for again and again; each reading lists it.
  if (reason.recovery === 'ask-human' || reason.recovery === 'give-up') return
  clock.after(waitMs, () => {
    if (state.stopped || state.watch !== undefined) return
    readAllOnce(options, state).catch((error: unknown) => lost(options, state, faultOr(error)))
  })
}

function faultOr(error: unknown): Fault {
  if (isFault(error)) return error
  throw error
}
