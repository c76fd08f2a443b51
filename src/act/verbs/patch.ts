/**
 * Patch: changes named fields of one object. The server's dry run says whether it would be refused and whether it
 * would change anything; only a patch that would is sent.
 */

import { subjectText } from '../../model/kube-object.ts'
import type { JsonValue } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { Patch } from '../../ports/cluster.ts'
import { boundTo, foresee } from '../dry-run-first.ts'
import { locate, refOfTarget } from '../locate.ts'
import { isReached, repeatsBadly } from '../patch-reached.ts'
import { already, ready, refused, type ActionOf, type Prepared, type VerbContext, type VerbHandler } from '../verb.ts'

export const patch: VerbHandler<'patch'> = {
  async prepare(action, context) {
    const wanted = patchOf(action)
    if (repeatsBadly(wanted)) return refused('the patch removes an array position without a test, so a second run could remove its neighbour')
    const found = await locate(context.hands, action.target)
    if (found.type !== 'found') return refused(found.detail)
    const done = `${subjectText(action.target)} is as the patch wants it already`
    if (wanted.type === 'json' && isReached(found.object, wanted)) return already(done)
    const foreseen = await foresee(context.hands, refOfTarget(action.target), { current: found.object, patch: wanted })
    if (foreseen.type === 'nothing') return already(done)
    if (foreseen.type === 'refused') return isReached(found.object, wanted) ? already(done) : refused(foreseen.detail)
    if (foreseen.type === 'unknown' && isReached(found.object, wanted)) return already(done)
    return send(action, context, { current: found.object, wanted })
  },
  inverse: async (action) => ({ ...action, patch: action.undo, undo: action.patch }),
}

/** Sent bound to the version the dry run saw, so that what was foreseen is what happens. */
function send(action: ActionOf<'patch'>, { hands }: VerbContext, options: { readonly current: KubeObject; readonly wanted: Patch }): Prepared {
  return ready(async () => {
    await hands.patch(refOfTarget(action.target), boundTo(options.current, options.wanted))
    return { outcome: 'applied', detail: `${subjectText(action.target)} was patched` }
  })
}

function patchOf(action: ActionOf<'patch'>): Patch {
  const { patchType: type, patch: body } = action
  if (type !== 'json') return { type, body: body as JsonValue }
  return { type, body: Array.isArray(body) ? (body as JsonValue[]) : [body as JsonValue] }
}
