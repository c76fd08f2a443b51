/** What the endpoint controllers remember: Services by a label that they select, and what nodes there are. */

import type { Forkable } from '../../controller.ts'
import { CowMap } from '../../cow-map.ts'
import type { SelectorIndex } from '../../selector-index.ts'
import type { Change } from '../../store.ts'

export interface EndpointState extends Forkable {
  readonly services: SelectorIndex
  /** Another one since a node came, went or changed zone: until then what was made of a pod on a node holds. */
  nodes: object
  fork(): EndpointState
}

export function createEndpointState(): EndpointState {
  return stateOver({ services: new CowMap(), nodes: {} })
}

function stateOver(parts: Omit<EndpointState, 'fork'>): EndpointState {
  const state: EndpointState = { ...parts, fork: () => stateOver({ services: state.services.fork(), nodes: state.nodes }) }
  return state
}

export function followNodes({ before, after }: Change, state: EndpointState): void {
  const zoneIn = (node: Change['after']): string | undefined => node?.metadata.labels?.['topology.kubernetes.io/zone']
  if (before === undefined || after === undefined || zoneIn(before) !== zoneIn(after)) state.nodes = {}
}
