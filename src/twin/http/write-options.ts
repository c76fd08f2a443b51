/** Options of writes that no server takes (`apimachinery/pkg/apis/meta/v1/validation`). */

import { forbiddenField, invalidField, invalidObject, requiredField, unsupportedField, type FieldError } from '../api/field-error.ts'
import type { Incoming } from './exchange.ts'

const KINDS: Readonly<Record<string, string>> = { POST: 'CreateOptions', PUT: 'UpdateOptions', PATCH: 'PatchOptions' }
const VALIDATIONS = ['', 'Ignore', 'Strict', 'Warn']
const MANAGER_LENGTH_MAX = 128

/** Throws 422 with everything that is wrong with the options of a create, update or patch. */
export function checkWriteOptions({ method, query }: Pick<Incoming, 'method' | 'query'>, { isApply = false } = {}): void {
  const errors: FieldError[] = []
  const validation = query.get('fieldValidation') ?? ''
  const manager = query.get('fieldManager') ?? ''
  // A forced apply may not be one of nobody.
  if (isApply && manager === '') errors.push(requiredField('fieldManager', 'is required for apply patch'))
  if (method === 'PATCH' && !isApply && query.get('force') !== null) errors.push(forbiddenField('force', 'may not be specified for non-apply patch'))
  errors.push(...managerErrors('fieldManager', manager), ...dryRunErrors(query.getAll('dryRun')))
  if (!VALIDATIONS.includes(validation)) errors.push(unsupportedField('fieldValidation', validation, VALIDATIONS))
  refuse(KINDS[method] ?? 'CreateOptions', errors)
}

/** A manager's name is not too long, and each of its characters can be printed. */
export function managerErrors(field: string, manager: string): FieldError[] {
  const tooLong: FieldError[] = Buffer.byteLength(manager) > MANAGER_LENGTH_MAX ? [{ reason: 'FieldValueTooLong', field, message: `Too long: may not be more than ${MANAGER_LENGTH_MAX} bytes` }] : []
  let position = 0
  const unprintable = [...manager].flatMap((character) => {
    const at = position
    position += Buffer.byteLength(character)
    return isPrinted(character) ? [] : [invalidField(field, manager, `invalid character ${codeText(character)} (at position ${at})`)]
  })
  return [...tooLong, ...unprintable]
}

/** Of the spaces, Go prints only the plain one. */
function isPrinted(character: string): boolean {
  return character === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character)
}

function codeText(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

function dryRunErrors(dryRun: readonly string[]): FieldError[] {
  return dryRun.every((value) => value === 'All') ? [] : [unsupportedField('dryRun', dryRun, ['All'])]
}

function refuse(kind: string, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidObject({ apiVersion: 'meta.k8s.io/v1', kind }, '', errors)
}
