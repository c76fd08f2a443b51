/** What a Job says of its course: completion mode, failures, replacement (`ValidateJobSpec`). */

import { invalidField, invalidValue, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { successPolicyErrors, type SuccessPolicy } from './validate-success-policy.ts'

interface JobSpec {
  readonly completionMode?: string
  readonly completions?: number
  readonly parallelism?: number
  readonly backoffLimitPerIndex?: number
  readonly maxFailedIndexes?: number
  readonly podReplacementPolicy?: string
  readonly podFailurePolicy?: { readonly rules?: readonly FailureRule[] }
  readonly successPolicy?: SuccessPolicy
  readonly template?: { readonly spec?: { readonly restartPolicy?: string; readonly containers?: readonly { readonly name?: string }[]; readonly initContainers?: readonly { readonly name?: string }[] } }
}

interface FailureRule {
  readonly action?: string
  readonly onExitCodes?: { readonly containerName?: string; readonly operator?: string; readonly values?: readonly number[] }
  readonly onPodConditions?: readonly object[]
}

const MODES = ['NonIndexed', 'Indexed']
const REPLACEMENTS = ['Failed', 'TerminatingOrFailed']
const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore']
const OPERATORS = ['In', 'NotIn']

export function jobModeErrors(spec: JobSpec, field: string): FieldError[] {
  const { completionMode: mode = 'NonIndexed', podReplacementPolicy: replacement, podFailurePolicy: policy } = spec
  return [
    ...(MODES.includes(mode) ? [] : [unsupportedField(`${field}.completionMode`, mode, MODES)]),
    ...(mode === 'Indexed' && spec.completions === undefined ? [requiredField(`${field}.completions`, 'when completion mode is Indexed')] : []),
    ...indexErrors(spec, field),
    ...(spec.successPolicy === undefined ? [] : successPolicyErrors(spec.successPolicy, { isIndexed: mode === 'Indexed', completions: spec.completions ?? 0 }, `${field}.successPolicy`)),
    ...(replacement === undefined ? [] : replacementErrors(replacement, policy !== undefined, field)),
    ...(policy === undefined ? [] : policyErrors(policy.rules ?? [], spec, `${field}.podFailurePolicy`)),
    ...(policy !== undefined && spec.template?.spec?.restartPolicy === 'OnFailure' ? [invalidField(`${field}.template.spec.restartPolicy`, spec.template?.spec?.restartPolicy ?? '', 'only "Never" is supported when podFailurePolicy is specified')] : []),
  ]
}

function indexErrors({ completionMode, backoffLimitPerIndex: perIndex, maxFailedIndexes: max }: JobSpec, field: string): FieldError[] {
  const lacking = max !== undefined && perIndex === undefined ? [requiredField(`${field}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified')] : []
  if (completionMode !== undefined && completionMode !== 'NonIndexed') return lacking
  return [
    ...lacking,
    ...(perIndex === undefined ? [] : [invalidField(`${field}.backoffLimitPerIndex`, perIndex, 'requires indexed completion mode')]),
    ...(max === undefined ? [] : [invalidField(`${field}.maxFailedIndexes`, max, 'requires indexed completion mode')]),
  ]
}

function replacementErrors(replacement: string, hasPolicy: boolean, field: string): FieldError[] {
  if (!REPLACEMENTS.includes(replacement)) return [unsupportedField(`${field}.podReplacementPolicy`, replacement, hasPolicy ? ['Failed'] : REPLACEMENTS)]
  return hasPolicy && replacement !== 'Failed' ? [unsupportedField(`${field}.podReplacementPolicy`, replacement, ['Failed'])] : []
}

function policyErrors(rules: readonly FailureRule[], spec: JobSpec, field: string): FieldError[] {
  const names = [...(spec.template?.spec?.containers ?? []), ...(spec.template?.spec?.initContainers ?? [])].map(({ name }) => name)
  return rules.flatMap((rule, index) => [
    ...(rule.action === 'FailIndex' && spec.backoffLimitPerIndex === undefined ? [invalidField(`${field}.rules[${index}].action`, rule.action, 'requires the backoffLimitPerIndex to be set')] : []),
    ...ruleErrors(rule, names, `${field}.rules[${index}]`),
  ])
}

function ruleErrors({ action = '', onExitCodes, onPodConditions = [] }: FailureRule, names: readonly (string | undefined)[], at: string): FieldError[] {
  const count = (onExitCodes === undefined ? 0 : 1) + (onPodConditions.length > 0 ? 1 : 0)
  return [
    ...(action === '' ? [requiredField(`${at}.action`, `valid values: [${ACTIONS.map((each) => `"${each}"`).join(' ')}]`)] : ACTIONS.includes(action) ? [] : [unsupportedField(`${at}.action`, action, ACTIONS)]),
    ...(onExitCodes === undefined ? [] : exitCodeErrors(onExitCodes, names, `${at}.onExitCodes`)),
    ...(count > 1 ? [invalidValue(at, 'specifying both OnExitCodes and OnPodConditions is not supported')] : []),
    ...(count === 0 ? [invalidValue(at, 'specifying one of OnExitCodes and OnPodConditions is required')] : []),
  ]
}

function exitCodeErrors({ containerName, operator = '', values = [] }: NonNullable<FailureRule['onExitCodes']>, names: readonly (string | undefined)[], at: string): FieldError[] {
  const isSorted = values.every((value, index) => index === 0 || (values[index - 1] ?? 0) <= value)
  return [
    ...(OPERATORS.includes(operator) ? [] : [unsupportedField(`${at}.operator`, operator, OPERATORS)]),
    ...(containerName === undefined || names.includes(containerName) ? [] : [invalidField(`${at}.containerName`, containerName, 'must be one of the container or initContainer names in the pod template')]),
    ...(values.length === 0 ? [invalidField(`${at}.values`, values, 'at least one value is required')] : []),
    ...(operator === 'In' ? values.flatMap((value, index) => (value === 0 ? [invalidField(`${at}.values[${index}]`, value, 'must not be 0 for the In operator')] : [])) : []),
    ...(isSorted ? [] : [invalidField(`${at}.values`, values, 'must be ordered')]),
  ]
}

