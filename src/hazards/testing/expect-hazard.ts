/** The one way tables look at a hazard: which subjects it fires on, and which plans it makes of them. */

import { subjectText } from '../../model/kube-object.ts'
import { actionText, planSchema } from '../../model/plan.ts'
import type { Hazard } from '../../model/hazard.ts'
import type { View } from '../../model/view.ts'

export interface Seen {
  readonly subject: string
  /** Actions of each plan; `ask: name` for a plan that waits for a person. */
  readonly plans: readonly (readonly string[])[]
}

export function seenBy(hazard: Hazard, view: View): Seen[] {
  return hazard.detect(view).map((finding) => ({
    subject: subjectText(finding.subject),
    plans: hazard.fixes(finding, view).map((plan) => {
      const { steps, needsInput } = planSchema.parse(plan)
      return [...needsInput.map((input) => `ask: ${input.name}`), ...steps.map((step) => actionText(step.action))]
    }),
  }))
}
