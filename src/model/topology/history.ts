/**
 * What changed: the revision a workload is on, the ones before it, and which of them may be trusted to have worked.
 *
 * A revision counts as one that worked when pods of it are ready now, or when it stood long enough before the next
 * one came that its failure would have been noticed. A revision that never stood is no place to go back to.
 */

import type { Container, PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { controllerOf, type KubeObject } from '../kube-object.ts'
import { cleanTemplate, revisionsOf, templateDigest, type Revision } from '../kube/revision.ts'
import { containersOf, podTemplateOf } from '../kube/workload.ts'
import type { View } from '../view.ts'
import { livePodsOf } from './ownership.ts'

export interface History {
  readonly current: Revision
  /** When the current revision was made, in milliseconds. */
  readonly changedMs: number | undefined
  /** Newest first, without the current one. */
  readonly earlier: readonly Revision[]
}

/** A revision that stood this long before it was replaced was not replaced because it failed to start. */
const STOOD_MS = 5 * 60_000

/** Undefined where the workload keeps no revisions, or the collected ones do not hold its current template. */
export function historyOf(view: View, workload: KubeObject): History | undefined {
  const template = podTemplateOf(workload)
  const all = revisionsOf(view, workload)
  if (template === undefined || all.length === 0) return undefined
  const digest = templateDigest(template)
  const current = all.find((revision) => revision.digest === digest) ?? sameContainers(all, template)
  if (current === undefined) return undefined
  return { current, changedMs: madeMs(current), earlier: all.filter((revision) => revision.number < current.number && revision.digest !== current.digest) }
}

/** Collected by hand, the two copies may differ in defaults; the newest one with the same containers is meant. */
function sameContainers(all: readonly Revision[], template: PodTemplateSpec): Revision | undefined {
  const wanted = containersOf(template).map((container) => [container.name, container.image])
  return all.find((revision) => jsonEqual(containersOf(revision.template).map((container) => [container.name, container.image]), wanted))
}

function madeMs(revision: Revision): number | undefined {
  return parseTimeMs(revision.holder.metadata.creationTimestamp)
}

export interface WorkedRevision {
  readonly current: Revision
  readonly target: Revision
  readonly changedMs: number | undefined
  /** Why it is believed to have worked, for the rationale. */
  readonly because: string
}

/**
 * The newest earlier revision that worked and that `differs` from the current one in what is at fault.
 * Without `differs`, any difference counts.
 */
export function lastWorkedRevision(options: {
  readonly view: View
  readonly workload: KubeObject
  readonly differs?: (earlier: PodTemplateSpec, current: PodTemplateSpec) => boolean
}): WorkedRevision | undefined {
  const { view, workload, differs } = options
  const history = historyOf(view, workload)
  if (history === undefined) return undefined
  for (const [index, target] of history.earlier.entries()) {
    if (differs !== undefined && !differs(target.template, history.current.template)) continue
    const because = whyWorked({ view, workload, history, index })
    if (because !== undefined) return { current: history.current, target, changedMs: history.changedMs, because }
  }
  return undefined
}

function whyWorked(options: { readonly view: View; readonly workload: KubeObject; readonly history: History; readonly index: number }): string | undefined {
  const { view, workload, history, index } = options
  const target = history.earlier[index]
  if (target === undefined) return undefined
  const ready = readyPodsOf(view, workload, target)
  if (ready > 0) return `${ready} of its pods are ready now`
  const successor = index === 0 ? history.current : history.earlier[index - 1]
  const stoodMs = (successor === undefined ? undefined : madeMs(successor) ?? NaN) ?? NaN
  const made = madeMs(target)
  if (made === undefined || Number.isNaN(stoodMs)) return index === 0 ? 'it is the revision before this one' : undefined
  return stoodMs - made >= STOOD_MS ? `it stood for ${Math.round((stoodMs - made) / 60_000)} min before it was replaced` : undefined
}

function readyPodsOf(view: View, workload: KubeObject, revision: Revision): number {
  if (revision.holder.kind === 'ReplicaSet') return (revision.holder['status'] as { readyReplicas?: number } | undefined)?.readyReplicas ?? 0
  const hash = revision.holder.metadata.name
  return livePodsOf(view, workload).filter((pod) => {
    const isReady = pod.status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') === true
    return isReady && controllerOf(pod) !== undefined && hash?.endsWith(pod.metadata.labels?.['controller-revision-hash'] ?? '\0') === true
  }).length
}

/** Named container in a template, init or regular. */
export function containerNamed(template: PodTemplateSpec | undefined, name: string): Container | undefined {
  return containersOf(template).find((container) => container.name === name)
}

/** True when the named container, or the pod around it, differs in more than labels and annotations. */
export function runsDifferently(earlier: PodTemplateSpec, current: PodTemplateSpec): boolean {
  return !jsonEqual(cleanTemplate(earlier).spec, cleanTemplate(current).spec)
}

/** The fault began with the current revision: no ready pod of it stands, and the first sign came soon after it was made. */
const ROLLOUT_WINDOW_MS = 60 * 60_000

/** Did the trouble come with the revision? Unknown times count as yes: the alternative is to blame the application. */
export function cameWithRollout(changedMs: number | undefined, sinceMs: number | undefined): boolean {
  if (changedMs === undefined || sinceMs === undefined) return true
  return sinceMs - changedMs < ROLLOUT_WINDOW_MS
}
