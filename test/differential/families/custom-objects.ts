/** A custom kind with a schema of every sort, and objects of it: pruned, filled in, and refused by schema, lists and rules. */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { Script, Step } from '../script.ts'
import { mutated, nested, type Mutation } from './mutation.ts'

const GROUP = '@drawn.example.com'
const API_VERSION = `${GROUP}/v1`
const ITEM = { type: 'object', required: ['key'], properties: { key: { type: 'string', maxLength: 10 }, value: { type: 'string', default: 'x', maxLength: 10 }, weight: { type: 'integer' } } }

const RULES = [
  { rule: "self.size <= 8 || self.mode == 'B'", message: 'only B is as big' },
  { rule: "self.name != 'none'", reason: 'FieldValueForbidden', fieldPath: '.name' },
  { rule: 'self.size >= oldSelf.size', messageExpression: "'less than at ' + oldSelf.name" },
  { rule: '!has(self.note) || self.note != self.name', reason: 'FieldValueDuplicate', message: ' they are the same ' },
]

const SPEC = {
  type: 'object',
  required: ['name'],
  properties: {
    size: { type: 'integer', minimum: 1, maximum: 10, default: 3 },
    name: { type: 'string', minLength: 2, maxLength: 5, pattern: '^[a-z]+$' },
    mode: { type: 'string', enum: ['A', 'B'], default: 'A' },
    ratio: { type: 'number', exclusiveMaximum: true, maximum: 4 },
    when: { type: 'string', format: 'date-time' },
    port: { 'x-kubernetes-int-or-string': true },
    note: { type: 'string', nullable: true, maxLength: 10 },
    tags: { type: 'array', maxItems: 3, items: { type: 'string', maxLength: 10 }, 'x-kubernetes-list-type': 'set' },
    items: { type: 'array', minItems: 1, maxItems: 5, items: ITEM, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['key'] },
    labels: { type: 'object', maxProperties: 2, additionalProperties: { type: 'string', maxLength: 10 } },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { known: { type: 'boolean' } } },
    pod: { type: 'object', 'x-kubernetes-embedded-resource': true, properties: { spec: { type: 'object', properties: { image: { type: 'string' } } } } },
    deep: { type: 'object', default: { a: 'd' }, required: ['a'], properties: { a: { type: 'string', default: 'a', maxLength: 10 }, b: { type: 'object', properties: { c: { type: 'boolean', default: true } } } } },
    choice: { type: 'object', properties: { one: { type: 'string' }, two: { type: 'string' } }, oneOf: [{ required: ['one'] }, { required: ['two'] }] },
  },
  'x-kubernetes-validations': RULES,
}

const SCHEMA = { openAPIV3Schema: { type: 'object', required: ['spec'], properties: { spec: SPEC, status: { type: 'object', properties: { seen: { type: 'integer' } } } } } }
const DEFINITION: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `things.${GROUP}` },
  spec: { group: GROUP, scope: 'Namespaced', names: { plural: 'things', kind: 'Thing' }, versions: [{ name: 'v1', served: true, storage: true, schema: SCHEMA, subresources: { status: {} } }] } as never,
}

const BASE: KubeObject = { apiVersion: API_VERSION, kind: 'Thing', metadata: { name: 'NAMED' }, spec: { name: 'abc' } as never }

const MENU: readonly Mutation[] = [
  ['metadata.labels', { 'bad key!': 'x' }],
  ['metadata.finalizers', ['example.com/hold']],
  ['metadata.name', 'Upper_Case'],
  ['spec', undefined],
  ['spec.size', 5],
  ['spec.size', 9],
  ['spec.size', 11],
  ['spec.size', 0],
  ['spec.size', 2],
  ['spec.size', '3'],
  ['spec.size', 1.5],
  ['spec.size', null],
  ['spec.name', ''],
  ['spec.name', 'none'],
  ['spec.name', 'far too long'],
  ['spec.name', 'A1'],
  ['spec.name', undefined],
  ['spec.mode', 'B'],
  ['spec.mode', 'C'],
  ['spec.ratio', 1.5],
  ['spec.ratio', 4],
  ['spec.when', '2026-01-02T03:04:05Z'],
  ['spec.when', 'yesterday'],
  ['spec.port', 80],
  ['spec.port', 'http'],
  ['spec.port', true],
  ['spec.note', null],
  ['spec.note', 'abc'],
  ['spec.note', 5],
  ['spec.tags', ['a', 'b', 'a']],
  ['spec.tags', ['a', 'b', 'c', 'd']],
  ['spec.tags', ['a', 5]],
  ['spec.tags', 'a'],
  ['spec.items', []],
  ['spec.items', [{ key: 'a' }, { key: 'b', value: 'y', extra: 1 }]],
  ['spec.items', [{ key: 'a' }, { key: 'a' }]],
  ['spec.items', [{ value: 'y' }]],
  ['spec.items', [{ key: 'a', weight: 'much' }]],
  ['spec.labels', { a: 'b' }],
  ['spec.labels', { a: 'b', c: 'd', e: 'f' }],
  ['spec.labels', { a: 1 }],
  ['spec.free', { known: true, other: { deep: [1, 'a'] } }],
  ['spec.free', { known: 'yes' }],
  ['spec.pod', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', labels: { b: 'c' } }, spec: { image: 'a', more: 1 } }],
  ['spec.pod', { metadata: { name: 'a' } }],
  ['spec.deep', { a: 'z', b: {} }],
  ['spec.deep', { a: 5 }],
  ['spec.deep', null],
  ['spec.choice', { one: 'a' }],
  ['spec.choice', {}],
  ['spec.choice', { one: 'a', two: 'b' }],
  ['spec.unknown', { a: 1 }],
  ['unknown', 'x'],
  ['status', { seen: 3 }],
]

interface Draft {
  readonly object: KubeObject
  readonly change: readonly Mutation[]
}

/** One thing at a time: of several wrong fields upstream names any first. */
const drafts: Arbitrary<Draft> = fc.record({ object: mutated(BASE, MENU, 1), change: fc.array(fc.constantFrom(...MENU), { maxLength: 2 }) })

export const customScripts: Arbitrary<Script> = fc.array(drafts, { minLength: 4, maxLength: 8 }).map((drawn) => ({
  name: 'custom objects',
  steps: [{ do: 'create', object: DEFINITION }, { do: 'await-kind', apiVersion: API_VERSION, kind: 'Thing' }, ...drawn.flatMap(stepsOf)],
}))

function stepsOf({ object, change }: Draft, index: number): Step[] {
  const name = object.metadata.name?.replace('NAMED', `thing-${index}`) ?? ''
  const target = { apiVersion: API_VERSION, kind: 'Thing', name }
  return [{ do: 'create', object: { ...object, metadata: { ...object.metadata, name } } }, ...change.map((mutation): Step => ({ do: 'patch', target, patch: { type: 'merge', body: nested(mutation) } }))]
}
