/** Strategic merge patches of a Deployment: lists that merge by key, directives, nulls. */

import * as fc from 'fast-check'
import { strategicMerge } from '../../../src/twin/api/strategic-merge.ts'
import { area } from '../area.ts'

const env = fc.record({ name: fc.constantFrom('A', 'B', 'C'), value: fc.constantFrom('1', '2') }, { requiredKeys: ['name'] })
const envPatch = fc.oneof(env, fc.record({ name: fc.constantFrom('A', 'B'), $patch: fc.constant('delete') }))
const port = fc.record({ containerPort: fc.constantFrom(80, 443), name: fc.constantFrom('http', 'tls') }, { requiredKeys: ['containerPort'] })
const container = fc.record(
  { name: fc.constantFrom('app', 'side'), image: fc.constantFrom('a:1', 'a:2'), env: fc.uniqueArray(env, { maxLength: 3, selector: ({ name }) => name }), ports: fc.uniqueArray(port, { maxLength: 2, selector: ({ containerPort }) => containerPort }), args: fc.array(fc.constantFrom('-x', '-y'), { maxLength: 2 }) },
  { requiredKeys: ['name'] },
)
const containerPatch = fc.oneof(
  fc.record({ name: fc.constantFrom('app', 'side', 'new'), image: fc.constantFrom('a:3', null), env: fc.uniqueArray(envPatch, { maxLength: 2, selector: ({ name }) => name }), args: fc.array(fc.constantFrom('-z'), { maxLength: 1 }), command: fc.constant(null) }, { requiredKeys: ['name'] }),
  fc.record({ name: fc.constantFrom('app', 'side'), $patch: fc.constant('delete') }),
)
const containers = fc.uniqueArray(container, { minLength: 1, maxLength: 2, selector: ({ name }) => name })
const tolerations = fc.array(fc.record({ key: fc.constantFrom('a', 'b'), operator: fc.constant('Exists') }), { maxLength: 2 })

const originals = fc.record({ replicas: fc.nat(3), labels: fc.dictionary(fc.constantFrom('x', 'y'), fc.constantFrom('1', '2')), containers, tolerations }).map(({ replicas, labels, ...spec }) => ({
  metadata: { name: 'web', labels: { ...labels } },
  spec: { replicas, template: { spec } },
}))

const patches = fc.record(
  {
    metadata: fc.record({ labels: fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.constantFrom('3', null)).map((labels) => ({ ...labels })) }),
    spec: fc.record(
      {
        replicas: fc.constantFrom(5, null),
        template: fc.record({
          spec: fc.record({ containers: fc.uniqueArray(containerPatch, { maxLength: 2, selector: ({ name }) => name }), tolerations: fc.oneof(tolerations, fc.constant(null)), nodeSelector: fc.constantFrom({ disk: 'ssd' }, { $patch: 'replace', zone: 'a' }) }, { requiredKeys: [] }),
        }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
)

export const strategicMergeArea = area<{ readonly original: object; readonly patch: object }>({
  name: 'strategic-merge',
  questions: fc.record({ original: originals, patch: patches }),
  count: 500,
  answer: ({ original, patch }) => strategicMerge(original, patch),
})
