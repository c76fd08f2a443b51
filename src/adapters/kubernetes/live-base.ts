/**
 * All kinds of a cluster, each followed by a watch of its own.
 *
 * Which kinds there are is asked again after a definition or an aggregated API changed, and now and then. A change of
 * our own is a moment: no reading that begins after it goes back to a list that began before it.
 */

import type { Clock } from '../../kernel/clock.ts'
import { isFault } from '../../kernel/fault.ts'
import { KINDS_ASKED_AGAIN_MS, SNAPSHOT_CONCURRENCY } from '../../kernel/limits.ts'
import type { Log } from '../../kernel/log.ts'
import { mapLimited } from '../../kernel/map-limited.ts'
import type { Redactor } from '../../kernel/redact/redactor.ts'
import { createRng } from '../../kernel/rng.ts'
import type { BaseReading, ClusterBase, KindReading } from '../../ports/cluster-base.ts'
import type { Cluster, ListQuery, ServedKind } from '../../ports/cluster.ts'
import { reflectKind, type ReflectedKind } from './reflect-kind.ts'

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
  kindsToRead(served: readonly ServedKind[]): readonly ListQuery[]
}

/** Kinds that change which kinds there are. */
const DEFINING = new Set(['CustomResourceDefinition', 'APIService'])

interface Known {
  readonly clusterId: string
  readonly clusterVersion: BaseReading['clusterVersion']
  readonly kinds: ReadonlyMap<string, { readonly query: ListQuery; readonly reflected: ReflectedKind }>
  readonly askedMs: number
}

/** Makes no request before the first reading. */
export function createLiveBase(options: LiveBaseOptions): ClusterBase {
  const { clock } = options
  let known: Known | undefined
  let isOutdated = true
  let changedMs = -Infinity
  let asking: Promise<Known> | undefined
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
      const { clusterId, clusterVersion, kinds } = await kindsNow()
      const notBeforeMs = changedMs
      const readings = await mapLimited([...kinds.values()], SNAPSHOT_CONCURRENCY, ({ query, reflected }) => readOne(query, reflected, notBeforeMs))
      return { clusterId, clusterVersion, kinds: readings }
    },
    // One more than now: a list that began within this millisecond may have begun before the change.
    noting: (cluster) => noteChanges(cluster, () => (changedMs = clock.now() + 1)),
    async stop() {
      await asking?.catch(() => undefined)
      for (const { reflected } of known?.kinds.values() ?? []) reflected.stop()
    },
  }
}

async function readOne(query: ListQuery, reflected: ReflectedKind, notBeforeMs: number): Promise<KindReading> {
  try {
    return await reflected.read(notBeforeMs)
  } catch (error) {
    if (!isFault(error)) throw error
    return { query, fault: error }
  }
}

async function ask(options: LiveBaseOptions, before: Known | undefined, onDefined: () => void): Promise<Known> {
  const { cluster, clock, log, redactor, staleAfterMs } = options
  const askedMs = clock.now()
  const [clusterId, clusterVersion, served] = await Promise.all([before?.clusterId ?? cluster.id(), cluster.version(), cluster.kinds()])
  const rng = createRng(askedMs)
  const kinds = new Map(
    options.kindsToRead(served).map((query) => {
      const key = `${query.apiVersion} ${query.kind}`
      const watchable = served.some(({ apiVersion, kind, verbs }) => apiVersion === query.apiVersion && kind === query.kind && verbs.includes('watch'))
      const onChange = DEFINING.has(query.kind) ? { onChange: onDefined } : {}
      const reflected = before?.kinds.get(key)?.reflected ?? reflectKind({ cluster, query, watchable, clock, log, rng: rng.fork(key), redactor: redactor.fresh(), staleAfterMs, ...onChange })
      return [key, { query, reflected }] as const
    }),
  )
  for (const [key, { reflected }] of before?.kinds ?? []) if (!kinds.has(key)) reflected.stop()
  return { clusterId, clusterVersion, kinds, askedMs }
}

/** A request that failed may have been carried out. */
function noteChanges(cluster: Cluster, changed: () => void): Cluster {
  const noted = <Args extends readonly unknown[], R>(send: (...args: Args) => Promise<R>) => (...args: Args): Promise<R> => send(...args).finally(changed)
  return { ...cluster, create: noted(cluster.create), update: noted(cluster.update), patch: noted(cluster.patch), remove: noted(cluster.remove), evict: noted(cluster.evict) }
}
