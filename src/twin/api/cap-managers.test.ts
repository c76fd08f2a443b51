import { describe, expect, test } from 'vitest'
import { testTwin } from '../test-twin.ts'
import { capped } from './cap-managers.ts'
import { ownersOf, type Ownership } from './field-managers.ts'

const owner = (manager: string, second: number, { apiVersion = 'v1', operation = 'Update', subresource }: { readonly apiVersion?: string; readonly operation?: string; readonly subresource?: string } = {}): Ownership => ({
  entry: { manager, operation, apiVersion, time: `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`, ...(subresource === undefined ? {} : { subresource }) },
  paths: new Set([`f:${manager}`]),
})
const managers = (count: number, more: { readonly apiVersion?: string } = {}): Ownership[] => Array.from({ length: count }, (_, index) => owner(`m${String(index).padStart(2, '0')}`, index, more))
const shown = (owners: readonly Ownership[]): string[] => owners.map(({ entry: { manager = '', time = '', apiVersion = '', subresource = '' }, paths }) => `${manager} ${apiVersion} ${time.slice(17, 19)} ${[...paths].map((path) => path.slice(2)).join('+')}${subresource}`)

describe('who is folded, as upstream folds', () => {
  test.each<{ readonly name: string; readonly owners: readonly Ownership[]; readonly first: readonly string[]; readonly count: number }>([
    { name: 'ten: nobody', owners: managers(10), first: ['m00 v1 00 m00'], count: 10 },
    { name: 'eleven: the two oldest are one, of the newer one’s time', owners: managers(11), first: ['ancient-changes v1 01 m00+m01', 'm02 v1 02 m02'], count: 10 },
    { name: 'the next one goes into what was folded', owners: [...capped(managers(11)), owner('m11', 11)], first: ['ancient-changes v1 02 m00+m01+m02', 'm03 v1 03 m03'], count: 10 },
    { name: 'fourteen at once', owners: managers(14), first: ['ancient-changes v1 04 m00+m01+m02+m03+m04', 'm05 v1 05 m05'], count: 10 },
    { name: 'of two versions the ones of one', owners: [owner('old', 0, { apiVersion: 'v0' }), ...managers(10)], first: ['old v0 00 old', 'ancient-changes v1 01 m00+m01', 'm02 v1 02 m02'], count: 10 },
    { name: 'those that apply do not count and stay', owners: [...managers(10), owner('applier', 0, { operation: 'Apply' })], first: ['applier v1 00 applier', 'm00 v1 00 m00'], count: 11 },
    { name: 'who owns nothing any more does not count', owners: [...managers(10), { ...owner('empty', 11), paths: new Set<string>() }], first: ['m00 v1 00 m00'], count: 11 },
    { name: 'a subresource is forgotten', owners: [owner('status', 0, { subresource: 'status' }), ...managers(10)], first: ['ancient-changes v1 00 m00+status', 'm01 v1 01 m01'], count: 10 },
  ])('$name', ({ owners, first, count }) => {
    const left = capped(owners)
    expect(left).toHaveLength(count)
    expect(shown(left).sort((a, b) => (a.split(' ')[2] ?? '').localeCompare(b.split(' ')[2] ?? '') || a.localeCompare(b)).slice(0, first.length)).toEqual(first)
  })
})

test('an object that many write to remembers ten of them, and no field is lost', () => {
  const twin = testTwin({})
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'many' }
  twin.api.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'many', namespace: 'shop' }, data: { 'key-made': 'x' } }, { fieldManager: 'maker' })
  for (let index = 0; index < 15; index += 1) {
    twin.advance(1_000)
    twin.api.patch(ref, { type: 'merge', body: { data: { [`key-${index}`]: 'x' } } }, { fieldManager: `writer-${index}` })
  }
  const owners = ownersOf(twin.store.get(ref) ?? { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} })
  expect(owners).toHaveLength(10)
  const keys = new Set(owners.flatMap(({ paths }) => [...paths].filter((path) => path.includes('key-'))))
  expect(keys.size).toBe(16)
})
