/** The patch that a person is given for the source does to a manifest what the plan does to the object, as the API server itself merges it. */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { manifestPatch } from '../decide/source/manifest-patch.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { strategicMerge } from '../twin/api/strategic-merge.ts'

const word = fc.constantFrom('a', 'b', 'c', 'd')
const named = (more: Record<string, fc.Arbitrary<unknown>>) => fc.uniqueArray(fc.record({ name: word, ...more }, { requiredKeys: ['name'] }), { selector: ({ name }) => name, maxLength: 3 })
const resources = fc.record({ limits: fc.record({ memory: fc.constantFrom('64Mi', '1Gi'), cpu: fc.constantFrom('1', '2') }, { requiredKeys: [] }) }, { requiredKeys: [] })
const container = { image: word, env: named({ value: word }), args: fc.array(word, { maxLength: 2 }), resources, volumeMounts: fc.uniqueArray(fc.record({ mountPath: word, name: word }), { selector: ({ mountPath }) => mountPath, maxLength: 2 }) }
const spec = fc.record({ replicas: fc.integer({ min: 0, max: 3 }), template: fc.record({ metadata: fc.record({ labels: fc.dictionary(word, word, { maxKeys: 2 }) }), spec: fc.record({ containers: named(container), volumes: named({ emptyDir: fc.constant({ medium: 'Memory' }) }), nodeSelector: fc.dictionary(word, word, { maxKeys: 2 }), tolerations: fc.array(fc.record({ key: word, value: word }), { maxLength: 2 }) }, { requiredKeys: ['containers'] }) }) })
const deployment = (of: object): KubeObject => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' }, spec: of } as unknown as KubeObject)

/** Named lists are sets to the API server: their order, and whether an empty one is written down, say nothing. */
function asSets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asSets).toSorted((left, right) => JSON.stringify(left).localeCompare(JSON.stringify(right)))
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).map(([key, item]) => [key, asSets(item)] as const).filter(([, item]) => !(typeof item === 'object' && item !== null && Object.keys(item).length === 0))
  return Object.fromEntries(kept.toSorted(([left], [right]) => (left < right ? -1 : 1)))
}

test('merged into what was, it gives what shall be; nothing where nothing changes', () => {
  fc.assert(
    fc.property(spec, spec, (was, is) => {
      const [before, after] = [deployment(was), deployment(is)]
      expect(manifestPatch(before, before)).toBeUndefined()
      const patch = manifestPatch(before, after)
      expect(asSets(patch === undefined ? before : strategicMerge(before, patch))).toEqual(asSets(after))
    }),
    { numRuns: 300 },
  )
})
