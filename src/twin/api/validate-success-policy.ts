/** When a Job counts as done before all of it is (`pkg/apis/batch/validation`, validateSuccessPolicy). */

import { invalidField, requiredField, tooLongErrors, tooManyErrors, type FieldError } from './field-error.ts'

export interface SuccessPolicy {
  readonly rules?: readonly SuccessRule[]
}

interface SuccessRule {
  readonly succeededIndexes?: string
  readonly succeededCount?: number
}

const RULES_MAX = 20
const INDEXES_BYTES_MAX = 64 * 1024

export function successPolicyErrors(policy: SuccessPolicy, { isIndexed, completions }: { readonly isIndexed: boolean; readonly completions: number }, field: string): FieldError[] {
  if (!isIndexed) return [invalidField(field, { Rules: policy.rules?.map(({ succeededIndexes = null, succeededCount = null }) => ({ SucceededIndexes: succeededIndexes, SucceededCount: succeededCount })) ?? null }, 'requires indexed completion mode')]
  const rules = policy.rules ?? []
  if (rules.length === 0) return [requiredField(`${field}.rules`, 'at least one rules must be specified when the successPolicy is specified')]
  return [...tooManyErrors(`${field}.rules`, rules.length, RULES_MAX), ...rules.flatMap((rule, index) => ruleErrors(rule, completions, `${field}.rules[${index}]`))]
}

function ruleErrors({ succeededIndexes: indexes, succeededCount: count }: SuccessRule, completions: number, at: string): FieldError[] {
  const counted = indexes === undefined ? 0 : countIndexes(indexes, completions)
  const named = typeof counted === 'string' ? 0 : counted
  const isTooMany = (limit: number, what: string): FieldError[] => (count !== undefined && count > limit ? [invalidField(`${at}.succeededCount`, count, `must be less than or equal to ${limit} (${what})`)] : [])
  return [
    ...(indexes === undefined && count === undefined ? [requiredField(at, 'at least one of succeededCount or succeededIndexes must be specified')] : []),
    ...(indexes === undefined ? [] : tooLongErrors(`${at}.succeededIndexes`, indexes, INDEXES_BYTES_MAX)),
    ...(typeof counted === 'string' ? [invalidField(`${at}.succeededIndexes`, indexes, `error parsing succeededIndexes: ${counted}`)] : []),
    ...(count !== undefined && count < 0 ? [invalidField(`${at}.succeededCount`, count, 'must be greater than or equal to 0')] : []),
    ...isTooMany(completions, 'the number of specified completions'),
    ...(indexes === undefined ? [] : isTooMany(named, 'the number of indexes in the specified succeededIndexes field')),
  ]
}

/** How many `1,3-5` names, or what is wrong with it. */
function countIndexes(text: string, completions: number): number | string {
  let total = 0
  let last: number | undefined
  for (const interval of text === '' ? [] : text.split(',')) {
    const ends = endsOf(interval, completions)
    if (typeof ends === 'string') return ends
    const [first, end] = ends
    if (last !== undefined && last >= first) return `non-increasing order, previous: ${last}, current: ${first}`
    total += end - first + 1
    last = end
  }
  return total
}

function endsOf(interval: string, completions: number): readonly [number, number] | string {
  const parts = interval.split('-')
  if (parts.length > 2) return `the fragment ${JSON.stringify(interval)} violates the requirement that an index interval can have at most two parts separated by '-'`
  for (const part of parts) {
    if (!/^[+-]?\d+$/.test(part)) return `cannot convert string to integer for index: ${JSON.stringify(part)}`
    if (Number(part) >= completions) return `too large index: ${JSON.stringify(part)}`
  }
  const [first = 0, end = first] = parts.map(Number)
  return parts.length > 1 && first >= end ? `non-increasing order, previous: ${first}, current: ${end}` : [first, end]
}
