/** What becomes of single pods while controllers are played: they are counted in the order in which they were made. */

import { isPod, type PodObject } from '../../src/model/kube/workload.ts'
import { targetNode } from '../../src/twin/controllers/daemon-set/placement.ts'
import { listIn, type SyncBed } from './sync-bed.ts'

export interface PodChange {
  readonly pick: number
  readonly delete?: boolean
  readonly gone?: boolean
  readonly status?: object
  /** Where it goes, unless it has its node or can be on one only. */
  readonly node?: string
}

/** The pod that is picked, if there is one; what has ended is not changed any more. */
export function changePod(bed: SyncBed, { pick, delete: deletes, gone, status, node }: PodChange): void {
  const pods = podsInOrder(bed)
  const pod = pods[pick % Math.max(1, pods.length)]
  if (pod === undefined) return
  const ref = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: pod.metadata.name ?? '' }
  if (gone === true) return pod.metadata.deletionTimestamp === undefined ? undefined : bed.api.remove(ref, { gracePeriodSeconds: 0 })
  if (deletes === true) return bed.api.remove(ref)
  if (['Succeeded', 'Failed'].includes(pod.status?.phase ?? '')) return
  const bound = (pod.spec?.nodeName ?? '') === '' ? bed.store.put({ ...pod, spec: { ...pod.spec, nodeName: nodeFor(pod) || node } }) : pod
  bed.store.put({ ...bound, status })
}

export function podsInOrder(bed: SyncBed): PodObject[] {
  const pods = listIn(bed, '/Pod').filter(isPod)
  return pods.map((pod) => ({ pod, place: placeOf(pod) })).sort((left, right) => (left.place < right.place ? -1 : left.place > right.place ? 1 : 0)).map(({ pod }) => pod)
}

/** Pods of one moment that are alike may be named in any order. */
function placeOf(pod: PodObject): string {
  const { creationTimestamp, annotations, labels, deletionTimestamp, finalizers } = pod.metadata
  return [
    String(creationTimestamp), annotations?.['batch.kubernetes.io/job-completion-index'] ?? '', annotations?.['batch.kubernetes.io/job-index-failure-count'] ?? '', pod.status?.phase ?? '',
    deletionTimestamp === undefined ? '' : 'leaving', (pod.spec?.nodeName ?? '') === '' ? '' : 'bound', (finalizers ?? []).length > 0 ? 'kept' : '',
    pod.spec?.containers[0]?.image ?? '', labels?.['apps.kubernetes.io/pod-index'] ?? '', nodeFor(pod), readyTime(pod), restartsOf(pod),
  ].join('|')
}

export function nodeFor(pod: PodObject): string {
  return targetNode(pod) ?? ''
}

export function readyTime(pod: PodObject): string {
  return String(pod.status?.conditions?.find(({ type, status }) => type === 'Ready' && status === 'True')?.lastTransitionTime ?? '')
}

function restartsOf(pod: PodObject): string {
  return String((pod.status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0))
}
