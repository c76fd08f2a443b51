/**
 * Pods that nobody makes again: no controller owns them. Where one that was ready is not at the end, it is lost for good,
 * whatever the workloads say of themselves. What the question itself takes away is no surprise.
 */

import { controllerOf, subjectOf, type KubeObject, type Subject } from '../../model/kube-object.ts'
import { isPod, isReady, isTerminating } from '../../model/kube/workload.ts'
import type { Doing } from '../../model/what-if.ts'
import type { StoreReader } from '../../twin/store.ts'

export interface LonePods {
  lost(): readonly Subject[]
}

export function watchLonePods(store: StoreReader, doings: readonly Doing[]): LonePods {
  const named = new Set(doings.flatMap((doing) => (doing.type === 'delete' || doing.type === 'evict' ? doing.things.map(({ name }) => name) : [])))
  const lone = [...store.list('/Pod')].filter((pod) => isWell(pod) && controllerOf(pod) === undefined && !named.has(pod.metadata.name ?? ''))
  return {
    lost: () => lone.filter((pod) => !isWell(store.get({ apiVersion: 'v1', ...subjectOf(pod) }))).map(subjectOf),
  }
}

function isWell(object: KubeObject | undefined): boolean {
  return object !== undefined && isPod(object) && isReady(object) && !isTerminating(object)
}
