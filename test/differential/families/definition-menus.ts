/** Definitions of custom kinds, right and wrong: names, versions, conversion, columns, and schemas in which one thing is wrong. */

import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { Mutation } from './mutation.ts'
import { metadata } from './setting-metadata.ts'

const SPEC = { type: 'object', properties: { size: { type: 'integer' }, name: { type: 'string', maxLength: 20 } } }
const SCHEMA = { openAPIV3Schema: { type: 'object', properties: { spec: SPEC, status: { type: 'object', properties: { size: { type: 'integer' } } } } } }
const VERSION = { name: 'v1', served: true, storage: true, schema: SCHEMA }
/** The kind is the play's own, and so is the group. */
const NAMES = { plural: 'things', kind: 'Thing' }

export const DEFINITION_BASES = {
  definition: { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'things.@NAMED.example.com' }, spec: { group: '@NAMED.example.com', scope: 'Namespaced', names: NAMES, versions: [VERSION] } },
} as const satisfies Record<string, KubeObject>

const ROOT = 'spec.versions.0.schema.openAPIV3Schema'
const FIELDS = `${ROOT}.properties.spec.properties`

function field(schema: unknown): Mutation {
  return [`${FIELDS}.drawn`, schema]
}

const KEYED = { type: 'object', properties: { key: { type: 'string' }, value: { type: 'string' } }, required: ['key'] }

