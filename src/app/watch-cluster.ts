/**
 * The Kubernetes watch as a source of signals, for clusters whose monitoring is silent or slow. It looks at the
 * cluster at intervals through one snapshot and lets `observe` say what deserves attention; what it said once it does
 * not say again while it lasts, and what has gone it reports as resolved.
 */

import { isFault } from '../kernel/fault.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { Signal } from '../model/signal.ts'
import { createView } from '../model/view.ts'
import { takeSnapshot } from '../loop/take-snapshot.ts'
import { watchSignals } from '../observe/sources/kubernetes-watch.ts'
import type { Cluster } from '../ports/cluster.ts'

const INTERVAL_MS = 30_000

export function startWatching(options: {
  readonly cluster: Cluster
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  takeIn(signal: Signal): Promise<unknown>
}): () => Promise<void> {
  const aborter = new AbortController()
  const done = watch(options, aborter.signal)
  return async () => {
    aborter.abort()
    await done
  }
}

async function watch(options: Parameters<typeof startWatching>[0], signal: AbortSignal): Promise<void> {
  const { cluster, clock, ids, log, takeIn } = options
  const said = new Map<string, Signal>()
  while (!signal.aborted) {
    try {
      const view = createView(await takeSnapshot({ cluster, clock }))
      const current = watchSignals({ view, ids })
      for (const fresh of current.filter((one) => !said.has(one.fingerprint))) {
        said.set(fresh.fingerprint, fresh)
        await takeIn(fresh)
      }
      for (const [fingerprint, old] of said) {
        if (current.some((one) => one.fingerprint === fingerprint)) continue
        said.delete(fingerprint)
        await takeIn({ ...old, id: ids.next('sig'), status: 'resolved', observedAtMs: clock.now() })
      }
    } catch (error) {
      if (!isFault(error)) throw error
      log.warn('the cluster could not be watched; trying again', { fault: error.message })
    }
    await clock.sleep(INTERVAL_MS, { signal }).catch(() => undefined)
  }
}
