/** What the node lifecycle controller remembers: its zones, the nodes it put up for a taint, and since when it trusts silence. */

import type { Context, Forkable } from '../controller.ts'
import { CowMap } from '../cow-map.ts'
import type { ZoneRecord } from './zone-state.ts'

export interface NodeLifecycleState extends Forkable {
  readonly zones: CowMap<ZoneRecord>
  /** Zone of each node that was put up for a NoExecute taint since it was last Ready. */
  readonly putUp: CowMap<string>
  /** No heartbeat is thought older than this: set when the controller itself was cut off from all zones. */
  trustedSinceMs: number
  isStarted: boolean
  /** Nodes whose Ready condition is Unknown. */
  readonly unknown: CowMap<true>
  /** Nodes that a look found not ready: pods that come to them are not ready either. */
  readonly unwell: CowMap<true>
  /** All nodes have reported, and none has changed its standing since the last pass: as long as no more kubelets fall silent, a pass would find the same. */
  isQuiet: boolean
  fork(): NodeLifecycleState
}

export type LifecycleContext = Context<NodeLifecycleState>

/** Key of the work that is due when a zone's limiter gives its next token. */
export const TAINT = 'taint'

export function createNodeLifecycleState(): NodeLifecycleState {
  return stateOver({ zones: new CowMap(), putUp: new CowMap(), unknown: new CowMap(), unwell: new CowMap(), trustedSinceMs: 0, isStarted: false, isQuiet: false })
}

function stateOver(parts: Omit<NodeLifecycleState, 'fork'>): NodeLifecycleState {
  const state: NodeLifecycleState = {
    ...parts,
    fork: () => stateOver({ zones: state.zones.fork(), putUp: state.putUp.fork(), unknown: state.unknown.fork(), unwell: state.unwell.fork(), trustedSinceMs: state.trustedSinceMs, isStarted: state.isStarted, isQuiet: state.isQuiet }),
  }
  return state
}
