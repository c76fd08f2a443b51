/** Options of lists and watches: their numbers, and what does not go together (`apimachinery/pkg/apis/meta/internalversion/validation`). */

import { forbiddenField, invalidObject, unsupportedField, type FieldError } from '../api/field-error.ts'
import { badRequest, statusError } from '../api/status-error.ts'
import { parseFieldTerms } from '../field-selector.ts'
import { parseLabels } from '../list-objects.ts'
import { flagIn, numberIn } from './query-values.ts'

/** Throws 400 and 422 in the words of the real server. */
export function checkListOptions(query: URLSearchParams, { isWatch = false } = {}): void {
  numberIn(query, 'timeoutSeconds')
  numberIn(query, 'limit')
  parseLabels(query.get('labelSelector') ?? '')
  parseFieldTerms(query.get('fieldSelector') ?? '')
  const errors = isWatch ? watchErrors(query) : listErrors(query)
  if (errors.length > 0) throw invalidObject({ apiVersion: 'meta.k8s.io/v1', kind: 'ListOptions' }, '', errors)
}

/** Said by the storage, after the options are in order: throws for a version that is no number. Only of lists it is the client's fault. */
export function versionAsked(query: URLSearchParams, { isList = false } = {}): number {
  const version = query.get('resourceVersion') ?? ''
  if (/^\d*$/.test(version)) return Number(version)
  const sentence = `resourceVersion: Invalid value: ${JSON.stringify(version)}: strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`
  throw isList ? badRequest(`invalid resource version: ${sentence}`) : statusError('', sentence)
}

const FIELD = 'resourceVersionMatch'

function listErrors(query: URLSearchParams): FieldError[] {
  const match = query.get(FIELD) ?? ''
  const version = query.get('resourceVersion') ?? ''
  const errors: FieldError[] = []
  if (match !== '') {
    if (version === '') errors.push(forbiddenField(FIELD, 'resourceVersionMatch is forbidden unless resourceVersion is provided'))
    if ((query.get('continue') ?? '') !== '') errors.push(forbiddenField(FIELD, 'resourceVersionMatch is forbidden when continue is provided'))
    if (match !== 'Exact' && match !== 'NotOlderThan') errors.push(unsupportedField(FIELD, match, ['Exact', 'NotOlderThan', '']))
    if (match === 'Exact' && version === '0') errors.push(forbiddenField(FIELD, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'))
  }
  return flagIn(query, 'sendInitialEvents') === undefined ? errors : [...errors, forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list')]
}

function watchErrors(query: URLSearchParams): FieldError[] {
  const match = query.get(FIELD) ?? ''
  const isInitial = flagIn(query, 'sendInitialEvents') !== undefined
  const errors: FieldError[] = []
  if (isInitial && match !== 'NotOlderThan') errors.push(forbiddenField(FIELD, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'))
  if (match === '') return errors
  if (!isInitial) errors.push(forbiddenField(FIELD, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'))
  if (match !== 'NotOlderThan') errors.push(unsupportedField(FIELD, match, ['NotOlderThan']))
  if ((query.get('continue') ?? '') !== '') errors.push(forbiddenField(FIELD, 'resourceVersionMatch is forbidden when continue is provided'))
  return errors
}
