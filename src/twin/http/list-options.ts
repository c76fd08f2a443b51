/** Options of lists and watches that do not go together (`apimachinery/pkg/apis/meta/internalversion/validation`). */

import { forbiddenField, invalidObject, unsupportedField, type FieldError } from '../api/field-error.ts'
import { badRequest } from '../api/status-error.ts'

/** Throws 422 in the words of the real server. */
export function checkListOptions(query: URLSearchParams, { isWatch = false } = {}): void {
  const version = query.get('resourceVersion') ?? ''
  if (!/^\d*$/.test(version)) throw badRequest(`Invalid value for resourceVersion: ${JSON.stringify(version)}`)
  const errors = [...matchErrors(query, { version, isWatch }), ...initialEventErrors(query, isWatch)]
  if (errors.length > 0) throw invalidObject({ apiVersion: 'meta.k8s.io/v1', kind: 'ListOptions' }, '', errors)
}

function matchErrors(query: URLSearchParams, { version, isWatch }: { readonly version: string; readonly isWatch: boolean }): FieldError[] {
  const match = query.get('resourceVersionMatch') ?? ''
  const field = 'resourceVersionMatch'
  if (match === '' || query.get('sendInitialEvents') !== null) return []
  if (isWatch) return [forbiddenField(field, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided')]
  const errors: FieldError[] = []
  if (version === '') errors.push(forbiddenField(field, 'resourceVersionMatch is forbidden unless resourceVersion is provided'))
  if ((query.get('continue') ?? '') !== '') errors.push(forbiddenField(field, 'resourceVersionMatch is forbidden when continue is provided'))
  if (match !== 'Exact' && match !== 'NotOlderThan') errors.push(unsupportedField(field, match, ['Exact', 'NotOlderThan', '']))
  if (match === 'Exact' && version === '0') errors.push(forbiddenField(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'))
  return errors
}

function initialEventErrors(query: URLSearchParams, isWatch: boolean): FieldError[] {
  if (query.get('sendInitialEvents') === null) return []
  if (!isWatch) return [forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list')]
  const match = query.get('resourceVersionMatch') ?? ''
  if (match === '') return [forbiddenField('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')]
  return match === 'NotOlderThan' ? [] : [unsupportedField('resourceVersionMatch', match, ['NotOlderThan'])]
}
