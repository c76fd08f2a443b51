/** What a validating policy says of a request under one of its bindings (`admission/plugin/policy/validating/validator.go`). */

import { conditionsOf, inputsOf, outcomeOf, type Question, type Variables } from './inputs.ts'
import { policyExpressions, policySpec, type Validation } from './policy.ts'

export type Finding =
  | { readonly type: 'denied'; readonly message: string; readonly reason: string }
  /** Refused whatever the binding does of what is denied: an audit annotation that cannot be made. */
  | { readonly type: 'refused'; readonly message: string }
  /** We cannot tell. */
  | { readonly type: 'not-modelled'; readonly message: string }

export function evaluatePolicy(question: Question): readonly Finding[] {
  const { auditAnnotations = [], failurePolicy, validations = [] } = policySpec(question.policy)
  const isLenient = failurePolicy === 'Ignore'
  const inputs = inputsOf(question)
  const conditions = conditionsOf(question.policy, inputs)
  if (conditions.type === 'unmet') return []
  if (conditions.type !== 'met') return failed(conditions, isLenient)
  return [...validations.flatMap((validation) => judge(validation, inputs, isLenient)), ...auditAnnotations.flatMap(({ valueExpression }) => annotate(valueExpression, inputs, isLenient))]
}

function judge(validation: Validation, inputs: Variables, isLenient: boolean): readonly Finding[] {
  const outcome = outcomeOf(validation.expression, inputs)
  if (outcome.type !== 'value') return failed(outcome, isLenient)
  if (outcome.value === true) return []
  return [{ type: 'denied', message: messageOf(validation, inputs), reason: validation.reason ?? 'Invalid' }]
}

function failed({ type, message }: { readonly type: 'error' | 'not-modelled'; readonly message: string }, isLenient: boolean): readonly Finding[] {
  if (type === 'not-modelled') return [{ type, message }]
  return isLenient ? [] : [{ type: 'denied', message, reason: 'Invalid' }]
}

/** A twin keeps no audit log; that an annotation fails is seen all the same. */
function annotate(expression: string, inputs: Variables, isLenient: boolean): readonly Finding[] {
  const outcome = outcomeOf(expression, inputs)
  if (outcome.type === 'not-modelled') return [{ type: 'not-modelled', message: outcome.message }]
  if (outcome.type === 'error') return isLenient ? [] : [{ type: 'refused', message: outcome.message }]
  return typeof outcome.value === 'string' || outcome.value === null ? [] : [{ type: 'refused', message: `valueExpression '${expression}' resulted in unsupported return type. Return type must be either string or null.` }]
}

function messageOf({ expression, message = '', messageExpression }: Validation, inputs: Variables): string {
  const made = messageExpression === undefined ? undefined : policyExpressions.compile(messageExpression).evaluate(inputs)
  if (made?.type === 'value' && typeof made.value === 'string' && made.value.trim() !== '' && !made.value.trim().includes('\n')) return made.value.trim()
  return message.trim() === '' ? `failed expression: ${expression.trim()}` : message.trim()
}
