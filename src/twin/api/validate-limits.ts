/** Limit ranges and quotas: `ValidateLimitRange`, `ValidateResourceQuota`. */

import type { KubeObject } from '../../model/kube-object.ts'
import { parseMilli } from '../../model/kube/quantity.ts'
import { duplicateField, forbiddenField, invalidField, invalidFields, requiredField, type FieldError } from './field-error.ts'
import { labelKeyProblems } from './object-names.ts'
import { containerResourceErrors, COUNTED, isHugeQuota, isNativeResource, quantityErrors, QUOTA_NAMES, resourceNameErrors } from './validate-resources.ts'

type Quantities = Readonly<Record<string, string>>

interface Limit {
  readonly type?: string
  readonly max?: Quantities
  readonly min?: Quantities
  readonly default?: Quantities
  readonly defaultRequest?: Quantities
  readonly maxLimitRequestRatio?: Quantities
}

const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim']

export function limitRangeErrors(range: KubeObject): FieldError[] {
  const { limits = [] } = (range['spec'] ?? {}) as { readonly limits?: readonly Limit[] }
  return limits.flatMap((limit, index) => {
    const at = `spec.limits[${index}]`
    const { type = '' } = limit
    const isTwice = limits.slice(0, index).some((other) => (other.type ?? '') === type)
    return [...typeErrors(type, `${at}.type`), ...(isTwice ? [duplicateField(`${at}.type`, type)] : []), ...partErrors(limit, type, at), ...boundErrors(limit, type, at)]
  })
}

function typeErrors(type: string, field: string): FieldError[] {
  const problems = labelKeyProblems(type)
  if (problems.length > 0) return invalidFields(field, type, problems)
  return type.includes('/') || TYPES.includes(type) ? [] : [invalidField(field, type, 'must be a standard limit type or fully qualified')]
}

function partErrors(limit: Limit, type: string, at: string): FieldError[] {
  const named = (part: keyof Limit): FieldError[] => Object.keys((limit[part] ?? {}) as Quantities).flatMap((name) => limitNameErrors(type, name, `${at}.${part}[${name}]`))
  const onPod = (part: 'default' | 'defaultRequest'): FieldError[] => (limit[part] === undefined ? [] : [forbiddenField(`${at}.${part}`, "may not be specified when `type` is 'Pod'")])
  const lacksSize = type === 'PersistentVolumeClaim' && limit.min?.['storage'] === undefined && limit.max?.['storage'] === undefined
  return [
    ...named('max'),
    ...named('min'),
    ...(type === 'Pod' ? [...onPod('default'), ...onPod('defaultRequest')] : [...named('default'), ...named('defaultRequest')]),
    ...(lacksSize ? [requiredField(`${at}.limits`, 'either minimum or maximum storage value is required, but neither was provided')] : []),
    ...named('maxLimitRequestRatio'),
  ]
}

function limitNameErrors(type: string, name: string, field: string): FieldError[] {
  return type === 'Pod' || type === 'Container' ? containerResourceErrors(name, field) : resourceNameErrors(name, field)
}

function boundErrors(limit: Limit, type: string, at: string): FieldError[] {
  const isPod = type === 'Pod'
  const names = new Set([limit.max, limit.min, isPod ? undefined : limit.default, isPod ? undefined : limit.defaultRequest, limit.maxLimitRequestRatio].flatMap((part) => Object.keys(part ?? {})))
  return [...names].sort().flatMap((name) => {
    const bounds = { min: limit.min?.[name], max: limit.max?.[name], preset: isPod ? undefined : limit.default?.[name], request: isPod ? undefined : limit.defaultRequest?.[name], ratio: limit.maxLimitRequestRatio?.[name] }
    return [...orderErrors(bounds, name, at), ...ratioErrors(bounds, name, at), ...equalErrors(bounds, name, at)]
  })
}

