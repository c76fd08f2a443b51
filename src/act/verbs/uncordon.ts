/** Uncordon: the node takes new pods again. */

import { prepareSchedulable } from './set-schedulable.ts'
import type { VerbHandler } from '../verb.ts'

export const uncordon: VerbHandler<'uncordon'> = {
  prepare: (action, { hands }) => prepareSchedulable(hands, action.target, false),
  inverse: async (action) => ({ verb: 'cordon', target: action.target }),
}
