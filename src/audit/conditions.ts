/**
 * Evaluates a condition on a view: the proof of a plan, the preconditions of its steps, and what a wait waits for are
 * all told apart here, on the live cluster and on the twin by the same lines. Pure: one look, no memory.
 */

import { jsonEqual } from '../kernel/json.ts'
import { sameSubject, subjectText, type ObjectRef, type Subject } from '../model/kube-object.ts'
import { staysOnDrain } from '../model/kube/drained-pods.ts'
import { isNode, isReady, isTerminal } from '../model/kube/workload.ts'
import type { Condition, Target } from '../model/plan.ts'
import type { ConditionResult } from '../model/verification.ts'
import type { View } from '../model/view.ts'
import { evaluateExpression, expressionFacts } from './expression.ts'
import { readField } from './field-path.ts'
import { stabilityOf } from './pods-stable.ts'
import { availabilityOf, type Availability } from './workload-available.ts'

/** Where a hazard is found on a view. Handed in: the knowledge of hazards lives in another room. */
export type Detect = (hazard: string, view: View) => readonly { readonly subject: Subject }[]

export interface ConditionContext {
  readonly view: View
  readonly detect: Detect
}

export function evaluateCondition(condition: Condition, context: ConditionContext): ConditionResult {
  return { condition, ...look(condition, context) }
}

function look(condition: Condition, { view, detect }: ConditionContext): Availability {
  switch (condition.type) {
    case 'workload-available':
      return ofObject(condition.target, view, (workload) => availabilityOf(workload, condition.replicas))
    case 'object-gone':
      return gone(condition.target, view)
    case 'object-exists': {
      const { held } = gone(condition.target, view)
      return { held: !held, detail: `${subjectText(condition.target)} ${held ? 'does not exist' : 'exists'}` }
    }
    case 'node-ready':
      return ofObject(condition.target, view, (node) => ({ held: isReady(node), detail: isReady(node) ? 'it is Ready' : 'it is not Ready' }))
    case 'node-empty':
      return nodeEmpty(condition.target.name, view)
    case 'nodes-ready':
      return nodesReady(condition, view)
    case 'pods-stable':
      return ofObject(condition.target, view, (owner) => stabilityOf(owner, view, condition.forMs))
    case 'hazard-absent': {
      const found = detect(condition.hazard, view).some((finding) => sameSubject(finding.subject, condition.subject))
      return { held: !found, detail: `${condition.hazard} is ${found ? 'still' : 'not'} found on ${subjectText(condition.subject)}` }
    }
    case 'field-equals':
      return ofObject(condition.target, view, (object) => fieldEquals(readField(object, condition.path), condition))
    case 'expression':
      return ofObject(condition.target, view, (object) => evaluateExpression(condition.expression, expressionFacts(object, view)))
  }
}

function ofObject(target: ObjectRef, view: View, judge: (object: NonNullable<ReturnType<View['get']>>) => Availability): Availability {
  const object = view.get(target)
  if (object === undefined) return { held: false, detail: `${subjectText(target)} does not exist` }
  const { held, detail } = judge(object)
  return { held, detail: `${subjectText(target)}: ${detail}` }
}

/** Another object of the same name does not count as this one. */
function gone(target: Target, view: View): Availability {
  const object = view.get(target)
  const { uid } = target
  const replaced = object !== undefined && uid !== undefined && object.metadata.uid !== undefined && object.metadata.uid !== uid
  const held = object === undefined || replaced
  return { held, detail: `${subjectText(target)} ${held ? 'is gone' : 'is still there'}` }
}

function nodeEmpty(name: string, view: View): Availability {
  const left = view.podsOn(name).filter((pod) => !staysOnDrain(pod) && !isTerminal(pod))
  return { held: left.length === 0, detail: `Node ${name} holds ${left.length} pods that are not of DaemonSets` }
}

function nodesReady(condition: Extract<Condition, { type: 'nodes-ready' }>, view: View): Availability {
  const wanted = Object.entries(condition.matchLabels)
  const matching = view.list('', 'Node').filter(isNode).filter((node) => wanted.every(([key, value]) => node.metadata.labels?.[key] === value))
  const ready = matching.filter((node) => isReady(node) && node.spec?.unschedulable !== true)
  return { held: ready.length >= condition.atLeast, detail: `${ready.length} of ${condition.atLeast} wanted nodes are Ready and schedulable` }
}

/** A field that is not there equals null, as in a merge patch. */
function fieldEquals(value: unknown, condition: Extract<Condition, { type: 'field-equals' }>): Availability {
  const held = jsonEqual(value ?? null, condition.value)
  return { held, detail: `${condition.path} is ${JSON.stringify(value ?? null)}${held ? '' : `, not ${JSON.stringify(condition.value)}`}` }
}
