/** Marks a node unschedulable or schedulable again, as `kubectl cordon` and `uncordon` do: one field, one patch. */

import { subjectText } from '../../model/kube-object.ts'
import type { Target } from '../../model/plan.ts'
import type { Hands } from '../hands.ts'
import { identityFields, locate, refOfTarget } from '../locate.ts'
import { already, ready, refused, type Prepared } from '../verb.ts'

export function isUnschedulable(node: { readonly [field: string]: unknown }): boolean {
  return (node['spec'] as { unschedulable?: boolean } | undefined)?.unschedulable === true
}

export async function prepareSchedulable(hands: Hands, target: Target, unschedulable: boolean): Promise<Prepared> {
  const found = await locate(hands, target)
  if (found.type !== 'found') return refused(found.detail)
  const word = unschedulable ? 'cordoned' : 'schedulable'
  if (isUnschedulable(found.object) === unschedulable) return already(`${subjectText(target)} is ${word} already`)
  return ready(async () => {
    await setSchedulable(hands, { target, uid: found.uid, unschedulable })
    return { outcome: 'applied', detail: `${subjectText(target)} is now ${word}` }
  })
}

/** `null` takes the field away, which is how the API server stores a schedulable node. */
export async function setSchedulable(
  hands: Hands,
  options: { readonly target: Target; readonly uid: string | undefined; readonly unschedulable: boolean },
): Promise<void> {
  const { target, uid, unschedulable } = options
  const body = { metadata: identityFields(uid), spec: { unschedulable: unschedulable ? true : null } }
  await hands.patch(refOfTarget(target), { type: 'merge', body })
}
