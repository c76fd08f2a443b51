/** Workloads with a container that ends or does not become ready, whatever the reason: whose words are worth reading. */

import type { KubeObject } from '../../model/kube-object.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import { perView } from '../../model/per-view.ts'
import { keyOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { troubledContainers } from './container-trouble.ts'
import { unreadyContainers } from './unready.ts'

export interface SufferingRow {
  readonly pod: PodObject
  readonly container: string
  readonly sinceMs: number | undefined
}

export interface Suffering {
  readonly workload: KubeObject
  readonly rows: readonly SufferingRow[]
}

/** Containers that have run: one that waits for its image has said nothing. */
export const sufferingWorkloads = perView((view: View): readonly Suffering[] => {
  const ended = troubledContainers(view).filter((trouble) => trouble.ending !== undefined && trouble.ending.reason !== 'OOMKilled').map((trouble) => ({ workload: trouble.workload, pod: trouble.pod, container: trouble.name, sinceMs: trouble.sinceMs }))
  const unready = unreadyContainers(view).map((row) => ({ workload: row.workload, pod: row.pod, container: row.container.name, sinceMs: row.sinceMs }))
  const groups = Map.groupBy([...ended, ...unready], (row) => keyOf(row.workload))
  return [...groups.values()].flatMap((rows) => (rows[0] === undefined ? [] : [{ workload: rows[0].workload, rows }]))
})
