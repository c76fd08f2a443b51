/**
 * Where an operator makes the object at fault, a change of it is put back, and only the custom resource above it can say
 * something else. What it should say is a question to its owners; the plan names the resource and asks.
 */

import type { Hypothesis } from '../model/diagnosis.ts'
import { controllerOf, refOf, subjectOf, subjectText } from '../model/kube-object.ts'
import { managerOf } from '../model/kube/management.ts'
import type { Plan } from '../model/plan.ts'
import { objectOf } from '../model/topology/find-object.ts'
import type { View } from '../model/view.ts'

/** Nothing for what no operator makes, or whose custom resource was not collected. */
export function askOwner({ hazard, subject }: Hypothesis, view: View): Plan[] {
  const object = objectOf(view, subject)
  const made = object === undefined ? undefined : [object, ...view.ownersOf(object)].find((one) => managerOf(one)?.type === 'operator')
  const owner = made === undefined ? undefined : view.byUid(controllerOf(made)?.uid ?? '')
  if (object === undefined || owner === undefined) return []
  const [name, above] = [subjectText(subject), subjectText(subjectOf(owner))]
  return [
    {
      kind: 'plan',
      id: ['ask-owner', subject.kind, subject.namespace, subject.name].filter((part) => part !== undefined).join('-').toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
      goal: `${above} asks for what works`,
      hazard,
      subject,
      steps: [],
      proof: [{ type: 'hazard-absent', hazard, subject }],
      risk: 'none',
      expectedEffect: 'nothing changes until a person answers',
      needsInput: [{ name: 'spec', question: `${above} makes ${name}, and its operator would put a direct change back. What should the spec of ${above} say instead?`, target: refOf(owner) }],
      rationale: `The fault shows on ${name}; what it should be is written in ${above}, and which of its fields leads there only its operator knows.`,
      values: 'observed',
    },
  ]
}
