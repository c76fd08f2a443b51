/**
 * Evicts pods and waits until they are gone, as `kubectl drain` does for the pods of a node.
 *
 * kubectl runs one loop a pod, all at once; here it is one loop over all pods, in a fixed order. Sleeping
 * advances the time of a twin, so a verb must be a single flow. A pod that is terminating already is only waited
 * for: after a crash nothing is evicted twice.
 */

import { isFault } from '../../kernel/fault.ts'
import { refOf, subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { isTerminating, type PodObject } from '../../model/kube/workload.ts'
import type { VerbContext } from '../verb.ts'

/** kubectl/pkg/drain: evictPods sleeps 5 s after a 429, waitForDelete polls every second. */
const BLOCKED_RETRY_MS = 5_000
const GONE_POLL_MS = 1_000

export interface EvictionSummary {
  /** Pods that went. */
  readonly gone: number
  /** Answers 429. */
  readonly refusals: number
  /** Pods a budget still refused when the time was up, with its words. */
  readonly blocked: readonly { readonly pod: PodObject; readonly message: string }[]
  /** Pods that were told to go and were still there. */
  readonly lingering: readonly PodObject[]
}

interface Pending {
  readonly pod: PodObject
  state: 'to-evict' | 'terminating' | 'gone'
  nextTryMs: number
  /** The last refusal. */
  message: string | undefined
}

export async function evictPods(pods: readonly PodObject[], context: VerbContext, timeoutMs: number): Promise<EvictionSummary> {
  const { clock, signal } = context
  const deadlineMs = clock.now() + timeoutMs
  const pending = pods.map((pod): Pending => ({ pod, state: isTerminating(pod) ? 'terminating' : 'to-evict', nextTryMs: 0, message: undefined }))
  let refusals = 0
  for (;;) {
    for (const entry of pending) refusals += await pushAlong(entry, context)
    const left = pending.filter((entry) => entry.state !== 'gone')
    if (left.length === 0 || clock.now() >= deadlineMs) return summaryOf(pending, refusals)
    await clock.sleep(Math.min(waitMs(left, clock.now()), deadlineMs - clock.now()), signal === undefined ? {} : { signal })
  }
}

/** One look at one pod. Returns 1 when a budget refused it. */
async function pushAlong(entry: Pending, context: VerbContext): Promise<0 | 1> {
  const { hands, clock } = context
  if (entry.state === 'terminating' && !(await isThere(entry.pod, context))) entry.state = 'gone'
  if (entry.state !== 'to-evict' || clock.now() < entry.nextTryMs) return 0
  const { uid } = entry.pod.metadata
  const answer = await evictOnce(() => hands.evict(refOf(entry.pod), uid === undefined ? {} : { uid }), entry.pod, context)
  if (answer.type === 'evicted') entry.state = 'terminating'
  if (answer.type === 'gone') entry.state = 'gone'
  if (answer.type !== 'blocked') return 0
  if (entry.message === undefined) context.onProgress?.(`${subjectText(subjectOf(entry.pod))} may not be evicted now: ${answer.message}`)
  entry.message = answer.message
  entry.nextTryMs = clock.now() + BLOCKED_RETRY_MS
  return 1
}

type Answer = { readonly type: 'evicted' | 'gone' } | { readonly type: 'blocked'; readonly message: string }

/** A namespace that is being deleted refuses evictions (403) while it removes the pods itself: wait, as kubectl does. */
async function evictOnce(send: () => Promise<Answer>, pod: PodObject, context: VerbContext): Promise<Answer> {
  try {
    return await send()
  } catch (error) {
    if (!isFault(error) || error.code !== 'forbidden') throw error
    const namespace = await context.hands.get({ apiVersion: 'v1', kind: 'Namespace', name: pod.metadata.namespace ?? 'default' })
    if (namespace === undefined || !isTerminating(namespace)) throw error
    return { type: 'blocked', message: error.message }
  }
}

/** Gone, or another pod by that name. */
async function isThere(pod: KubeObject, { hands }: VerbContext): Promise<boolean> {
  const current = await hands.get(refOf(pod))
  return current !== undefined && current.metadata.uid === pod.metadata.uid
}

function waitMs(left: readonly Pending[], nowMs: number): number {
  if (left.some((entry) => entry.state === 'terminating')) return GONE_POLL_MS
  return Math.max(GONE_POLL_MS, Math.min(...left.map((entry) => entry.nextTryMs - nowMs)))
}

function summaryOf(pending: readonly Pending[], refusals: number): EvictionSummary {
  return {
    gone: pending.filter((entry) => entry.state === 'gone').length,
    refusals,
    blocked: pending.flatMap((entry) => (entry.state === 'to-evict' ? [{ pod: entry.pod, message: entry.message ?? 'no answer yet' }] : [])),
    lingering: pending.flatMap((entry) => (entry.state === 'terminating' ? [entry.pod] : [])),
  }
}
