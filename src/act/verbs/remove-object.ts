/** Deletes one object under its uid, so that a deletion that is run again cannot hit a successor of the same name. */

import { isFault } from '../../kernel/fault.ts'
import { subjectText } from '../../model/kube-object.ts'
import { isTerminating } from '../../model/kube/workload.ts'
import type { Target } from '../../model/plan.ts'
import type { Hands } from '../hands.ts'
import { identityFields, lacksIdentity, locate, refOfTarget } from '../locate.ts'
import { already, ready, refused, type Prepared, type VerbResult } from '../verb.ts'

export async function prepareRemoval(hands: Hands, target: Target): Promise<Prepared> {
  const nameless = lacksIdentity(hands, target)
  if (nameless !== undefined) return refused(nameless)
  const found = await locate(hands, target)
  if (found.type !== 'found') return already(`${subjectText(target)} is gone already`)
  if (isTerminating(found.object)) return already(`${subjectText(target)} is being deleted already`)
  return ready(() => remove(hands, target, found.uid))
}

async function remove(hands: Hands, target: Target, uid: string | undefined): Promise<VerbResult> {
  try {
    await hands.remove(refOfTarget(target), identityFields(uid))
    return { outcome: 'applied', detail: `the deletion of ${subjectText(target)} was accepted` }
  } catch (error) {
    // Somebody was faster: what the step wants is so.
    if (isFault(error) && error.code === 'not-found') return { outcome: 'already', detail: `${subjectText(target)} is gone already` }
    throw error
  }
}
