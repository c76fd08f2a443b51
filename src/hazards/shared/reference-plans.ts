/** Plans for an object whose reference leads nowhere: what was applied before, or the only candidate that there is. */

import type { Finding } from '../../model/hazard.ts'
import { subjectText } from '../../model/kube-object.ts'
import type { Plan } from '../../model/plan.ts'
import { objectOf } from '../../model/topology/find-object.ts'
import type { View } from '../../model/view.ts'
import { managerNote } from './management.ts'
import { createPlan, patchStep } from './plan-parts.ts'
import { restoreApplied } from './ways-back.ts'

/** What `referencePlans` needs to know; null where the cluster does not show the right value. */
export interface ReferenceFacts {
  readonly path: readonly (string | number)[] | null
  readonly right: string | number | null
}

/** The finding's facts are `ReferenceFacts`. */
export function referencePlans(finding: Finding, view: View): Plan[] {
  const { path, right } = finding.facts as unknown as ReferenceFacts
  const object = objectOf(view, finding.subject)
  if (object === undefined) return []
  const restored = restoreApplied({ hazard: finding.hazard, object, paths: [['spec']], expectedEffect: 'traffic flows as before; no pod is touched' })
  if (path === null || right === null) return restored
  const mended = createPlan({
    hazard: finding.hazard,
    subject: finding.subject,
    approach: 'mend-reference',
    goal: `${subjectText(finding.subject)} leads to what is there`,
    steps: [patchStep(object, [{ path: [...path], value: right }], `set ${String(path.at(-1))} to ${String(right)}, the only one there is`)],
    proof: [{ type: 'hazard-absent', hazard: finding.hazard, subject: finding.subject }],
    risk: 'reversible',
    expectedEffect: 'traffic flows; no pod is touched',
    rationale: `${String(right)} is the only candidate in the cluster.${managerNote(object)}`,
  })
  return [...restored, mended]
}
