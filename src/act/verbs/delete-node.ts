/** Delete-node: removes the Node object. Its pods are then collected, and a node pool makes a new machine; nothing brings this one back. */

import { noInverse, type VerbHandler } from '../verb.ts'
import { prepareRemoval } from './remove-object.ts'

export const deleteNode: VerbHandler<'delete-node'> = {
  prepare: (action, { hands }) => prepareRemoval(hands, action.target),
  inverse: noInverse,
}
