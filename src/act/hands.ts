/**
 * The cluster as a verb may use it: reading, and the few ways of changing.
 *
 * Everything a verb sends goes through here, so that each changing request is counted, carries our field
 * manager, and passes a crash point of its own on either side: the kill test dies exactly where it hurts.
 */

import type { CrashPoints } from '../kernel/crash-point.ts'
import { isFault, type Fault } from '../kernel/fault.ts'
import { subjectOf, subjectText, type KubeObject, type ObjectRef } from '../model/kube-object.ts'
import type { Cluster, EvictionResult, Patch } from '../ports/cluster.ts'

/** Who the API server records as the author of a change. */
export const FIELD_MANAGER = 'boyd'

export type DryRun =
  | { readonly type: 'accepted'; readonly result: KubeObject }
  /** Admission or validation says no. */
  | { readonly type: 'refused'; readonly fault: Fault }
  /** The server, or a webhook on the way, cannot do dry runs; nothing was learnt. */
  | { readonly type: 'unsupported' }

export interface Hands extends Pick<Cluster, 'realm' | 'get' | 'list'> {
  /** The object as the plan's author saw it, with marks for what was withheld: digests in a plan are made from that. */
  asSeen(object: KubeObject): KubeObject
  patch(ref: ObjectRef, patch: Patch): Promise<KubeObject>
  dryRunPatch(ref: ObjectRef, patch: Patch): Promise<DryRun>
  remove(ref: ObjectRef, options: { readonly uid?: string }): Promise<void>
  evict(pod: ObjectRef, options: { readonly uid?: string }): Promise<EvictionResult>
  /** Changing requests that were sent so far. */
  requests(): number
}

export function handsOn(cluster: Cluster, options: { readonly crashPoints: CrashPoints; readonly asSeen: (object: KubeObject) => KubeObject }): Hands {
  const { crashPoints, asSeen } = options
  let sent = 0
  const counted = async <T>(what: string, ref: ObjectRef, send: () => Promise<T>): Promise<T> => {
    const request = `${what} ${subjectText(subjectOf(ref))}`
    crashPoints.pass(`before ${request}`)
    sent += 1
    const answer = await send()
    crashPoints.pass(`after ${request}`)
    return answer
  }
  return {
    realm: cluster.realm,
    asSeen,
    get: (ref) => cluster.get(ref),
    list: (query) => cluster.list(query),
    patch: (ref, patch) => counted('patch', ref, () => cluster.patch(ref, patch, { fieldManager: FIELD_MANAGER })),
    dryRunPatch: (ref, patch) => dryRun(() => cluster.patch(ref, patch, { fieldManager: FIELD_MANAGER, dryRun: true })),
    remove: (ref, options) => counted('delete', ref, () => cluster.remove(ref, options)),
    evict: (pod, options) => counted('evict', pod, () => cluster.evict(pod, options)),
    requests: () => sent,
  }
}

/** What the API server says when a webhook with side effects is in the way (admission/plugin/webhook). */
const UNSUPPORTED = /does not support dry.?run|dry.?run is not supported/i

async function dryRun(send: () => Promise<KubeObject>): Promise<DryRun> {
  try {
    return { type: 'accepted', result: await send() }
  } catch (error) {
    if (!isFault(error)) throw error
    if (error.code === 'invalid' && UNSUPPORTED.test(error.message)) return { type: 'unsupported' }
    if (error.code === 'invalid' || error.code === 'forbidden') return { type: 'refused', fault: error }
    throw error
  }
}
