/**
 * Differences that are known and right to be there, each with its reason. They are matched narrowly and counted; one that
 * matches nothing in a whole run is reported, since it may hide the next difference.
 */

import { jsonEqual } from '../../src/kernel/json.ts'
import type { Difference } from './difference.ts'
import { withoutInsides } from './server-insides.ts'

export interface Explanation {
  readonly name: string
  /** As docs/twin.md gives it. */
  readonly reason: string
  matches(difference: Difference): boolean
}

/** Reasons of Progressing that say only how far a roll-out was seen. */
const STAGES = new Set(['True NewReplicaSetCreated', 'True ReplicaSetUpdated', 'True FoundNewReplicaSet'])
const OF_PROGRESS = /workloads\.Deployment [^.]+\.(status\.)?conditions\.Progressing(\[\d+\])?$/

/** The sequence without its stages; of a state, the one thing it says. */
function milestones(value: unknown): readonly string[] {
  const said = Array.isArray(value) ? value.map(String) : [String(value).split(' ').slice(0, 2).join(' ')]
  return said.filter((text) => !STAGES.has(text))
}

function isStalePraise(real: unknown, twin: unknown): boolean {
  const [before, now] = [String(real), String(twin)]
  return before.startsWith('True NewReplicaSetAvailable') && [...STAGES].some((stage) => now.startsWith(stage))
}

const OF_FAILURE = /workloads\.Deployment [^.]+\.status\.conditions\.ReplicaFailure$/

/** A refusal without the revision of the set whose pods were refused. */
function unrevised(value: unknown): string {
  return String(value).replaceAll(/~\d+-\*"/g, '-*"')
}

/** What is said of a metrics API that is not there, as it is said of one that returns nothing. */
function unserved(text: string): string {
  return text.replace(/unable to fetch metrics from resource metrics API: the server could not find the requested resource \(get pods\.metrics\.k8s\.io\)/, 'no metrics returned from resource metrics API')
}

export const EXPLANATIONS: readonly Explanation[] = [
  {
    name: 'the stage of Progressing',
    reason:
      'A Deployment notes its new ReplicaSet and its counts in two writes, of which the second is often refused as stale. Whether it then still sees the first pod of the new set appear, and so says ReplicaSetUpdated, or keeps the earlier reason, depends on which of two controllers was faster. Timeouts, failures and completion are compared.',
    matches: ({ where, real, twin }) => OF_PROGRESS.test(where) && (jsonEqual(milestones(real), milestones(twin)) || isStalePraise(real, twin)),
  },
  {
    name: 'whose refusal a Deployment tells',
    reason:
      'A Deployment copies the ReplicaFailure of one of its sets, and keeps the words while any set of it is refused for the same reason. Whether the old set has stopped failing before the new one begins to, and the words are new, is a race of the sets. What was refused, and why, is compared.',
    matches: ({ where, real, twin }) => OF_FAILURE.test(where) && typeof real === 'string' && typeof twin === 'string' && unrevised(real) === unrevised(twin),
  },
  {
    name: 'no metrics at all',
    reason: 'The control plane of the tests serves no metrics API; a twin is a cluster that has one, which returns nothing for a workload of which no load is known. Both leave the size as it is, and say so under the same reason; what follows from the bounds is compared.',
    matches: ({ where, real, twin }) => /workloads\.HorizontalPodAutoscaler [^.]+\.status\.conditions\.ScalingActive$/.test(where) && typeof real === 'string' && typeof twin === 'string' && unserved(real) === twin,
  },
  {
    name: 'the inside of the server in a refusal',
    reason: 'Where a field may not change, the server writes its internal Go struct, or a line-by-line difference of two of them, behind the sentence. The sentence is the same; the struct is no part of the API, and the twin has none.',
    matches: ({ where, real, twin }) => where.endsWith('message') && typeof real === 'string' && typeof twin === 'string' && real !== twin && withoutInsides(real) === withoutInsides(twin),
  },
]

export interface Explained {
  readonly counts: Map<string, number>
}

export function unexplained(differences: readonly Difference[], { counts }: Explained): readonly Difference[] {
  return differences.filter((difference) => {
    const explanation = EXPLANATIONS.find(({ matches }) => matches(difference))
    if (explanation !== undefined) counts.set(explanation.name, (counts.get(explanation.name) ?? 0) + 1)
    return explanation === undefined
  })
}
