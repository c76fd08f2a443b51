/** POST, PUT and DELETE: bodies that fit and bodies that do not, options that go together and options that do not. */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { JsonObject } from '../../../src/kernel/json.ts'
import type { RawRequest } from '../requests/raw-request.ts'
import { edited, nameOf, SYSTEM_FIELDS, TAME, wholeBody, type Tame } from './request-objects.ts'

export type Query = readonly (readonly [string, string])[]

export const tame: Arbitrary<Tame> = fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...TAME.slice(0, 3)) }, { weight: 3, arbitrary: fc.constantFrom(...TAME) })
export const letter: Arbitrary<string> = fc.constantFrom('a', 'a', 'b')

/** Mostly nothing. */
export function rarely<T>(value: Arbitrary<T>): Arbitrary<T | undefined> {
  return fc.option(value, { nil: undefined, freq: 2 }).chain((first) => (first === undefined ? fc.constant(undefined) : fc.boolean().map((keeps) => (keeps ? first : undefined))))
}

function pairs(name: string, value: string | undefined): Query {
  return value === undefined ? [] : [[name, value]]
}

const LONG = 'm'.repeat(129)

/** Options that every write takes. */
export const writeQuery: Arbitrary<Query> = fc
  .record({
    dryRun: rarely(fc.constantFrom('All', 'All', 'Some', '', 'all')),
    validation: fc.option(fc.constantFrom('Strict', 'Strict', 'Warn', 'Ignore', 'Often', ''), { nil: undefined, freq: 2 }),
    manager: rarely(fc.constantFrom('one', 'two', LONG, 'a\u0007b', '')),
    force: rarely(fc.constantFrom('true', 'false')),
  })
  .map(({ dryRun, validation, manager, force }) => [...pairs('dryRun', dryRun), ...pairs('fieldValidation', validation), ...pairs('fieldManager', manager), ...(force === 'true' && manager === 'two' ? pairs('force', force) : [])])

interface Draft {
  readonly tame: Tame
  readonly name: string
  readonly body: JsonObject
}

type Sent = Pick<RawRequest, 'body' | 'type'>
type Twist = (draft: Draft) => Sent

const plain: Twist = ({ body }) => ({ body })

function withMetadata(change: JsonObject): Twist {
  return ({ body }) => ({ body: edited(body, { metadata: change }) })
}

function asText(text: string, type = 'application/json'): Twist {
  return () => ({ body: text, type })
}

/** JSON is YAML; the second text has what YAML alone can say. */
const yaml: Twist = ({ tame: { apiVersion, kind }, name }) => ({ type: 'application/yaml', body: `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: "${name}"\n  labels: {app: yaml}\n` })
const yamlTwice: Twist = ({ tame: { apiVersion, kind }, name }) => ({ type: 'application/yaml', body: `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: "${name}"\n  labels:\n    app: yaml\n    app: twice\n` })
const twice: Twist = ({ body }) => ({ body: JSON.stringify(body).replace('"metadata":{', '"metadata":{"labels":{"app":"one","app":"two"},') })

const MALFORMED: readonly Twist[] = [
  asText(''),
  asText('null'),
  asText('[]'),
  asText('"text"'),
  asText('5'),
  asText('{'),
  asText('hello'),
  asText('{}'),
  asText('{"kind":"Nothing"}'),
  asText('{"apiVersion":"v1"}'),
  asText('{"kind":5}'),
  asText('{"metadata":{"name":5}}'),
  asText('{"metadata":[]}'),
  asText('{"data":{"a":"b"}', 'application/json'),
]

const FOREIGN: readonly Twist[] = [
  ({ body }) => ({ body: { ...body, kind: 'Widget' } }),
  ({ body }) => ({ body: { ...body, kind: 'Node', apiVersion: 'v1' } }),
  ({ body }) => ({ body: { ...body, apiVersion: 'v2' } }),
  ({ body }) => ({ body: { ...body, apiVersion: 'example.com/v1' } }),
  ({ body }) => ({ body: { ...body, apiVersion: 'a/b/c' } }),
  ({ body }) => ({ body: { ...body, apiVersion: '' } }),
  ({ body: { kind: _kind, ...body } }) => ({ body }),
  ({ body: { apiVersion: _version, ...body } }) => ({ body }),
  ({ body: { apiVersion: _version, kind: _kind, ...body } }) => ({ body }),
]

