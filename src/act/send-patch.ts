/** Sends a patch after its dry run. A dry run that the server refuses ends the step before anything was changed. */

import type { KubeObject, ObjectRef } from '../model/kube-object.ts'
import { subjectOf, subjectText } from '../model/kube-object.ts'
import type { Patch } from '../ports/cluster.ts'
import { foresee } from './dry-run-first.ts'
import type { Hands } from './hands.ts'
import type { VerbResult } from './verb.ts'

export async function sendPatch(
  hands: Hands,
  options: { readonly ref: ObjectRef; readonly current: KubeObject; readonly patch: Patch; readonly done: string },
): Promise<VerbResult> {
  const { ref, current, patch, done } = options
  const foreseen = await foresee(hands, ref, { current, patch })
  if (foreseen.type === 'refused') return { outcome: 'refused', detail: foreseen.detail }
  if (foreseen.type === 'nothing') return { outcome: 'already', detail: `${subjectText(subjectOf(ref))} is as the step wants it` }
  await hands.patch(ref, patch)
  return { outcome: 'applied', detail: done }
}
