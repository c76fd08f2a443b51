/** Cordon: nothing new is scheduled to the node; what runs there stays. */

import { prepareSchedulable } from './set-schedulable.ts'
import type { VerbHandler } from '../verb.ts'

export const cordon: VerbHandler<'cordon'> = {
  prepare: (action, { hands }) => prepareSchedulable(hands, action.target, true),
  inverse: async (action) => ({ verb: 'uncordon', target: action.target }),
}
