/**
 * Which of the kinds a cluster serves belong in a snapshot.
 *
 * The rule is "everything that can be listed", because the cause of an incident may sit in a kind we have never
 * heard of. What is left out is left out for a stated reason: it repeats what another kind says, or it is a heartbeat
 * that changes every few seconds and explains nothing.
 */

import { groupKind, groupOf } from '../model/kube-object.ts'
import { METRICS_FRESH_MS } from '../kernel/limits.ts'
import type { ServedKind } from '../ports/cluster.ts'

/** Why a kind is not read, by `group/Kind`. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'events.k8s.io/Event': 'the same objects as core events, under another name',
  '/ComponentStatus': 'deprecated since 1.19, and each read makes the API server probe etcd',
  'coordination.k8s.io/LeaseCandidate': 'leader election among control plane parts',
}

/** Computed for each question that names a metric, so there is nothing to list. */
const COMPUTED_GROUPS: readonly string[] = ['custom.metrics.k8s.io', 'external.metrics.k8s.io']
/** What containers and nodes take now: no watch says when it changes, and it is measured only so often. */
const MEASURED_GROUP = 'metrics.k8s.io'

/** A Lease says who leads or which node lives. Only the second kind of lease matters here, and all of them are in one namespace. */
const ONLY_NAMESPACE: Readonly<Record<string, string>> = { 'coordination.k8s.io/Lease': 'kube-node-lease' }

export interface KindToRead {
  readonly apiVersion: string
  readonly kind: string
  /** Read only here; absent: everywhere. */
  readonly namespace?: string
  /** How old a list of it may be and still do; absent: not at all. */
  readonly freshForMs?: number
}

/** The kinds to list, each once: of a group's versions, the first that the cluster names is its preferred one. */
export function kindsToRead(served: readonly ServedKind[]): readonly KindToRead[] {
  const byName = new Map<string, ServedKind>()
  for (const kind of served) {
    const name = groupKind(kind.apiVersion, kind.kind)
    if (kind.verbs.includes('list') && !byName.has(name)) byName.set(name, kind)
  }
  return [...byName].filter(([name, kind]) => belongs(name, kind, byName)).map(([name, kind]) => toRead(name, kind))
}

function belongs(name: string, kind: ServedKind, all: ReadonlyMap<string, ServedKind>): boolean {
  // Endpoints are a copy of EndpointSlices, cut off at 1,000 addresses.
  if (name === '/Endpoints') return !all.has('discovery.k8s.io/EndpointSlice')
  return LEFT_OUT[name] === undefined && !COMPUTED_GROUPS.includes(groupOf(kind.apiVersion))
}

function toRead(name: string, { apiVersion, kind }: ServedKind): KindToRead {
  const namespace = ONLY_NAMESPACE[name]
  const freshness = groupOf(apiVersion) === MEASURED_GROUP ? { freshForMs: METRICS_FRESH_MS } : {}
  return { apiVersion, kind, ...freshness, ...(namespace === undefined ? {} : { namespace }) }
}
