import { describe, expect, test } from 'vitest'
import { withDefaults } from './default-values.ts'
import { matchesFormat } from './formats.ts'
import { prune } from './prune.ts'
import { ruleFindings } from './rules.ts'
import type { Schema } from './structural.ts'
import { embeddedErrors } from './validate-embedded.ts'
import { valueErrors } from './validate-value.ts'

const messages = (value: unknown, schema: Schema): string[] => valueErrors(value, schema, { path: 'spec' }).map(({ field, message }) => `${field}: ${message}`)

describe('values', () => {
  test.each<[string, unknown, Schema, readonly string[]]>([
    ['an exclusive bound', 5, { type: 'integer', maximum: 5, exclusiveMaximum: true }, ['spec: Invalid value: 5: spec in body should be less than 5']],
    ['a number that is whole', 5, { type: 'number' }, []],
    ['a fraction where a whole number belongs', 1.5, { type: 'integer' }, ['spec: Invalid value: "number": spec in body must be of type integer: "number"', '<nil>: Invalid value: "": Checked value must be of type integer (default format) in spec']],
    ['null where it is a value', null, { type: 'string', nullable: true }, []],
    ['characters and not bytes', 'äöü', { type: 'string', maxLength: 3 }, []],
    ['too few items', [], { type: 'array', minItems: 1 }, ['spec: Invalid value: 0: spec in body should have at least 1 items']],
    ['a map of a type', { a: 1 }, { type: 'object', additionalProperties: { type: 'string' } }, ['spec.a: Invalid value: "integer": spec.a in body must be of type string: "integer"']],
    ['not', 'a', { type: 'string', not: { enum: ['a'] } }, ['<nil>: Invalid value: "": "spec" must not validate the schema (not)']],
    ['all of', 3, { type: 'integer', allOf: [{ minimum: 4 }] }, ['spec: Invalid value: 3: spec in body should be greater than or equal to 4', '<nil>: Invalid value: "": "spec" must validate all the schemas (allOf). None validated']],
    ['a pattern that JavaScript cannot read', 'a', { type: 'string', pattern: '(?i)b' }, []],
  ])('%s', (_name, value, schema, expected) => {
    expect(messages(value, schema)).toEqual(expected)
  })
})

describe('formats', () => {
  test.each<[string, string, boolean]>([
    ['ipv4', '10.0.0.1', true],
    ['ipv4', '10.0.0.256', false],
    ['ipv6', '::1', true],
    ['cidr', '10.0.0.0/8', true],
    ['cidr', '10.0.0.0/33', false],
    ['date', '2026-02-30', false],
    ['date-time', '2026-01-01T00:00:00Z', true],
    ['duration', '1h30m', true],
    ['duration', 'soon', false],
    ['uuid', '123e4567-e89b-12d3-a456-426614174000', true],
    ['byte', 'YQ==', true],
    ['what nobody knows', 'anything', true],
  ])('%s %s', (format, text, expected) => {
    expect(matchesFormat(text, format)).toBe(expected)
  })
})

test('metadata is kept, also in a resource within a resource', () => {
  const schema: Schema = { type: 'object', properties: { spec: { type: 'object', properties: { pod: { type: 'object', 'x-kubernetes-embedded-resource': true, properties: { spec: { type: 'object' } } } } } } }
  const object = { apiVersion: 'a/v1', kind: 'A', metadata: { name: 'a' }, spec: { pod: { kind: 'Pod', metadata: { name: 'b' }, spec: {}, more: 1 } } }
  expect(prune(object, schema)).toEqual({ value: { ...object, spec: { pod: { kind: 'Pod', metadata: { name: 'b' }, spec: {} } } }, unknown: ['spec.pod.more'] })
})

test('a resource within a resource says what it is', () => {
  const schema: Schema = { type: 'object', properties: { list: { type: 'array', items: { type: 'object', 'x-kubernetes-embedded-resource': true } } } }
  expect(embeddedErrors({ list: [{ kind: 'Pod', apiVersion: 'v1' }, { kind: 'Pod' }] }, schema).map(({ field }) => field)).toEqual(['list[1].apiVersion'])
})

test('a null that is no value takes the default, and goes where there is none', () => {
  const schema: Schema = { type: 'object', properties: { size: { type: 'integer', default: 3 }, name: { type: 'string' }, note: { type: 'string', nullable: true, default: 'x' } } }
  expect(withDefaults({ size: null, name: null, note: null }, schema)).toEqual({ size: 3, note: null })
})

describe('rules', () => {
  const said = (rule: string, value: unknown, old?: unknown, schema: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }): string[] => {
    const { errors, skipped } = ruleFindings({ value, old, schema: { ...schema, 'x-kubernetes-validations': [{ rule }] } })
    return [...errors.map(({ message }) => message), ...skipped]
  }
  test.each<[string, string, unknown, readonly RegExp[]]>([
    ['whole numbers', 'self.size % 2 == 0', { size: 4 }, []],
    ['a key that is not there', 'self.none == 1', {}, [/no such key: none evaluating rule/]],
    ['lists', 'self.list.sum() == 6 && self.list.isSorted() && self.list.max() == 3', { list: [1, 2, 3] }, []],
    ['texts', "self.name.replace('a', 'b').find('b+') == 'bb'", { name: 'aac' }, []],
    ['optional fields', 'self.?size.orValue(1) == 1', {}, []],
    ['what is only about a change', 'self.size >= oldSelf.size', { size: 1 }, []],
    ['amounts', "quantity(self.size).isLessThan(quantity('1Gi'))", { size: '1' }, []],
    ['what we cannot evaluate', 'self.size.unheard()', { size: '1' }, [/is not evaluated here/]],
  ])('%s', (_name, rule, value, expected) => {
    expect(said(rule, value)).toEqual(expected.map((text) => expect.stringMatching(text) as unknown))
  })

  test('an item is compared with the item of its key', () => {
    const schema: Schema = { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'], items: { type: 'object', properties: { name: { type: 'string' }, at: { type: 'integer' } }, 'x-kubernetes-validations': [{ rule: 'self.at >= oldSelf.at', message: 'back' }] } }
    const { errors } = ruleFindings({ value: [{ name: 'b', at: 1 }, { name: 'a', at: 5 }], old: [{ name: 'a', at: 4 }, { name: 'b', at: 2 }], schema })
    expect(errors.map(({ field, message }) => `${field}: ${message}`)).toEqual(['[0]: Invalid value: back'])
  })
})
