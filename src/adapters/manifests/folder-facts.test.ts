import { array, assert, constantFrom, property, record } from 'fast-check'
import { expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { newestTimeMs } from './folder-facts.ts'

const FORMS = ['2026-03-01T08:00:00Z', '2026-03-01T08:00:00.5Z', '2026-03-01T09:00:00+02:00', '2026-03-01T08:00:01Z', '2026-02-28T23:59:59Z', '2026-13-01T00:00:00Z', 'none', '']

test('the newest time is the same in any order and any form', () => {
  const time = constantFrom(...FORMS)
  assert(property(array(record({ made: time, seen: array(time), ends: time })), (drawn) => {
    const objects = drawn.map(({ made, seen, ends }, index): KubeObject => ({ apiVersion: 'v1', kind: 'Thing', metadata: { name: String(index), creationTimestamp: made }, status: { conditions: seen.map((text) => ({ lastTransitionTime: text })), notAfter: ends, startTime: [ends] } }))
    const past = drawn.flatMap(({ made, seen }) => [made, ...seen]).map((text) => Date.parse(text)).filter((ms) => !Number.isNaN(ms))
    expect(newestTimeMs(objects, [])).toBe(Math.max(0, ...past))
  }))
})