interface Bounds {
  readonly min: string | undefined
  readonly max: string | undefined
  readonly preset: string | undefined
  readonly request: string | undefined
  readonly ratio: string | undefined
}

function isOver(low: string | undefined, high: string | undefined): boolean {
  return low !== undefined && high !== undefined && (parseMilli(low) ?? 0) > (parseMilli(high) ?? 0)
}

/** The value that is shown beside a default is the bound, as upstream has it. */
function orderErrors({ min, max, preset, request }: Bounds, name: string, at: string): FieldError[] {
  return [
    ...(isOver(min, max) ? [invalidField(`${at}.min[${name}]`, min, `min value ${min} is greater than max value ${max}`)] : []),
    ...(isOver(min, request) ? [invalidField(`${at}.defaultRequest[${name}]`, request, `min value ${min} is greater than default request value ${request}`)] : []),
    ...(isOver(request, max) ? [invalidField(`${at}.defaultRequest[${name}]`, request, `default request value ${request} is greater than max value ${max}`)] : []),
    ...(isOver(request, preset) ? [invalidField(`${at}.defaultRequest[${name}]`, request, `default request value ${request} is greater than default limit value ${preset}`)] : []),
    ...(isOver(min, preset) ? [invalidField(`${at}.default[${name}]`, min, `min value ${min} is greater than default value ${preset}`)] : []),
    ...(isOver(preset, max) ? [invalidField(`${at}.default[${name}]`, max, `default value ${preset} is greater than max value ${max}`)] : []),
  ]
}

function ratioErrors({ min, max, ratio }: Bounds, name: string, at: string): FieldError[] {
  if (ratio === undefined) return []
  const field = `${at}.maxLimitRequestRatio[${name}]`
  const most = min === undefined || max === undefined ? undefined : (parseMilli(max) ?? 0) / (parseMilli(min) ?? 1)
  return [
    ...((parseMilli(ratio) ?? 0) < 1000 ? [invalidField(field, ratio, `ratio ${ratio} is less than 1`)] : []),
    ...(most !== undefined && (parseMilli(ratio) ?? 0) / 1000 > most ? [invalidField(field, ratio, `ratio ${ratio} is greater than max/min = ${most.toFixed(6)}`)] : []),
  ]
}

function equalErrors({ preset, request }: Bounds, name: string, at: string): FieldError[] {
  const mayDiffer = isNativeResource(name) && !name.startsWith('hugepages-')
  if (mayDiffer || preset === undefined || request === undefined || parseMilli(preset) === parseMilli(request)) return []
  return [invalidField(`${at}.defaultRequest[${name}]`, request, `default value ${preset} must equal to defaultRequest value ${request} in ${name}`)]
}

interface QuotaSpec {
  readonly hard?: Quantities
  readonly scopes?: readonly string[]
  readonly scopeSelector?: { readonly matchExpressions?: readonly { readonly scopeName?: string; readonly operator?: string; readonly values?: readonly string[] }[] }
}

export function quotaErrors(quota: KubeObject): FieldError[] {
  const { hard = {}, scopes = [], scopeSelector } = (quota['spec'] ?? {}) as QuotaSpec
  const names = Object.keys(hard).sort()
  return [...Object.entries(hard).flatMap(([name, value]) => hardErrors(name, value)), ...scopesErrors(scopes, names), ...(scopeSelector === undefined ? [] : selectorErrors(scopeSelector, scopes, names))]
}

function hardErrors(name: string, value: string): FieldError[] {
  const field = `spec.hard[${name}]`
  const isWhole = COUNTED.includes(name) || (!isNativeResource(name) && !name.startsWith('requests.'))
  return [
    ...resourceNameErrors(name, field),
    ...(name.includes('/') || QUOTA_NAMES.includes(name) || isHugeQuota(name) ? [] : [invalidField(field, name, 'must be a standard resource for quota')]),
    ...quantityErrors({ [name]: value }, 'spec.hard'),
    ...(isWhole && (parseMilli(value) ?? 0) % 1000 !== 0 ? [invalidField(field, value, 'must be an integer')] : []),
  ]
}

