/** Workloads whose words are worth reading: a container ends, does not become ready, hangs at its start, or complains while it runs. */

import { parseTimeMs } from '../../kernel/clock.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { isPod, isTerminal, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import { perView } from '../../model/per-view.ts'
import { keyOf, workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { connectionFailures, type ConnectionFailure } from './connection-lines.ts'
import { troubledContainers } from './container-trouble.ts'
import { saysError, timeOf } from './error-lines.ts'
import { linesOf, type LogLine } from './logs.ts'
import { isTooFresh } from './patience.ts'
import { unreadyContainers } from './unready.ts'

export interface SufferingRow {
  readonly pod: PodObject
  readonly container: string
  readonly sinceMs: number | undefined
}

export interface Suffering {
  readonly workload: KubeObject
  readonly rows: readonly SufferingRow[]
  /** All its containers stand: only their logs say that something is wrong. */
  readonly stands?: true
}

/** Containers that have run: one that waits for its image has said nothing. */
export const sufferingWorkloads = perView((view: View): readonly Suffering[] => {
  const ended = troubledContainers(view).filter((trouble) => trouble.ending !== undefined && trouble.ending.reason !== 'OOMKilled').map((trouble) => ({ workload: trouble.workload, pod: trouble.pod, container: trouble.name, sinceMs: trouble.sinceMs }))
  const unready = unreadyContainers(view).map((row) => ({ workload: row.workload, pod: row.pod, container: row.container.name, sinceMs: row.sinceMs }))
  return grouped([...ended, ...unready, ...hangingInits(view)])
})

/** The workloads of which only the logs complain. Transient complaints are common: what is believed of them needs a second witness. */
export const complainingWorkloads = perView((view: View): readonly Suffering[] => {
  const known = new Set(sufferingWorkloads(view).map((item) => keyOf(item.workload)))
  const spoken = new Map(view.snapshot.logs.filter((log) => !log.previous).map((log) => [`${log.namespace}/${log.pod}/${log.container}`, log]))
  const rows = [...spoken.values()].flatMap(({ namespace, pod: name, container }) => {
    const pod = view.get({ apiVersion: 'v1', kind: 'Pod', namespace, name })
    if (pod === undefined || !isPod(pod) || isTerminating(pod) || isTerminal(pod)) return []
    const workload = workloadOf(view, pod)
    const lines = known.has(keyOf(workload)) ? [] : linesOf(view, pod, container).filter((line) => !line.previous)
    return lines.length > 0 ? [{ workload, pod, container, sinceMs: firstComplaint(view, lines) }] : []
  })
  return grouped(rows).map((item) => ({ ...item, stands: true }))
})

/** When the first line of error was printed, as far as it says. */
function firstComplaint(view: View, lines: readonly LogLine[]): number | undefined {
  const first = lines.find(saysError)
  const atMs = first === undefined ? undefined : timeOf(first)
  return atMs === undefined ? undefined : Math.min(atMs, view.nowMs)
}

/** Suffering ones first; then those that only complain. */
export function speakingWorkloads(view: View): readonly Suffering[] {
  return [...sufferingWorkloads(view), ...complainingWorkloads(view)]
}

/** Longer than any download or migration that nobody watches. */
const INIT_MS = 3 * 60_000

export interface HangingInit extends SufferingRow {
  readonly workload: KubeObject
  readonly path: string
}

/** Init containers that run on and on while everything behind them waits. A sidecar is meant to run on. */
export const hangingInits = perView((view: View): readonly HangingInit[] =>
  view.list('', 'Pod').filter(isPod).filter((pod) => pod.status?.phase === 'Pending' && !isTerminating(pod)).flatMap((pod) =>
    (pod.status?.initContainerStatuses ?? []).flatMap((status, index) => {
      const startedMs = parseTimeMs(status.state?.running?.startedAt)
      const sidecar = pod.spec?.initContainers?.find((container) => container.name === status.name)?.restartPolicy === 'Always'
      if (status.state?.running === undefined || sidecar || isTooFresh(view, startedMs, INIT_MS)) return []
      return [{ workload: workloadOf(view, pod), pod, container: status.name, sinceMs: startedMs, path: `status.initContainerStatuses[${index}]` }]
    }),
  ),
)

function grouped(rows: readonly (SufferingRow & { readonly workload: KubeObject })[]): Suffering[] {
  const groups = Map.groupBy(rows, (row) => keyOf(row.workload))
  return [...groups.values()].flatMap((group) => (group[0] === undefined ? [] : [{ workload: group[0].workload, rows: group }]))
}

/** What it says. Of a workload that stands, only the current run counts: what ended before is history. */
export function wordsOf(view: View, suffering: Suffering): LogLine[] {
  return suffering.rows.flatMap((row) => linesOf(view, row.pod, row.container)).filter((line) => suffering.stands !== true || !line.previous)
}

export function failuresOf(view: View, suffering: Suffering): ConnectionFailure[] {
  return connectionFailures(wordsOf(view, suffering))
}