const TYPES: readonly Twist[] = ['text/plain', 'application/xml', 'application/json; charset=utf-8', 'application/merge-patch+json', 'application/octet-stream', 'nonsense', 'application/JSON'].map((type): Twist => ({ body }) => ({ body, type }))

const NAMES: readonly Twist[] = [
  withMetadata({ name: null, generateName: 'made-' }),
  withMetadata({ generateName: 'made-' }),
  withMetadata({ name: null }),
  withMetadata({ name: '' }),
  withMetadata({ name: 'Upper_Case' }),
  withMetadata({ name: 'x'.repeat(254) }),
  withMetadata({ name: null, generateName: 'Bad_' }),
  withMetadata({ name: 'a/b' }),
  withMetadata({ namespace: 'elsewhere' }),
  withMetadata({ namespace: 'NAMESPACE' }),
  withMetadata({ namespace: '' }),
]

const RECORDED: readonly Twist[] = [
  withMetadata({ uid: '00000000-0000-0000-0000-00000000000a' }),
  withMetadata({ uid: '<UID>' }),
  withMetadata({ resourceVersion: '<VERSION>' }),
  withMetadata({ resourceVersion: '<STALE>' }),
  withMetadata({ resourceVersion: '1' }),
  withMetadata({ resourceVersion: 'soon' }),
  withMetadata({ resourceVersion: '0' }),
  withMetadata({ resourceVersion: '' }),
  withMetadata({ managedFields: [] }),
  withMetadata({ managedFields: [{}] }),
  withMetadata({ managedFields: [{ manager: 'me', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': {} } }] }),
  withMetadata({ managedFields: [{ manager: 'me', operation: 'Guess', fieldsType: 'FieldsV2' }] }),
]

const twists: Arbitrary<Twist> = fc.oneof(
  { weight: 8, arbitrary: fc.constant(plain) },
  { weight: 2, arbitrary: fc.constantFrom(yaml, yamlTwice, twice) },
  { weight: 1, arbitrary: fc.constantFrom(...MALFORMED) },
  { weight: 1, arbitrary: fc.constantFrom(...FOREIGN) },
  { weight: 1, arbitrary: fc.constantFrom(...TYPES) },
  { weight: 2, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 3, arbitrary: fc.constantFrom(...RECORDED) },
)

const drafts: Arbitrary<Draft> = fc
  .record({ chosen: tame, at: letter })
  .chain(({ chosen, at }) => fc.record({ tame: fc.constant(chosen), name: fc.constant(nameOf(chosen, at)), edits: fc.array(fc.constantFrom(...chosen.edits), { maxLength: 2 }) }))
  .map(({ tame: chosen, name, edits }) => ({ tame: chosen, name, body: wholeBody(chosen, name, edits) }))

/** What is there afterwards, so that the others have something to work on. */
export const soundCreates: Arbitrary<RawRequest> = fc.record({ chosen: tame, at: letter }).map(({ chosen, at }) => ({ method: 'POST', path: chosen.path, body: wholeBody(chosen, nameOf(chosen, at), [{ metadata: { labels: { app: at } } }]) }))

export const creates: Arbitrary<RawRequest> = fc
  .record({ draft: drafts, twist: twists, query: writeQuery, system: rarely(fc.constantFrom(...SYSTEM_FIELDS)) })
  .map(({ draft, twist, query, system = {} }) => ({ method: 'POST', path: draft.tame.path, query, ...twist({ ...draft, body: edited(draft.body, system) }) }))
  .filter(isAddressed)

/** A Service without a name is given an address before anybody sees that it has none, and is refused for that address. */
function isAddressed({ path, body }: RawRequest): boolean {
  return !path.endsWith('/services') || /"(name|generateName)":"[^"]/.test(JSON.stringify(body).replaceAll('\\', '')) || String(body).includes('name: ')
}

export const puts: Arbitrary<RawRequest> = fc
  .record({ draft: drafts, twist: twists, query: writeQuery, recorded: fc.option(fc.constantFrom(...RECORDED.slice(0, 4)), { nil: plain }) })
  .map(({ draft, twist, query, recorded }) => ({ method: 'PUT', path: `${draft.tame.path}/${draft.name}`, query, ...twist({ ...draft, body: recorded(draft).body as JsonObject }) }))

const DELETE_BODIES: readonly (JsonObject | string)[] = [
  { propagationPolicy: 'Background' },
  { propagationPolicy: 'Sideways' },
  { propagationPolicy: '' },
  { orphanDependents: false },
  { orphanDependents: true, propagationPolicy: 'Orphan' },
  { gracePeriodSeconds: 0 },
  { gracePeriodSeconds: -5 },
  { gracePeriodSeconds: '5' },
  { gracePeriodSeconds: 30 },
  { preconditions: { uid: '<UID>' } },
  { preconditions: { uid: '00000000-0000-0000-0000-00000000000a' } },
  { preconditions: { resourceVersion: '<VERSION>' } },
  { preconditions: { resourceVersion: '<STALE>' } },
  { preconditions: { uid: '<UID>', resourceVersion: '1' } },
  { preconditions: {} },
  { preconditions: { name: 'x' } },
  { dryRun: ['All'] },
  { dryRun: ['Some'] },
  { dryRun: 'All' },
  { dryRun: [] },
  { ignoreStoreReadErrorWithClusterBreakingPotential: true },
  { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 1 },
  { apiVersion: 'meta.k8s.io/v1', kind: 'DeleteOptions' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { kind: 'DeleteOptions' },
  { unknown: 1 },
  {},
  '{',
  '[]',
  'hello',
]

const DELETE_QUERIES: readonly Query[] = [
  [['propagationPolicy', 'Background']],
  [['propagationPolicy', 'Sideways']],
  [['gracePeriodSeconds', '0']],
  [['gracePeriodSeconds', 'soon']],
  [['gracePeriodSeconds', '-1']],
  [['orphanDependents', 'false']],
  [['dryRun', 'All']],
  [['dryRun', 'Some']],
  [['dryRun', 'All'], ['gracePeriodSeconds', '5']],
  [['unknown', '1']],
]

const deletionForms = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  { weight: 4, arbitrary: fc.record({ body: fc.constantFrom(...DELETE_BODIES) }) },
  { weight: 2, arbitrary: fc.record({ query: fc.constantFrom(...DELETE_QUERIES) }) },
  { weight: 1, arbitrary: fc.record({ body: fc.constantFrom(...DELETE_BODIES), query: fc.constantFrom(...DELETE_QUERIES) }) },
  { weight: 1, arbitrary: fc.record({ body: fc.constantFrom('gracePeriodSeconds: 0', '{}'), type: fc.constantFrom('application/yaml', 'text/plain', 'application/xml') }) },
)

export const deletes: Arbitrary<RawRequest> = fc.record({ chosen: tame, at: letter, form: deletionForms }).map(({ chosen, at, form }) => ({ method: 'DELETE', path: `${chosen.path}/${nameOf(chosen, at)}`, ...form }))

const selections: Arbitrary<Query> = fc.constantFrom<Query>([['labelSelector', 'app=a']], [['labelSelector', 'app in (a,b)']], [['labelSelector', 'app']], [['labelSelector', '!app,x=y']], [['labelSelector', '=='], ['fieldSelector', 'x']], [['fieldSelector', 'metadata.name=a']], [['fieldSelector', 'metadata.name!=a'], ['labelSelector', 'app']], [['fieldSelector', 'data=1']])

/** Of a namespace's own kinds, and never without a selector: what others rely on is there too. */
export const collectionDeletes: Arbitrary<RawRequest> = fc
  .record({ chosen: tame.filter(({ path }) => path.includes('NAMESPACE')), selection: selections, form: deletionForms })
  .map(({ chosen, selection, form }) => ({ method: 'DELETE', path: chosen.path, ...form, query: [...selection, ...(('query' in form ? form.query : undefined) ?? [])] }))
