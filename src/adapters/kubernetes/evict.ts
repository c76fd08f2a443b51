/**
 * The Eviction API (`policy/v1`): asks for a pod to go, and takes no for an answer.
 *
 * A 429 is a budget's refusal only when it says so (cause `DisruptionBudget`); the API server's own throttling
 * wears the same code and is a fault like any other.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/
 */

import { required } from '../../kernel/assert.ts'
import { isFault, type Fault } from '../../kernel/fault.ts'
import { subjectOf, subjectText, type KubeObject, type ObjectRef } from '../../model/kube-object.ts'
import type { EvictionResult } from '../../ports/cluster.ts'
import type { ApiClient } from './api-client.ts'
import { causeOf } from './classify-fault.ts'

export interface EvictionOptions {
  readonly uid?: string
  readonly gracePeriodSeconds?: number
  readonly dryRun?: boolean
}

interface Access {
  readonly api: ApiClient
  get(ref: ObjectRef): Promise<KubeObject | undefined>
}

export async function evictPod(access: Access, pod: ObjectRef, options: EvictionOptions): Promise<EvictionResult> {
  try {
    await post(access.api, pod, options)
    return { type: 'evicted' }
  } catch (error) {
    if (!isFault(error)) throw error
    if (error.code === 'not-found') return { type: 'gone' }
    const why = causeOf(error, 'DisruptionBudget')
    if (why !== undefined) return blocked(error, why)
    if (error.code === 'conflict' && options.uid !== undefined && (await isAnother(access, pod, options.uid))) return { type: 'gone' }
    throw error
  }
}

async function post(api: ApiClient, pod: ObjectRef, options: EvictionOptions): Promise<void> {
  const { uid, gracePeriodSeconds, dryRun } = options
  const { name } = pod
  const namespace = required(pod.namespace, 'the namespace of a pod')
  await api.text({
    method: 'POST',
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/eviction`,
    query: { dryRun: dryRun === true ? 'All' : undefined },
    body: {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name, namespace },
      deleteOptions: { gracePeriodSeconds, ...(uid === undefined ? {} : { preconditions: { uid } }), ...(dryRun === true ? { dryRun: ['All'] } : {}) },
    },
    operation: 'kubernetes evict',
    subject: subjectText(subjectOf(pod)),
  })
}

/** The message says that a budget refuses; its cause says which one, and what is missing. */
function blocked(refusal: Fault, why: string): EvictionResult {
  return { type: 'blocked', message: [refusal.message, why].filter((part) => part !== '').join(' '), retryAfterMs: refusal.retryAfterMs ?? 0 }
}

/** A conflict is either a failed uid precondition or a race over the budget's status; the pod itself tells which. */
async function isAnother(access: Access, pod: ObjectRef, uid: string): Promise<boolean> {
  const current = await access.get(pod)
  return current?.metadata.uid !== uid
}
