/** What a Job makes of a pod that failed (`pkg/apis/batch/validation`, validatePodFailurePolicy). */

import { duplicateField, invalidField, invalidFields, invalidValue, requiredField, tooManyErrors, unsupportedField, type FieldError } from './field-error.ts'
import { labelKeyProblems } from './object-names.ts'

export interface FailurePolicy {
  readonly rules?: readonly FailureRule[]
}

interface FailureRule {
  readonly action?: string
  readonly onExitCodes?: ExitCodes
  readonly onPodConditions?: readonly { readonly type?: string; readonly status?: string }[]
}

interface ExitCodes {
  readonly containerName?: string
  readonly operator?: string
  readonly values?: readonly number[]
}

/** `names`: of the template's containers, those that only begin among them. */
interface PolicyScope {
  readonly names: readonly (string | undefined)[]
  readonly countsByIndex: boolean
}

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore']
const OPERATORS = ['In', 'NotIn']
const STATUSES = ['False', 'True', 'Unknown']
const RULES_MAX = 20
const VALUES_MAX = 255
const PATTERNS_MAX = 20

export function failurePolicyErrors({ rules = [] }: FailurePolicy, scope: PolicyScope, field: string): FieldError[] {
  return [...tooManyErrors(`${field}.rules`, rules.length, RULES_MAX), ...rules.flatMap((rule, index) => ruleErrors(rule, scope, `${field}.rules[${index}]`))]
}

function ruleErrors({ action = '', onExitCodes, onPodConditions = [] }: FailureRule, { names, countsByIndex }: PolicyScope, at: string): FieldError[] {
  const count = (onExitCodes === undefined ? 0 : 1) + (onPodConditions.length > 0 ? 1 : 0)
  return [
    ...wordErrors(action, ACTIONS, `${at}.action`),
    ...(action === 'FailIndex' && !countsByIndex ? [invalidField(`${at}.action`, action, 'requires the backoffLimitPerIndex to be set')] : []),
    ...(onExitCodes === undefined ? [] : exitCodeErrors(onExitCodes, names, `${at}.onExitCodes`)),
    ...tooManyErrors(`${at}.onPodConditions`, onPodConditions.length, PATTERNS_MAX),
    ...onPodConditions.flatMap(({ type = '', status = 'True' }, index) => [
      ...invalidFields(`${at}.onPodConditions[${index}].type`, type, labelKeyProblems(type)),
      ...wordErrors(status, STATUSES, `${at}.onPodConditions[${index}].status`),
    ]),
    ...(count > 1 ? [invalidValue(at, 'specifying both OnExitCodes and OnPodConditions is not supported')] : []),
    ...(count === 0 ? [invalidValue(at, 'specifying one of OnExitCodes and OnPodConditions is required')] : []),
  ]
}

function exitCodeErrors({ containerName, operator = '', values = [] }: ExitCodes, names: PolicyScope['names'], at: string): FieldError[] {
  const isOrdered = values.every((value, index) => index === 0 || (values[index - 1] ?? 0) <= value)
  return [
    ...wordErrors(operator, OPERATORS, `${at}.operator`),
    ...(containerName === undefined || names.includes(containerName) ? [] : [invalidField(`${at}.containerName`, containerName, 'must be one of the container or initContainer names in the pod template')]),
    ...(values.length === 0 ? [invalidField(`${at}.values`, values, 'at least one value is required')] : []),
    ...tooManyErrors(`${at}.values`, values.length, VALUES_MAX),
    ...values.flatMap((value, index) => [
      ...(operator === 'In' && value === 0 ? [invalidField(`${at}.values[${index}]`, value, 'must not be 0 for the In operator')] : []),
      ...(values.indexOf(value) < index ? [duplicateField(`${at}.values[${index}]`, value)] : []),
    ]),
    ...(isOrdered ? [] : [invalidField(`${at}.values`, values, 'must be ordered')]),
  ]
}

function wordErrors(word: string, words: readonly string[], at: string): FieldError[] {
  if (word === '') return [requiredField(at, `valid values: [${words.map((each) => `"${each}"`).join(' ')}]`)]
  return words.includes(word) ? [] : [unsupportedField(at, word, words)]
}