const OF_PODS = ['Terminating', 'NotTerminating', 'NotBestEffort', 'PriorityClass', 'CrossNamespacePodAffinity']
const SCOPES = [...OF_PODS, 'BestEffort', 'VolumeAttributesClass']
const POD_RESOURCES = ['pods', 'cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory']
const PAIRS = [['BestEffort', 'NotBestEffort'], ['Terminating', 'NotTerminating']]

function reaches(scope: string, name: string): boolean {
  if (OF_PODS.includes(scope)) return POD_RESOURCES.includes(name)
  if (scope === 'BestEffort') return name === 'pods'
  return scope !== 'VolumeAttributesClass' || ['persistentvolumeclaims', 'requests.storage'].includes(name)
}

function isKnownQuota(name: string): boolean {
  return QUOTA_NAMES.includes(name) || isHugeQuota(name)
}

function scopesErrors(scopes: readonly string[], names: readonly string[]): FieldError[] {
  const wrong = (detail: string): FieldError => invalidField('spec.scopes', scopes, detail)
  return [
    ...scopes.flatMap((scope) => [...(SCOPES.includes(scope) ? [] : [wrong('unsupported scope')]), ...names.filter((name) => isKnownQuota(name) && !reaches(scope, name)).map(() => wrong('unsupported scope applied to resource'))]),
    ...PAIRS.filter((pair) => pair.every((scope) => scopes.includes(scope))).map(() => wrong('conflicting scopes')),
  ]
}

const EXISTS_WORDS = "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
const EXISTING = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity']

function selectorErrors({ matchExpressions = [] }: NonNullable<QuotaSpec['scopeSelector']>, scopes: readonly string[], names: readonly string[]): FieldError[] {
  const at = 'spec.scopeSelector.matchExpressions'
  const shown = { MatchExpressions: matchExpressions.map(({ scopeName = '', operator = '', values = null }) => ({ ScopeName: scopeName, Operator: operator, Values: values })) }
  const asked = matchExpressions.map(({ scopeName = '' }) => scopeName)
  return [
    ...matchExpressions.flatMap(({ scopeName = '', operator = '', values = [] }) => [
      ...(SCOPES.includes(scopeName) ? [] : [invalidField(`${at}.scopeName`, scopeName, 'unsupported scope')]),
      ...names.filter((name) => isKnownQuota(name) && !reaches(scopeName, name)).map(() => invalidField(at, shown, 'unsupported scope applied to resource')),
      ...(EXISTING.includes(scopeName) && operator !== 'Exists' ? [invalidField(`${at}.operator`, operator, EXISTS_WORDS)] : []),
      ...operatorErrors(operator, values, at),
    ]),
    ...PAIRS.filter((pair) => pair.every((scope) => asked.includes(scope))).map(() => invalidField(at, scopes.length === 0 ? null : scopes, 'conflicting scopes')),
  ]
}

function operatorErrors(operator: string, values: readonly string[], at: string): FieldError[] {
  if (operator === 'In' || operator === 'NotIn') return values.length > 0 ? [] : [requiredField(`${at}.values`, "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector")]
  if (operator === 'Exists' || operator === 'DoesNotExist') return values.length === 0 ? [] : [invalidField(`${at}.values`, values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector")]
  return [invalidField(`${at}.operator`, operator, 'not a valid selector operator')]
}

export function quotaChangeErrors(before: KubeObject, next: KubeObject): FieldError[] {
  const of = (quota: KubeObject): readonly string[] => (quota['spec'] as QuotaSpec | undefined)?.scopes ?? []
  const isSame = new Set([...of(before), ...of(next)]).size === new Set(of(before)).size && new Set(of(before)).size === new Set(of(next)).size
  return isSame ? [] : [invalidField('spec.scopes', of(next).length === 0 ? null : of(next), 'field is immutable')]
}
