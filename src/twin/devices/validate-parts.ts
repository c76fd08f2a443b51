/** What claims, classes and slices have in common: selectors in CEL, settings for drivers, taints and who bears them. */

import { isRecord } from '../../kernel/json.ts'
import { expressionLibrary } from '../cel/expressions.ts'
import { invalidField, invalidFields, requiredField, unsupportedField, type FieldError } from '../api/field-error.ts'
import { labelKeyProblems, labelValueProblems } from '../api/object-names.ts'
import { listErrors, tooLong } from './bounded-lists.ts'
import { driverErrors } from './device-names.ts'

export interface Selector {
  readonly cel?: { readonly expression?: string }
}

export interface Configuration {
  readonly opaque?: { readonly driver?: string; readonly parameters?: unknown }
}

export interface Toleration {
  readonly key?: string
  readonly operator?: string
  readonly value?: string
  readonly effect?: string
}

const SELECTORS_MAX = 32
const EXPRESSION_BYTES_MAX = 10 * 1024
const PARAMETERS_BYTES_MAX = 10 * 1024
const EFFECTS = ['NoExecute', 'NoSchedule', 'None']
const OPERATORS = ['Equal', 'Exists']

/** A device that a selector looks at. */
const selectors = expressionLibrary(['device'])

export function selectorErrors(list: readonly Selector[], at: string): readonly FieldError[] {
  return listErrors(list, { at, max: SELECTORS_MAX, check: ({ cel }, place) => (cel === undefined ? [requiredField(`${place}.cel`)] : expressionErrors(cel.expression ?? '', `${place}.cel.expression`)) })
}

/** In words of our own where it does not compile: there is no type checker here. */
function expressionErrors(expression: string, at: string): readonly FieldError[] {
  if (expression.length > EXPRESSION_BYTES_MAX) return [tooLong(at, EXPRESSION_BYTES_MAX)]
  const { flaw } = selectors.compile(expression)
  return flaw === undefined ? [] : [invalidField(at, expression, `compilation failed: ERROR: <input>: ${flaw}`)]
}

export function configurationErrors({ opaque }: Configuration, at: string): readonly FieldError[] {
  if (opaque === undefined) return [requiredField(`${at}.opaque`)]
  return [...driverErrors(opaque.driver ?? '', `${at}.opaque.driver`), ...rawErrors(opaque.parameters, `${at}.opaque.parameters`)]
}

/** An object of any kind. */
export function rawErrors(value: unknown, at: string): readonly FieldError[] {
  if (value === undefined || value === null) return [requiredField(at)]
  if (JSON.stringify(value).length > PARAMETERS_BYTES_MAX) return [tooLong(at, PARAMETERS_BYTES_MAX)]
  return isRecord(value) ? [] : [invalidField(at, '<value omitted>', 'must be a valid JSON object')]
}

export function tolerationErrors({ key = '', operator = '', value = '', effect = '' }: Toleration, at: string): readonly FieldError[] {
  return [
    ...(key === '' ? [] : invalidFields(`${at}.key`, key, labelKeyProblems(key))),
    ...operatorErrors(operator, value, at),
    ...(effect === '' || EFFECTS.includes(effect) ? [] : [unsupportedField(`${at}.effect`, effect, EFFECTS)]),
  ]
}

function operatorErrors(operator: string, value: string, at: string): readonly FieldError[] {
  if (operator === 'Exists') return value === '' ? [] : [invalidField(`${at}.value`, value, 'must be empty for operator `Exists`')]
  if (operator === 'Equal') return invalidFields(`${at}.value`, value, labelValueProblems(value))
  return [operator === '' ? requiredField(`${at}.operator`) : unsupportedField(`${at}.operator`, operator, OPERATORS)]
}

export function taintErrors({ key = '', value = '', effect = '' }: Toleration, at: string): readonly FieldError[] {
  return [
    ...invalidFields(`${at}.key`, key, labelKeyProblems(key)),
    ...(value === '' ? [] : invalidFields(`${at}.value`, value, labelValueProblems(value))),
    ...(effect === '' ? [requiredField(`${at}.effect`)] : EFFECTS.includes(effect) ? [] : [unsupportedField(`${at}.effect`, effect, EFFECTS)]),
  ]
}
