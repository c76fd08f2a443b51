/**
 * How much of the cluster a plan touches, computed from the plan and the snapshot. The plan's own words are not
 * asked. All steps count together: ten small steps are one large change.
 */

import { isTerminal, isPod } from '../model/kube/workload.ts'
import { targetOf, type Action, type Plan } from '../model/plan.ts'
import type { View } from '../model/view.ts'
import { affectedPods } from './affected-pods.ts'

export interface BlastRadius {
  readonly pods: number
  /** Of the pods that run in the cluster, rounded up. */
  readonly podPct: number
  readonly namespaces: number
  /** Nodes that are emptied or removed. */
  readonly nodes: number
  readonly nodePct: number
}

const EMPTIES_A_NODE: readonly Action['verb'][] = ['drain', 'delete-node']

export function blastRadiusOf(plan: Plan, view: View): BlastRadius {
  const actions = plan.steps.map((step) => step.action)
  const pods = new Set(actions.flatMap((action) => podsOfAction(action, view)))
  const nodes = new Set(actions.flatMap((action) => (EMPTIES_A_NODE.includes(action.verb) ? [targetOf(action)?.name] : [])))
  const targeted = actions.flatMap((action) => targetOf(action)?.namespace ?? [])
  const namespaces = new Set([...targeted, ...[...pods].map((name) => name.slice(0, name.indexOf('/')))])
  return {
    pods: pods.size,
    podPct: percent(pods.size, runningPods(view)),
    namespaces: namespaces.size,
    nodes: nodes.size,
    nodePct: percent(nodes.size, view.list('', 'Node').length),
  }
}

/** One line for a person. */
export function blastRadiusText(blast: BlastRadius): string {
  const nodes = blast.nodes === 0 ? '' : `, ${blast.nodes} nodes (${blast.nodePct} %)`
  return `${blast.pods} pods (${blast.podPct} % of the cluster) in ${blast.namespaces} namespaces${nodes}`
}

function podsOfAction(action: Action, view: View): string[] {
  const target = targetOf(action)
  const object = target === undefined ? undefined : view.get(target)
  return object === undefined ? [] : affectedPods(action, object, view)
}

function runningPods(view: View): number {
  return view.list('', 'Pod').filter((object) => isPod(object) && !isTerminal(object)).length
}

function percent(part: number, whole: number): number {
  if (part === 0) return 0
  return whole === 0 ? 100 : Math.ceil((part * 100) / whole)
}
