/** Delete-pod: deletes without asking a budget. For a pod that serves nobody (a crashed one, one on a dead node). */

import { noInverse, type VerbHandler } from '../verb.ts'
import { prepareRemoval } from './remove-object.ts'

export const deletePod: VerbHandler<'delete-pod'> = {
  prepare: (action, { hands }) => prepareRemoval(hands, action.target),
  inverse: noInverse,
}
