/**
 * The twin behind the cluster port: what act, audit and the contract suite talk to, the same as for a real cluster.
 */

import type { Realm } from '../model/clearance.ts'
import type { KubeObject, ObjectRef } from '../model/kube-object.ts'
import type { ClusterVersion } from '../model/snapshot.ts'
import type { Cluster, EvictionResult, LogQuery } from '../ports/cluster.ts'
import type { ApiServer } from './api/create-api.ts'
import { isApiFault } from './api/status-error.ts'
import { listObjects } from './list-objects.ts'
import { clusterIdOf } from './snapshot.ts'
import { watchChanges, type WatchSource } from './watch-changes.ts'

export function clusterPort(options: {
  readonly api: ApiServer
  readonly source: WatchSource
  readonly realm: Realm
  readonly version: ClusterVersion
  readLog(query: LogQuery): string
}): Cluster {
  const { api, source, realm, version, readLog } = options
  const { store } = source
  return {
    realm,
    id: () => attempt('id', () => clusterIdOf(store)),
    version: () => attempt('version', () => version),
    kinds: () => attempt('kinds', () => api.kinds()),
    get: (ref) => attempt('get', () => store.get(ref)),
    list: (query) =>
      attempt('list', () => {
        api.resources.demand(query.apiVersion, query.kind)
        return { items: listObjects(store, query), resourceVersion: String(store.resourceVersion) }
      }),
    watch: (query, watch) => watchChanges(source, query, watch),
    create: (object, write) => attempt('create', () => api.create(object, write)),
    update: (object, write) => attempt('update', () => api.update(object, write)),
    patch: (ref, patch, write) => attempt('patch', () => api.patch(ref, patch, write)),
    remove: (ref, remove) => attempt('delete', () => api.remove(ref, remove)),
    evict: (pod, eviction) => attempt('evict', () => evict(api, store.get(pod), pod, eviction)),
    logs: (query) => attempt('logs', () => readLog(query)),
  }
}

/** A promise, as over a network: faults reject, and name the operation as the adapter of a real cluster does. */
async function attempt<T>(operation: string, run: () => T): Promise<T> {
  try {
    return run()
  } catch (error) {
    if (isApiFault(error)) throw Object.assign(error, { operation: `kubernetes ${operation}` })
    throw error
  }
}

/** A budget's refusal is an answer, and so is that there is no such pod. */
function evict(api: ApiServer, there: KubeObject | undefined, { name, ...ref }: ObjectRef, options: Parameters<Cluster['evict']>[1] = {}): EvictionResult {
  const { uid, gracePeriodSeconds, dryRun = false } = options
  const deleteOptions = { ...(uid === undefined ? {} : { preconditions: { uid } }), ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }) }
  try {
    api.evict({ ...ref, name }, { metadata: { name }, deleteOptions }, dryRun ? ['All'] : [])
    return { type: 'evicted' }
  } catch (error) {
    if (!isApiFault(error)) throw error
    const cause = error.kubeStatus.details?.causes?.find(({ reason }) => reason === 'DisruptionBudget')
    if (cause !== undefined) return { type: 'blocked', message: `${error.message} ${cause.message}`, retryAfterMs: error.retryAfterMs ?? 0 }
    const isAnother = error.code === 'conflict' && uid !== undefined && there?.metadata.uid !== uid
    if (error.code === 'not-found' || isAnother) return { type: 'gone' }
    throw error
  }
}
