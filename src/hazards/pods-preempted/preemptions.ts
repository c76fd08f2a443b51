/** Who took whose place: from the scheduler's events, else from pods of higher priority that came just when others had to wait. */

import { parseTimeMs } from '../../kernel/clock.ts'
import { eventEvidence, objectEvidence, type Evidence } from '../../model/evidence.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { conditionOf, isPod, isTerminal, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import { keyOf, workloadOf } from '../../model/topology/ownership.ts'
import type { EventView, View } from '../../model/view.ts'
import { isTooFresh } from '../shared/patience.ts'
import { placementsOf, requestsOf } from '../shared/placement.ts'

export interface Preemption {
  readonly by: PodObject
  readonly victim: PodObject
  readonly evidence: Evidence
  /** The scheduler said so; otherwise priorities and times do. */
  readonly told: boolean
  readonly sinceMs: number | undefined
}

/** An autoscaler may still make room. */
const PATIENCE_MS = 60_000

export function preemptionsIn(view: View): Preemption[] {
  const waiting = view.list('', 'Pod').filter(isPod).filter((pod) => waits(view, pod))
  if (waiting.length === 0) return []
  const told = view.events.filter(({ reason }) => reason === 'Preempted')
  return waiting.flatMap((victim) => {
    const seen = told.find((event) => isOf(view, event, victim))
    const by = seen === undefined ? undefined : preemptorOf(view, seen)
    if (seen !== undefined && by !== undefined) return [{ by, victim, evidence: eventEvidence(seen), told: true, sinceMs: seen.firstMs ?? seen.lastMs }]
    return inferred(view, victim)
  })
}

function waits(view: View, pod: PodObject): boolean {
  const scheduled = conditionOf(pod, 'PodScheduled')
  const pending = pod.spec?.nodeName === undefined && pod.status?.phase === 'Pending' && !isTerminating(pod)
  return pending && scheduled?.status === 'False' && /insufficient|too many pods|free ports/i.test(scheduled.message ?? '') && !isTooFresh(view, parseTimeMs(scheduled.lastTransitionTime), PATIENCE_MS)
}

/** The pod that was taken away had the same maker: what waits now is its successor. */
function isOf(view: View, event: EventView, successor: PodObject): boolean {
  if (event.regarding.namespace !== successor.metadata.namespace) return false
  const maker = view.ownersOf(successor)[0] ?? successor
  return event.regarding.name === successor.metadata.name || event.regarding.name.startsWith(`${maker.metadata.name ?? ''}-`)
}

/** `Preempted by pod <uid> on node n`; before 1.25 it was the name. */
function preemptorOf(view: View, { message }: EventView): PodObject | undefined {
  const uid = /\bpod ([0-9a-f-]{36})\b/.exec(message)?.[1]
  const [, namespace, name] = /by (?:pod )?([a-z0-9.-]+)\/([a-z0-9.-]+)/.exec(message) ?? []
  const found = uid === undefined ? (name === undefined ? undefined : view.get({ apiVersion: 'v1', kind: 'Pod', namespace: namespace ?? '', name })) : view.byUid(uid)
  return found !== undefined && isPod(found) ? found : undefined
}

/** What came within this time before somebody began to wait may be why. */
const CAME_BEFORE_MS = 10 * 60_000

/** No event was collected: a more important pod came just then, to a node where the one that waits would fit without it. */
function inferred(view: View, victim: PodObject): Preemption[] {
  const sinceMs = parseTimeMs(conditionOf(victim, 'PodScheduled')?.lastTransitionTime)
  const bornMs = parseTimeMs(workloadOf(view, victim).metadata.creationTimestamp)
  if (sinceMs === undefined) return []
  const by = placementsOf(view, victim).filter(({ obstacles, neverFits }) => !neverFits && obstacles.every((obstacle) => obstacle === 'cpu' || obstacle === 'memory')).flatMap(({ node }) => view.podsOn(node.metadata.name ?? '')).find((pod) => {
    const cameMs = parseTimeMs(pod.metadata.creationTimestamp)
    const cameThen = cameMs !== undefined && cameMs <= sinceMs + PATIENCE_MS && sinceMs - cameMs < CAME_BEFORE_MS && (bornMs ?? 0) < cameMs
    return cameThen && !isTerminal(pod) && (pod.spec?.priority ?? 0) > (victim.spec?.priority ?? 0) && keyOf(workloadOf(view, pod)) !== keyOf(workloadOf(view, victim)) && takesRoomOf(pod, victim)
  })
  const claim = by === undefined ? '' : `${subjectText(subjectOf(by))} has priority ${by.spec?.priority ?? 0}, ${subjectText(subjectOf(victim))} has ${victim.spec?.priority ?? 0} and waits since the other came`
  return by === undefined ? [] : [{ by, victim, evidence: objectEvidence(by, 'spec.priority', claim), told: false, sinceMs }]
}

function takesRoomOf(pod: PodObject, victim: PodObject): boolean {
  const [taken, wanted] = [pod, victim].map((one) => requestsOf(one.spec ?? { containers: [] })) as [Record<string, number>, Record<string, number>]
  return ['cpu', 'memory'].some((resource) => (wanted[resource] ?? 0) > 0 && (taken[resource] ?? 0) >= (wanted[resource] ?? 0) / 2)
}

/** The workload and its priority class, as a person would name them. */
export function priorityText(pod: PodObject): string {
  return pod.spec?.priorityClassName === undefined ? `priority ${pod.spec?.priority ?? 0}` : `priority class ${pod.spec.priorityClassName} (${pod.spec.priority ?? 'unknown'})`
}

export function workloadTexts(view: View, pods: readonly PodObject[]): string[] {
  return [...new Set(pods.map((pod): KubeObject => workloadOf(view, pod)))].map((workload) => subjectText(subjectOf(workload)))
}
