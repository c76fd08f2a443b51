/**
 * Is the kubelet of a node alive? Virtual kubelets write no lease every ten seconds; whoever needs a node's
 * heartbeat (the node lifecycle controller) asks here. `healthOf` reads the state of the same fork as its caller.
 */

import type { NodeCondition } from '../../ports/world-control.ts'
import type { Context, Forkable } from '../controller.ts'
import type { KubeletState } from './state.ts'

export type NodeHealth =
  /** Reports Ready. */
  | { readonly type: 'healthy' }
  /** Reports Ready, and refuses new pods that pressure refuses. */
  | { readonly type: 'pressed'; readonly conditions: readonly NodeCondition[]; /** Found by the twin itself, each last at its time; absent where a snapshot or a fault says it. */ readonly foundMs?: Readonly<Partial<Record<NodeCondition, number>>> }
  /** Reports, but not Ready: running containers stay, deletes are confirmed, nothing new starts. */
  | { readonly type: 'not-ready'; readonly conditions: readonly NodeCondition[]; readonly message: string }
  /** Has not reported since; nothing on it is confirmed. */
  | { readonly type: 'silent'; readonly sinceMs: number }

/** The name of the kubelet's controller: its state is found by it. */
export const KUBELET_NAME = 'kubelet'

const HEALTHY: NodeHealth = { type: 'healthy' }

export function nodeHealth(state: Pick<KubeletState, 'nodes'>, nodeName: string): NodeHealth {
  return state.nodes.get(nodeName) ?? HEALTHY
}

/** The health of a node as seen by another controller of the same twin. */
export function healthOf(context: Pick<Context<Forkable>, 'stateOf'>, nodeName: string): NodeHealth {
  return nodeHealth(context.stateOf<KubeletState>(KUBELET_NAME), nodeName)
}

/** Names of the nodes whose kubelets do not report. */
export function silentNodes(context: Pick<Context<Forkable>, 'stateOf'>): string[] {
  return Array.from(context.stateOf<KubeletState>(KUBELET_NAME).nodes.entries()).flatMap(([name, { type }]) => (type === 'silent' ? [name] : []))
}
