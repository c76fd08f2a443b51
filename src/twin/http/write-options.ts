/** Options of writes that no server takes (`apimachinery/pkg/apis/meta/v1/validation`). */

import { forbiddenField, invalidObject, unsupportedField, type FieldError } from '../api/field-error.ts'
import type { Incoming } from './exchange.ts'

const KINDS: Readonly<Record<string, string>> = { POST: 'CreateOptions', PUT: 'UpdateOptions', PATCH: 'PatchOptions', DELETE: 'DeleteOptions' }
const VALIDATIONS = ['Ignore', 'Strict', 'Warn']
const MANAGER_LENGTH_MAX = 128

/** Throws 422. */
export function checkWriteOptions({ method, query }: Pick<Incoming, 'method' | 'query'>): void {
  const errors: FieldError[] = []
  const dryRun = query.getAll('dryRun')
  const unknown = dryRun.filter((value) => value !== '' && value !== 'All')
  const validation = query.get('fieldValidation') ?? ''
  const manager = query.get('fieldManager') ?? ''
  if (unknown.length > 0) errors.push(unsupportedField('dryRun', dryRun, ['All']))
  if (manager.length > MANAGER_LENGTH_MAX) errors.push({ reason: 'FieldValueTooLong', field: 'fieldManager', message: `Too long: may not be more than ${MANAGER_LENGTH_MAX} bytes` })
  if (validation !== '' && !VALIDATIONS.includes(validation)) errors.push(unsupportedField('fieldValidation', validation, VALIDATIONS))
  refuse(KINDS[method] ?? 'CreateOptions', errors)
}

/** A forced apply may not be one of nobody. */
export function demandManager(manager: string | null): asserts manager is string {
  if (manager === null || manager === '') refuse('PatchOptions', [{ reason: 'FieldValueRequired', field: 'fieldManager', message: 'Required value: is required for apply patch' }])
}

export function refuseForce({ query }: Pick<Incoming, 'query'>): void {
  if (query.get('force') !== null) refuse('PatchOptions', [forbiddenField('force', 'may not be specified for non-apply patch')])
}

function refuse(kind: string, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidObject({ apiVersion: 'meta.k8s.io/v1', kind }, '', errors)
}
