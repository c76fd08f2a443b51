/** Requests and limits: `validateResourceRequirements`. */

import { parseMilli } from '../../model/kube/quantity.ts'
import { forbiddenField, invalidField, invalidFields, requiredField, type FieldError } from './field-error.ts'
import { labelKeyProblems } from './object-names.ts'

const QUANTITY_WORDS = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

type Quantities = Readonly<Record<string, unknown>>

export function quantityErrors(quantities: Quantities, field: string): FieldError[] {
  return Object.entries(quantities).flatMap(([name, value]) => {
    const amount = amountOf(value)
    if (amount === undefined) return [invalidField(`${field}[${name}]`, value, QUANTITY_WORDS)]
    return amount < 0 ? [invalidField(`${field}[${name}]`, value, 'must be greater than or equal to 0')] : []
  })
}

function amountOf(value: unknown): number | undefined {
  return typeof value === 'string' || typeof value === 'number' ? parseMilli(value) : undefined
}

export function resourceErrors(resources: { readonly requests?: object; readonly limits?: object }, field: string): FieldError[] {
  const limits = (resources.limits ?? {}) as Quantities
  const requests = (resources.requests ?? {}) as Quantities
  const names = [...Object.keys(limits), ...Object.keys(requests)]
  const isBare = names.some(isHugePages) && !names.some((name) => name === 'cpu' || name === 'memory')
  return [
    ...listErrors(limits, `${field}.limits`),
    ...listErrors(requests, `${field}.requests`),
    ...Object.entries(requests).flatMap(([name, request]) => pairErrors({ name, request, limit: limits[name] }, field)),
    ...(isBare ? [forbiddenField(field, 'HugePages require cpu or memory')] : []),
  ]
}

function listErrors(quantities: Quantities, field: string): FieldError[] {
  return Object.entries(quantities).flatMap(([name, value]) => [
    ...containerResourceErrors(name, `${field}[${name}]`),
    ...quantityErrors({ [name]: value }, field),
    ...(isWhole(name) && (amountOf(value) ?? 0) % 1000 !== 0 ? [invalidField(`${field}[${name}]`, value, 'must be an integer')] : []),
  ])
}

function pairErrors({ name, request, limit }: { readonly name: string; readonly request: unknown; readonly limit: unknown }, field: string): FieldError[] {
  const mayDiffer = isNativeResource(name) && !isHugePages(name)
  if (limit === undefined) return mayDiffer ? [] : [requiredField(`${field}.limits`, 'Limit must be set for non overcommitable resources')]
  const [asked, allowed] = [amountOf(request) ?? 0, amountOf(limit) ?? 0]
  if (asked !== allowed && !mayDiffer) return [invalidField(`${field}.requests`, String(request), `must be equal to ${name} limit of ${String(limit)}`)]
  return asked > allowed ? [invalidField(`${field}.requests`, String(request), `must be less than or equal to ${name} limit of ${String(limit)}`)] : []
}

const STANDARD = ['cpu', 'memory', 'ephemeral-storage']
export const COUNTED = ['pods', 'resourcequotas', 'services', 'replicationcontrollers', 'secrets', 'configmaps', 'persistentvolumeclaims', 'services.nodeports', 'services.loadbalancers']
export const QUOTA_NAMES = [...COUNTED, ...STANDARD.flatMap((name) => [name, `requests.${name}`, `limits.${name}`]), 'requests.storage']

export function isHugeQuota(name: string): boolean {
  return isHugePages(name) || name.startsWith('requests.hugepages-')
}

/** `validateResourceName`: of anything that is counted or measured. */
export function resourceNameErrors(name: string, field: string): FieldError[] {
  const problems = labelKeyProblems(name)
  if (problems.length > 0) return invalidFields(field, name, problems)
  return name.includes('/') || QUOTA_NAMES.includes(name) || name === 'storage' || isHugeQuota(name) ? [] : [invalidField(field, name, 'must be a standard resource type or fully qualified')]
}

/** `ValidateContainerResourceName`. */
export function containerResourceErrors(name: string, field: string): FieldError[] {
  const isKnown = name.includes('/') || STANDARD.includes(name) || isHugePages(name)
  return [...resourceNameErrors(name, field), ...(isKnown ? [] : [invalidField(field, name, 'must be a standard resource for containers')])]
}

export function isNativeResource(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/')
}

function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-')
}

/** Devices come in whole pieces. */
function isWhole(name: string): boolean {
  return !isNativeResource(name)
}
