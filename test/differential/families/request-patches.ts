/** PATCH in its forms: what fits, what does not, and what is none. */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { JsonObject, JsonValue } from '../../../src/kernel/json.ts'
import type { RawRequest } from '../requests/raw-request.ts'
import { nameOf, wholeBody } from './request-objects.ts'
import { letter, tame, writeQuery, type Query } from './request-writes.ts'

const MERGE = 'application/merge-patch+json'
const STRATEGIC = 'application/strategic-merge-patch+json'
const JSON_PATCH = 'application/json-patch+json'
const APPLY = 'application/apply-patch+yaml'

const OPERATIONS: readonly JsonValue[] = [
  [{ op: 'add', path: '/metadata/labels', value: { app: 'patched' } }],
  [{ op: 'replace', path: '/metadata/labels/app', value: 'replaced' }],
  [{ op: 'remove', path: '/metadata/labels/app' }],
  [{ op: 'remove', path: '/metadata/labels/none' }],
  [{ op: 'replace', path: '/metadata/none/deep', value: 1 }],
  [{ op: 'test', path: '/metadata/labels/app', value: 'a' }, { op: 'add', path: '/metadata/annotations', value: { tested: 'yes' } }],
  [{ op: 'test', path: '/metadata/labels/app', value: 'wrong' }],
  [{ op: 'copy', from: '/metadata/labels/app', path: '/metadata/labels/copied' }],
  [{ op: 'move', from: '/metadata/labels/app', path: '/metadata/labels/moved' }],
  [{ op: 'add', path: '/metadata/labels/app~1x', value: 'slash' }],
  [{ op: 'add', path: '/metadata/colour', value: 'blue' }],
  [{ op: 'add', path: '/metadata/labels/app', value: 5 }],
  [{ op: 'replace', path: '/metadata/name', value: 'renamed' }],
  [{ op: 'replace', path: '/metadata/resourceVersion', value: '1' }],
  [{ op: 'replace', path: '/metadata/uid', value: '00000000-0000-0000-0000-00000000000a' }],
  [{ op: 'add', path: '/metadata/finalizers/-', value: 'example.com/hold' }],
  [{ op: 'add', path: '/spec/containers/0/image', value: 'registry.example/app:3' }],
  [{ op: 'add', path: '/spec/containers/9/image', value: 'x' }],
  [],
]

const MALFORMED_OPERATIONS: readonly (JsonValue | object)[] = [
  [{ op: 'guess', path: '/x' }],
  [{ op: 'add' }],
  [{ path: '/metadata/labels' }],
  [{ op: 'add', path: 'metadata', value: 1 }],
  [5],
  {},
  '{',
  'hello',
  'null',
  '',
]

const MALFORMED: readonly (JsonValue | object)[] = ['{', 'hello', '[]', '5', 'null', '', '"text"']

interface Form {
  readonly type: string
  readonly body: JsonValue | object
  readonly query?: Query
}

function merges(edits: readonly JsonObject[]): Arbitrary<Form> {
  const more: readonly JsonObject[] = [
    {},
    { metadata: { resourceVersion: '<VERSION>' } },
    { metadata: { resourceVersion: '<STALE>' } },
    { metadata: { resourceVersion: '1', labels: { app: 'late' } } },
    { metadata: { uid: '00000000-0000-0000-0000-00000000000a' } },
    { metadata: { name: 'renamed' } },
    { metadata: { namespace: 'elsewhere' } },
    { metadata: { labels: { app: null } } },
    { metadata: null },
    { kind: 'Widget' },
    { apiVersion: 'v2' },
    { $patch: 'replace', metadata: { labels: { app: 'x' } } },
    { metadata: { $patch: 'delete' } },
    { metadata: { labels: { $patch: 'replace', only: 'this' } } },
    { metadata: { finalizers: ['example.com/other'], $retainKeys: ['finalizers'] } },
    { metadata: { '$deleteFromPrimitiveList/finalizers': ['example.com/hold'] } },
    { $patch: 'guess' },
  ]
  return fc.record({ type: fc.constantFrom(MERGE, STRATEGIC), body: fc.oneof({ weight: 10, arbitrary: fc.constantFrom(...edits) }, { weight: 8, arbitrary: fc.constantFrom(...more) }, { weight: 1, arbitrary: fc.constantFrom(...MALFORMED) }) })
}

const operations: Arbitrary<Form> = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...OPERATIONS) }, { weight: 1, arbitrary: fc.constantFrom(...MALFORMED_OPERATIONS) }).map((body) => ({ type: JSON_PATCH, body }))

const otherTypes: Arbitrary<Form> = fc.record({ type: fc.constantFrom('application/json', 'application/yaml', 'text/plain', 'nonsense', 'application/merge-patch+json; charset=utf-8', 'application/vnd.kubernetes.protobuf'), body: fc.constant({ metadata: { labels: { app: 'typed' } } }) })

/** Whole configurations of one manager or the other, with force and without. */
function applies(body: JsonObject, edits: readonly JsonObject[]): Arbitrary<Form> {
  const sent = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...edits.filter((edit) => !JSON.stringify(edit).includes('null'))).map((edit) => ({ ...body, ...edit, metadata: { ...(body['metadata'] as object), ...(edit['metadata'] as object | undefined) } })) },
    { weight: 2, arbitrary: fc.constantFrom<JsonValue | object>('', 'null', '[]', {}, { metadata: {} }, { ...body, apiVersion: undefined }, { ...body, kind: undefined }, { ...body, kind: 'Widget' }, { ...body, metadata: { ...(body['metadata'] as object), managedFields: [] } }, { ...body, metadata: { ...(body['metadata'] as object), resourceVersion: '1' } }, { ...body, metadata: { ...(body['metadata'] as object), uid: '<UID>' } }, { ...body, metadata: { ...(body['metadata'] as object), name: 'renamed' } }) },
  )
  const query = fc.constantFrom<Query>([['fieldManager', 'one']], [['fieldManager', 'two']], [['fieldManager', 'two'], ['force', 'true']], [], [['force', 'true']], [['fieldManager', 'one'], ['dryRun', 'All']], [['fieldManager', 'one'], ['fieldValidation', 'Strict']])
  return fc.record({ type: fc.constant(APPLY), body: sent, query })
}

export const patches: Arbitrary<RawRequest> = fc.record({ chosen: tame, at: letter }).chain(({ chosen, at }) => {
  const name = nameOf(chosen, at)
  const forms: Arbitrary<Form> = fc.oneof({ weight: 6, arbitrary: merges(chosen.edits) }, { weight: 4, arbitrary: operations }, { weight: 1, arbitrary: otherTypes }, { weight: 4, arbitrary: applies(wholeBody(chosen, name), chosen.edits) })
  return fc.record({ form: forms, query: writeQuery }).map(({ form, query }): RawRequest => ({ method: 'PATCH', path: `${chosen.path}/${name}`, query: form.query ?? query, body: form.body, type: form.type }))
})
