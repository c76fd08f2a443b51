/**
 * How a running Boyd looks at its cluster: through a base that watches keep in step, or by reading it anew.
 *
 * A base holds objects that were redacted as they arrived, so its marks are those of the installation and not of one
 * incident; whoever looks through it compares with the same marks.
 */

import { createLiveBase } from '../adapters/kubernetes/live-base.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Redactor } from '../kernel/redact/redactor.ts'
import { kindsToRead } from '../loop/snapshot-kinds.ts'
import type { Cluster } from '../ports/cluster.ts'
import type { ClusterBase } from '../ports/cluster-base.ts'
import type { Redaction } from './redaction.ts'
import type { Settings } from './settings/settings.ts'

export interface Looks {
  /** What a look for this incident is taken with. */
  of(incidentId: string): { readonly redactor: Redactor; readonly base?: ClusterBase }
  stop(): Promise<void>
}

interface FollowOptions {
  readonly cluster: Cluster
  readonly settings: Settings['base']
  /** The wall clock. */
  readonly clock: Clock
  readonly log: Log
  readonly redaction: Pick<Redaction, 'of'>
}

export function followCluster({ settings, redaction, ...parts }: FollowOptions): Looks {
  if (!settings.follow) return { of: (incidentId) => ({ redactor: redaction.of(incidentId) }), stop: () => Promise.resolve() }
  const redactor = redaction.of('the base of all looks')
  const base = createLiveBase({ ...parts, redactor, staleAfterMs: settings.staleSeconds * 1_000, ...(settings.watchSeconds === undefined ? {} : { watchSeconds: settings.watchSeconds }), kindsToRead })
  return { of: () => ({ redactor, base }), stop: base.stop }
}
