/**
 * How a DaemonSet changes its pods (`pkg/controller/daemon/update.go`). Without a surge an old pod goes first and its
 * node waits; with one the new pod is made beside the old one, which goes once the new one is available.
 */

import { scaledValue } from '../../../model/kube/int-or-percent.ts'
import { isReady, type NodeObject, type PodObject } from '../../../model/kube/workload.ts'
import { REVISION_HASH_LABEL } from '../controller-revision.ts'
import { isAvailable } from '../pod-state.ts'
import { placementOn, type DaemonSetObject } from './placement.ts'

export interface Rollout {
  readonly set: DaemonSetObject
  readonly hash: string
  readonly nodes: readonly NodeObject[]
  /** Pods that are not on their way out, by the node they are for. */
  readonly living: ReadonlyMap<string, readonly PodObject[]>
  readonly nowMs: number
}

export interface RolloutStep {
  readonly toDelete: readonly PodObject[]
  /** Names of nodes that get a new pod beside the old one. */
  readonly toSurge: readonly string[]
}

export function isUpdated(pod: PodObject, hash: string): boolean {
  return (pod.metadata.labels?.[REVISION_HASH_LABEL] ?? hash) === hash
}

interface Limits {
  readonly surge: number
  readonly unavailable: number
}

/** Both round up over the nodes that are to run a pod; a set that allows neither is given one unavailable pod, where there are such nodes. */
export function limitsOf(set: DaemonSetObject, desired: number): Limits {
  const rolling = set.spec?.updateStrategy?.rollingUpdate as { maxUnavailable?: string | number; maxSurge?: string | number } | undefined
  const surge = scaledValue(rolling?.maxSurge ?? 0, desired, 'up') ?? 0
  const unavailable = scaledValue(rolling?.maxUnavailable ?? 1, desired, 'up') ?? 1
  return { surge, unavailable: surge === 0 && desired > 0 ? Math.max(1, unavailable) : unavailable }
}

/** `AllowsSurge`: asked of the set alone, before anybody counts nodes. */
export function allowsSurge(set: DaemonSetObject): boolean {
  return set.spec?.updateStrategy?.type !== 'OnDelete' && limitsOf(set, 1).surge > 0
}

/** The pods of one node that are one too many; oldest first in `running`. */
export function excessOn(running: readonly PodObject[], { set, hash, nowMs }: Pick<Rollout, 'set' | 'hash' | 'nowMs'>): PodObject[] {
  if (!allowsSurge(set)) return running.slice(1)
  const [oldestNew, ...newer] = running.filter((pod) => isUpdated(pod, hash))
  const [oldestOld, ...older] = running.filter((pod) => !isUpdated(pod, hash))
  if (oldestNew === undefined || oldestOld === undefined) return [...newer, ...older]
  const makesWay = !isReady(oldestOld) || isAvailable(oldestNew, set.spec?.minReadySeconds ?? 0, nowMs)
  return [...newer, ...older, ...(makesWay ? [oldestOld] : [])]
}

export function rolloutStep(rollout: Rollout): RolloutStep {
  const desired = rollout.nodes.filter((node) => placementOn(rollout.set, node).shouldRun).length
  const limits = limitsOf(rollout.set, desired)
  return limits.surge > 0 ? surgeStep(rollout, { surge: limits.surge, desired }) : replaceStep(rollout, limits.unavailable)
}

interface OnNode {
  readonly name: string
  readonly shouldRun: boolean
  readonly updated?: PodObject
  readonly old?: PodObject
  /** More than one of a kind: the placement cleans up, and the node counts against the budget. */
  readonly isCrowded: boolean
}

function nodesInRollout({ set, hash, nodes, living }: Rollout): OnNode[] {
  return nodes.flatMap((node) => {
    const name = node.metadata.name ?? ''
    const { shouldRun } = placementOn(set, node)
    const pods = living.get(name)
    if (!shouldRun && pods === undefined) return []
    const [updated, ...moreNew] = (pods ?? []).filter((pod) => isUpdated(pod, hash))
    const [old, ...moreOld] = (pods ?? []).filter((pod) => !isUpdated(pod, hash))
    return [{ name, shouldRun, isCrowded: moreNew.length + moreOld.length > 0, ...(updated === undefined ? {} : { updated }), ...(old === undefined ? {} : { old }) }]
  })
}

/** Old pods that do not work go at once; working ones within `maxUnavailable`. */
function replaceStep(rollout: Rollout, maxUnavailable: number): RolloutStep {
  const works = worksIn(rollout)
  let unavailable = 0
  const broken: PodObject[] = []
  const candidates: PodObject[] = []
  for (const { updated, old, isCrowded } of nodesInRollout(rollout)) {
    const only = updated === undefined ? old : old === undefined ? updated : undefined
    if (isCrowded || !works(only)) unavailable += 1
    if (isCrowded || only === undefined || only === updated) continue
    if (works(only)) candidates.push(only)
    else broken.push(only)
  }
  return { toDelete: [...broken, ...candidates.slice(0, Math.max(0, maxUnavailable - unavailable))], toSurge: [] }
}

/** A node whose old pod does not work is served at once; others take turns within `maxSurge`. */
function surgeStep(rollout: Rollout, { surge, desired }: { readonly surge: number; readonly desired: number }): RolloutStep {
  const works = worksIn(rollout)
  const onNodes = nodesInRollout(rollout)
  const sound = onNodes.filter(({ isCrowded }) => !isCrowded)
  const waiting = sound.filter(({ old, updated }) => old !== undefined && updated !== undefined && !works(updated))
  const lone = sound.flatMap(({ name, shouldRun, old, updated }) => (old === undefined || updated !== undefined ? [] : [{ name, shouldRun, old, works: works(old) }]))
  const replaced = sound.flatMap(({ old, updated }) => (old !== undefined && updated !== undefined && works(updated) ? [old] : []))
  const astray = lone.filter(({ shouldRun }) => !shouldRun)
  const available = sound.filter(({ old, updated }) => works(old ?? updated)).length
  const left = Math.max(0, surge - waiting.length - (onNodes.length - sound.length))
  const urgent = lone.filter((node) => node.shouldRun && !node.works)
  const turns = lone.filter((node) => node.shouldRun && node.works).slice(0, left)
  // A pod where none should run any more stays until enough others are available: a surge promises no gap.
  const spared = astray.filter((node) => node.works).slice(0, Math.max(0, available - desired))
  return {
    toDelete: [...replaced, ...astray.filter((node) => !node.works).map(({ old }) => old), ...spared.map(({ old }) => old)],
    toSurge: [...urgent, ...turns].map(({ name }) => name),
  }
}

function worksIn({ set, nowMs }: Rollout): (pod: PodObject | undefined) => boolean {
  return (pod) => pod !== undefined && isAvailable(pod, set.spec?.minReadySeconds ?? 0, nowMs)
}
