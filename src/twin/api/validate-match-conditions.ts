/** Conditions in CEL under which a webhook or a policy is asked at all (`pkg/apis/admissionregistration/validation`). */

import { POLICY_SCOPE, expressionProblem } from '../cel/check/policy-scope.ts'
import { duplicateField, invalidField, invalidFields, requiredField, type FieldError } from './field-error.ts'
import { labelKeyProblems } from './object-names.ts'

export interface Condition {
  readonly name?: string
  readonly expression?: string
}

const CONDITIONS_MAX = 64

export function conditionsErrors(conditions: readonly Condition[], at: string, { takesParams }: { readonly takesParams: boolean }): FieldError[] {
  const tooMany: FieldError[] = conditions.length > CONDITIONS_MAX ? [{ reason: 'FieldValueTooMany', field: at, message: `Too many: ${conditions.length}: must have at most ${CONDITIONS_MAX} items` }] : []
  const each = conditions.flatMap(({ name = '', expression = '' }, index) => {
    const isTwice = name !== '' && conditions.slice(0, index).some((other) => other.name === name)
    const nameErrors = name === '' ? [requiredField(`${at}[${index}].name`)] : invalidFields(`${at}[${index}].name`, name, labelKeyProblems(name))
    return [...conditionErrors(expression.trim(), `${at}[${index}].expression`, takesParams), ...nameErrors, ...(isTwice ? [duplicateField(`${at}[${index}].name`, name)] : [])]
  })
  return [...tooMany, ...each]
}

function conditionErrors(expression: string, field: string, takesParams: boolean): FieldError[] {
  if (expression === '') return [requiredField(field)]
  const problem = expressionProblem(expression, { ...POLICY_SCOPE, takesParams }, ['bool'])
  return problem === undefined ? [] : [invalidField(field, expression, problem)]
}
