/** The verbs there are. A verb that is not here does not exist; the compiler asks for each name in `Action`. */

import type { Action, Verb } from '../model/plan.ts'
import type { Prepared, VerbContext, VerbHandler } from './verb.ts'
import { cordon } from './verbs/cordon.ts'
import { deleteNode } from './verbs/delete-node.ts'
import { deletePod } from './verbs/delete-pod.ts'
import { drain } from './verbs/drain.ts'
import { evict } from './verbs/evict.ts'
import { patch } from './verbs/patch.ts'
import { restart } from './verbs/restart.ts'
import { rollBack } from './verbs/roll-back.ts'
import { scale } from './verbs/scale.ts'
import { uncordon } from './verbs/uncordon.ts'
import { wait } from './verbs/wait.ts'

const HANDLERS: { readonly [V in Verb]: VerbHandler<V> } = {
  cordon,
  uncordon,
  drain,
  evict,
  'delete-pod': deletePod,
  'delete-node': deleteNode,
  scale,
  'roll-back': rollBack,
  restart,
  patch,
  wait,
}

/** Looks at the cluster and says what is left to do for the action. */
export function prepare(action: Action, context: VerbContext): Promise<Prepared> {
  return handlerOf(action).prepare(action, context)
}

/** The action that takes this one back; undefined where nothing can. */
export function inverseOf(action: Action, context: VerbContext): Promise<Action | undefined> {
  return handlerOf(action).inverse(action, context)
}

/** The table pairs each name with its own handler, which the type of a looked-up entry cannot say. */
function handlerOf(action: Action): { readonly prepare: (action: Action, context: VerbContext) => Promise<Prepared>; readonly inverse: (action: Action, context: VerbContext) => Promise<Action | undefined> } {
  return HANDLERS[action.verb] as never
}
