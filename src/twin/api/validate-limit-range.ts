/** LimitRanges (`pkg/apis/core/validation`, ValidateLimitRange): what they allow and what they fill in must fit together. */

import type { KubeObject } from '../../model/kube-object.ts'
import { parseMilli } from '../../model/kube/quantity.ts'
import { duplicateField, forbiddenField, invalidField, requiredField, type FieldError } from './field-error.ts'

type Amounts = Readonly<Record<string, string>>

interface Limit {
  readonly type?: string
  readonly max?: Amounts
  readonly min?: Amounts
  readonly default?: Amounts
  readonly defaultRequest?: Amounts
  readonly maxLimitRequestRatio?: Amounts
}

const STANDARD_TYPES = ['Pod', 'Container', 'PersistentVolumeClaim']

export function limitRangeErrors(range: KubeObject): FieldError[] {
  const limits = ((range['spec'] as { limits?: readonly Limit[] } | undefined)?.limits ?? []) as readonly Limit[]
  return limits.flatMap((limit, index) => {
    const field = `spec.limits[${index}]`
    const isAgain = limits.slice(0, index).some(({ type }) => type === limit.type)
    return [...typeErrors(limit, field), ...(isAgain ? [duplicateField(`${field}.type`, limit.type)] : []), ...placeErrors(limit, field), ...namesIn(limit).flatMap((name) => amountErrors(limit, field, name))]
  })
}

function typeErrors({ type = '' }: Limit, field: string): FieldError[] {
  return type.includes('/') || STANDARD_TYPES.includes(type) ? [] : [invalidField(`${field}.type`, type, 'must be a standard limit type or fully qualified')]
}

/** Nothing is filled into a whole pod, and a claim is bounded in its storage. */
function placeErrors({ type, min, max, ...limit }: Limit, field: string): FieldError[] {
  if (type === 'PersistentVolumeClaim' && min?.['storage'] === undefined && max?.['storage'] === undefined) return [requiredField(`${field}.limits`, 'either minimum or maximum storage value is required, but neither was provided')]
  if (type !== 'Pod') return []
  return (['default', 'defaultRequest'] as const).flatMap((part) => (Object.keys(limit[part] ?? {}).length > 0 ? [forbiddenField(`${field}.${part}`, "may not be specified when `type` is 'Pod'")] : []))
}

function namesIn({ type, max, min, default: fallback, defaultRequest, maxLimitRequestRatio }: Limit): readonly string[] {
  return [...new Set([max, min, maxLimitRequestRatio, ...(type === 'Pod' ? [] : [fallback, defaultRequest])].flatMap((part) => Object.keys(part ?? {})))].sort()
}

interface Rule {
  /** What may not be more than the next. */
  readonly less: string | undefined
  readonly more: string | undefined
  readonly part: string
  /** The value that the answer shows. */
  readonly shown: string | undefined
  readonly says: string
}

function amountErrors(limit: Limit, field: string, name: string): FieldError[] {
  const isPod = limit.type === 'Pod'
  const [min, max, ratio] = [limit.min?.[name], limit.max?.[name], limit.maxLimitRequestRatio?.[name]]
  const [fallback, request] = isPod ? [] : [limit.default?.[name], limit.defaultRequest?.[name]]
  const rules: readonly Rule[] = [
    { less: min, more: max, part: 'min', shown: min, says: `min value ${min} is greater than max value ${max}` },
    { less: min, more: request, part: 'defaultRequest', shown: request, says: `min value ${min} is greater than default request value ${request}` },
    { less: request, more: max, part: 'defaultRequest', shown: request, says: `default request value ${request} is greater than max value ${max}` },
    { less: request, more: fallback, part: 'defaultRequest', shown: request, says: `default request value ${request} is greater than default limit value ${fallback}` },
    { less: min, more: fallback, part: 'default', shown: min, says: `min value ${min} is greater than default value ${fallback}` },
    { less: fallback, more: max, part: 'default', shown: max, says: `default value ${fallback} is greater than max value ${max}` },
    { less: ratio === undefined ? undefined : '1', more: ratio, part: 'maxLimitRequestRatio', shown: ratio, says: `ratio ${ratio} is less than 1` },
  ]
  const broken = rules.filter(({ less, more }) => less !== undefined && more !== undefined && (parseMilli(less) ?? 0) > (parseMilli(more) ?? 0))
  return [...broken.map(({ part, shown, says }) => invalidField(`${field}.${part}[${name}]`, shown, says)), ...ratioErrors({ min, max, ratio }, `${field}.maxLimitRequestRatio[${name}]`)]
}

function ratioErrors({ min, max, ratio }: { readonly min: string | undefined; readonly max: string | undefined; readonly ratio: string | undefined }, field: string): FieldError[] {
  if (min === undefined || max === undefined || ratio === undefined) return []
  const allowed = (parseMilli(max) ?? 0) / (parseMilli(min) ?? 0)
  return (parseMilli(ratio) ?? 0) / 1000 > allowed ? [invalidField(field, ratio, `ratio ${ratio} is greater than max/min = ${allowed.toFixed(6)}`)] : []
}