/** One thing in each: upstream walks maps, and names what it finds in any order. Nothing that is no structural schema at all: with a selectable field, upstream's server fails over it. */
const shapes: readonly unknown[] = [
  {},
  { type: 'text' },
  { type: 'null' },
  { type: 'array' },
  { type: 'array', items: {} },
  { type: 'array', items: { type: 'string' }, uniqueItems: true },
  { type: 'string', nullable: true, default: null },
  { type: 'string', default: 5 },
  { type: 'integer', default: 5, minimum: 6 },
  { type: 'object', properties: { a: { type: 'string' } }, default: { a: 'x', b: 'y' } },
  { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: { type: 'string' } },
  { type: 'object', additionalProperties: { type: 'string', default: 'x' } },
  { type: 'object', additionalProperties: false },
  { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
  { type: 'string', 'x-kubernetes-int-or-string': true },
  { 'x-kubernetes-int-or-string': true, 'x-kubernetes-preserve-unknown-fields': true },
  { 'x-kubernetes-preserve-unknown-fields': true },
  { type: 'object', 'x-kubernetes-embedded-resource': true },
  { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
  { type: 'string', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
  { type: 'object', 'x-kubernetes-embedded-resource': true, properties: { metadata: { type: 'string' } } },
  { type: 'string', anyOf: [{ type: 'string' }] },
  { type: 'object', properties: { a: { type: 'string' } }, anyOf: [{ required: ['a'] }, { properties: { a: { minLength: 2, description: 'long' } } }] },
  { type: 'object', oneOf: [{ properties: { a: { pattern: 'x' } } }] },
  { type: 'object', properties: { a: { type: 'string' } }, not: { properties: { a: { nullable: true } }, additionalProperties: {} } },
  { type: 'string', pattern: '[a-' },
  { type: 'string', pattern: '(a' },
  { type: 'string', pattern: '^[a-z]+$' },
  { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
  { type: 'array', items: KEYED, 'x-kubernetes-list-type': 'set' },
  { type: 'array', items: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' }, 'x-kubernetes-list-type': 'set' },
  { type: 'array', items: KEYED, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['key'] },
  { type: 'array', items: KEYED, 'x-kubernetes-list-type': 'map' },
  { type: 'array', items: KEYED, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['value'] },
  { type: 'array', items: KEYED, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['none'] },
  { type: 'array', items: KEYED, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['key', 'key'] },
  { type: 'array', items: { ...KEYED, nullable: true }, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['key'] },
  { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['key'] },
  { type: 'array', items: KEYED, 'x-kubernetes-list-map-keys': ['key'] },
  { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'bag' },
  { type: 'string', 'x-kubernetes-list-type': 'set' },
  { type: 'object', 'x-kubernetes-map-type': 'loose' },
  { type: 'string', 'x-kubernetes-map-type': 'atomic' },
]

const RULE = { rule: 'self.size < 10' }

function rules(...list: readonly object[]): Mutation {
  return [`${ROOT}.properties.spec.x-kubernetes-validations`, list]
}

const ruled: readonly Mutation[] = [
  rules(RULE),
  rules({ ...RULE, message: 'it is too big' }),
  rules({ ...RULE, message: '  ' }),
  rules({ ...RULE, message: 'two\nlines' }),
  rules({ rule: '  ' }),
  rules({ rule: 'self.size\n< 10' }),
  rules({ ...RULE, reason: 'FieldValueForbidden', fieldPath: '.size' }),
  rules({ ...RULE, reason: 'Because' }),
  rules({ ...RULE, fieldPath: '.none' }),
  rules({ ...RULE, fieldPath: 'size' }),
  rules({ ...RULE, messageExpression: '"it is " + self.name' }),
  rules({ ...RULE, messageExpression: ' ' }),
  rules({ ...RULE, optionalOldSelf: true }),
  rules({ rule: 'self.size >= oldSelf.size' }),
  rules({ rule: '!oldSelf.hasValue() || self.size >= oldSelf.value().size', optionalOldSelf: true }),
  [`${FIELDS}.drawn`, { type: 'array', maxItems: 5, items: { type: 'string', maxLength: 5, 'x-kubernetes-validations': [{ rule: 'self == oldSelf' }] } }],
]

export const DEFINITION_MENUS: Readonly<Record<keyof typeof DEFINITION_BASES, readonly Mutation[]>> = {
  definition: [
    ...metadata.filter(([path]) => path !== 'metadata.name'),
    ...shapes.map(field),
    ...ruled,
    ['metadata.name', '@things.example.com'],
    ['spec.group', 'short'],
    ['spec.group', 'Upper.example.com'],
    ['spec.scope', 'Cluster'],
    ['spec.scope', 'Galaxy'],
    ['spec.names.plural', 'Things'],
    ['spec.names.kind', 'thing things'],
    ['spec.names.listKind', 'Thing'],
    ['spec.names.singular', 'Thing'],
    ['spec.names.shortNames', ['th', 'Th']],
    ['spec.names.categories', ['all', 'a b']],
    ['spec.preserveUnknownFields', true],
    ['spec.conversion', { strategy: 'Webhook' }],
    ['spec.conversion', { strategy: 'Webhook', webhook: { clientConfig: { url: 'https://hook.example.com/convert' }, conversionReviewVersions: ['v1'] } }],
    ['spec.conversion', { strategy: 'Webhook', webhook: { clientConfig: { service: { name: 'a', namespace: 'b', path: '/c' } }, conversionReviewVersions: ['v3'] } }],
    ['spec.conversion', { strategy: 'None', webhook: { clientConfig: { url: 'https://hook.example.com' }, conversionReviewVersions: ['v1'] } }],
    ['spec.conversion', { strategy: 'Magic' }],
    ['spec.versions.0.name', 'V1'],
    ['spec.versions.0.served', false],
    ['spec.versions.0.deprecated', true],
    ['spec.versions.0.deprecationWarning', 'it will go'],
    ['spec.versions.0.schema', undefined],
    ['spec.versions.1', { ...VERSION, name: 'v2', storage: false }],
    ['spec.versions.1', { ...VERSION, name: 'v2', storage: false, schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } }],
    ['spec.versions.0.subresources', { status: {} }],
    ['spec.versions.0.subresources', { status: {}, scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' } }],
    ['spec.versions.0.subresources', { scale: { specReplicasPath: 'spec.size', statusReplicasPath: '.spec.size', labelSelectorPath: '.metadata.a' } }],
    ['spec.versions.0.subresources', { scale: { specReplicasPath: '', statusReplicasPath: '.status.size', labelSelectorPath: '.status.a' } }],
    ['spec.versions.0.additionalPrinterColumns', [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }]],
    ['spec.versions.0.additionalPrinterColumns', [{ name: '', type: 'text', jsonPath: 'spec', format: 'odd' }, { name: 'a', type: '', jsonPath: '' }]],
    ['spec.versions.0.selectableFields', [{ jsonPath: '.spec.name' }]],
    ['spec.versions.0.selectableFields', [{ jsonPath: '.spec.name' }, { jsonPath: '.spec.name' }, { jsonPath: '.spec' }, { jsonPath: '.none' }, { jsonPath: '' }, { jsonPath: ".spec['name']" }]],
    [`${ROOT}.nullable`, true],
    [`${ROOT}.type`, 'string'],
    [`${ROOT}.additionalProperties`, { type: 'string' }],
    [`${ROOT}.properties.metadata`, { type: 'object', properties: { name: { type: 'string', maxLength: 5 } } }],
    [`${ROOT}.properties.metadata`, { type: 'object', properties: { labels: { type: 'object' } } }],
    [`${ROOT}.properties.kind`, { type: 'integer' }],
    [`${ROOT}.anyOf`, [{ properties: { spec: { required: ['size'] } } }]],
  ],
}
