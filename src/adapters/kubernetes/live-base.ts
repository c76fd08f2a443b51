/**
 * All kinds of a cluster, each followed by a watch of its own.
 *
 * Which kinds there are is asked again after a definition or an aggregated API changed, and now and then. After a change
 * of our own a reading waits until the watch of that kind shows the object as it then is; where it does not come to that,
 * the kind is read anew.
 */

import type { Clock } from '../../kernel/clock.ts'
import { isFault } from '../../kernel/fault.ts'
import { KINDS_ASKED_AGAIN_MS, SNAPSHOT_CONCURRENCY } from '../../kernel/limits.ts'
import type { Log } from '../../kernel/log.ts'
import { mapLimited } from '../../kernel/map-limited.ts'
import type { Redactor } from '../../kernel/redact/redactor.ts'
import { createRng } from '../../kernel/rng.ts'
import { groupKind, refOf, type KubeObject, type ObjectRef } from '../../model/kube-object.ts'
import type { BaseReading, ClusterBase, KindReading } from '../../ports/cluster-base.ts'
import type { Cluster, ListQuery, ServedKind } from '../../ports/cluster.ts'
import { reflectKind, type OwnChange, type ReflectedKind } from './reflect-kind.ts'

export interface LiveBaseOptions {
  readonly cluster: Cluster
  /** The wall clock. */
  readonly clock: Clock
  readonly log: Log
  /** Whose marks stand for what is withheld. */
  readonly redactor: Redactor
  /** A watch that was silent for longer is not believed. */
  readonly staleAfterMs: number
  /** Of what is served, what a snapshot holds. */
  kindsToRead(served: readonly ServedKind[]): readonly (ListQuery & { readonly freshForMs?: number })[]
  /** When the server is asked to end each watch; its own choice where absent. */
  readonly watchSeconds?: number
}

/** Kinds that change which kinds there are. */
const DEFINING = new Set(['CustomResourceDefinition', 'APIService'])

interface Known {
  readonly clusterId: string
  readonly clusterVersion: BaseReading['clusterVersion']
  readonly kinds: ReadonlyMap<string, { readonly query: ListQuery; readonly reflected: ReflectedKind }>
  readonly askedMs: number
}

/** A change of our own that no reading has shown yet. */
type Pending = OwnChange & { readonly kind: string }

/** Makes no request before the first reading. */
export function createLiveBase(options: LiveBaseOptions): ClusterBase {
  const { clock } = options
  let known: Known | undefined
  let isOutdated = true
  let asking: Promise<Known> | undefined
  const pending = new Set<Pending>()
  const kindsNow = async (): Promise<Known> => {
    if (known !== undefined && !isOutdated && clock.now() - known.askedMs < KINDS_ASKED_AGAIN_MS) return known
    asking ??= ask(options, known, () => (isOutdated = true)).finally(() => (asking = undefined))
    isOutdated = false
    try {
      return (known = await asking)
    } catch (error) {
      isOutdated = true
      throw error
    }
  }
  return {
    async read() {
      const changes = [...pending]
      const { clusterId, clusterVersion, kinds } = await kindsNow()
      const readings = await mapLimited([...kinds.values()], SNAPSHOT_CONCURRENCY, ({ query, reflected }) => readOne(query, reflected, changesOf(changes, query)))
      forget(pending, changes, readings)
      return { clusterId, clusterVersion, kinds: readings }
    },
    noting: (cluster) =>
      noteChanges(cluster, (kind, ref) => {
        pending.add({ kind, ...(ref === undefined ? {} : { ref }) })
        if (DEFINING.has(ref?.kind ?? '')) isOutdated = true
      }),
    async stop() {
      await asking?.catch(() => undefined)
      for (const { reflected } of known?.kinds.values() ?? []) reflected.stop()
    },
  }
}

function changesOf(changes: readonly Pending[], { apiVersion, kind }: ListQuery): readonly Pending[] {
  const name = groupKind(apiVersion, kind)
  return changes.filter((change) => change.kind === name)
}

/** What a reading has shown need not be waited for again; of a kind that could not be read it must. */
function forget(pending: Set<Pending>, changes: readonly Pending[], readings: readonly KindReading[]): void {
  const unread = new Set(readings.filter((reading) => 'fault' in reading).map(({ query }) => groupKind(query.apiVersion, query.kind)))
  for (const change of changes) if (!unread.has(change.kind)) pending.delete(change)
}

async function readOne(query: ListQuery, reflected: ReflectedKind, changes: readonly OwnChange[]): Promise<KindReading> {
  try {
    return await reflected.read(changes)
  } catch (error) {
    if (!isFault(error)) throw error
    return { query, fault: error }
  }
}

async function ask(options: LiveBaseOptions, before: Known | undefined, onDefined: () => void): Promise<Known> {
  const { cluster, clock, log, redactor, staleAfterMs, watchSeconds } = options
  const askedMs = clock.now()
  const [clusterId, clusterVersion, served] = await Promise.all([before?.clusterId ?? cluster.id(), cluster.version(), cluster.kinds()])
  const rng = createRng(askedMs)
  const kinds = new Map(
    options.kindsToRead(served).map(({ freshForMs = 0, ...query }) => {
      const key = `${query.apiVersion} ${query.kind}`
      const watchable = served.some(({ apiVersion, kind, verbs }) => apiVersion === query.apiVersion && kind === query.kind && verbs.includes('watch'))
      const onChange = DEFINING.has(query.kind) ? { onChange: onDefined } : {}
      const reflected = before?.kinds.get(key)?.reflected ?? reflectKind({ cluster, query, watchable, clock, log, rng: rng.fork(key), redactor: redactor.fresh(), staleAfterMs, freshForMs, ...(watchSeconds === undefined ? {} : { watchSeconds }), ...onChange })
      return [key, { query, reflected }] as const
    }),
  )
  for (const [key, { reflected }] of before?.kinds ?? []) if (!kinds.has(key)) reflected.stop()
  return { clusterId, clusterVersion, kinds, askedMs }
}

/** A request that failed may have been carried out. */
function noteChanges(cluster: Cluster, changed: (kind: string, ref: ObjectRef | undefined) => void): Cluster {
  const note = (ref: Pick<ObjectRef, 'apiVersion' | 'kind'>, named: ObjectRef | undefined): void => changed(groupKind(ref.apiVersion, ref.kind), named)
  const noted = <Args extends readonly [ObjectRef, ...unknown[]], R>(send: (...args: Args) => Promise<R>) => (...args: Args): Promise<R> => send(...args).finally(() => note(args[0], args[0]))
  const notedObject = <Args extends readonly [KubeObject, ...unknown[]]>(send: (...args: Args) => Promise<KubeObject>) => async (...args: Args): Promise<KubeObject> => {
    let stored = args[0]
    try {
      return (stored = await send(...args))
    } finally {
      note(stored, stored.metadata.name === undefined ? undefined : refOf(stored))
    }
  }
  return { ...cluster, create: notedObject(cluster.create), update: notedObject(cluster.update), patch: noted(cluster.patch), remove: noted(cluster.remove), evict: noted(cluster.evict) }
}
