/** Small alphabets: with few keys, values and nodes, generated objects meet each other often enough to matter. */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'

export const LABEL_KEYS = ['app', 'tier', 'zone']
export const LABEL_VALUES = ['a', 'b', 'c']

export const labels: Arbitrary<Record<string, string>> = fc.dictionary(fc.constantFrom(...LABEL_KEYS), fc.constantFrom(...LABEL_VALUES), { maxKeys: 3 }).map(plain)

export const labelSelector: Arbitrary<object> = fc.record(
  {
    matchLabels: labels,
    matchExpressions: fc.array(
      fc.oneof(
        fc.record({ key: fc.constantFrom(...LABEL_KEYS), operator: fc.constantFrom('In', 'NotIn'), values: fc.uniqueArray(fc.constantFrom(...LABEL_VALUES), { minLength: 1, maxLength: 2 }) }),
        fc.record({ key: fc.constantFrom(...LABEL_KEYS), operator: fc.constantFrom('Exists', 'DoesNotExist') }),
      ),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
)

const nodeRequirement = fc.oneof(
  fc.record({ key: fc.constantFrom('zone', 'disk', 'cores'), operator: fc.constantFrom('In', 'NotIn'), values: fc.uniqueArray(fc.constantFrom('a', 'b', 'ssd', '4'), { minLength: 1, maxLength: 2 }) }),
  fc.record({ key: fc.constantFrom('zone', 'disk', 'cores'), operator: fc.constantFrom('Exists', 'DoesNotExist') }),
  fc.record({ key: fc.constant('cores'), operator: fc.constantFrom('Gt', 'Lt'), values: fc.tuple(fc.constantFrom('2', '4', '8')) }),
)

export const nodeSelectorTerm: Arbitrary<object> = fc.record(
  {
    matchExpressions: fc.array(nodeRequirement, { minLength: 1, maxLength: 2 }),
    matchFields: fc.tuple(fc.record({ key: fc.constant('metadata.name'), operator: fc.constantFrom('In', 'NotIn'), values: fc.tuple(fc.constantFrom('node-a', 'node-b', 'node-c')) })),
  },
  { requiredKeys: [] },
)

export const taint: Arbitrary<object> = fc.record(
  {
    key: fc.constantFrom('team', 'gpu', 'node.kubernetes.io/not-ready', 'node.kubernetes.io/unschedulable', 'node.kubernetes.io/disk-pressure'),
    value: fc.constantFrom('x', 'y'),
    effect: fc.constantFrom('NoSchedule', 'NoExecute', 'PreferNoSchedule'),
  },
  { requiredKeys: ['key', 'effect'] },
)

export const toleration: Arbitrary<object> = fc.oneof(
  fc.record({ key: fc.constantFrom('team', 'gpu', 'node.kubernetes.io/unschedulable'), operator: fc.constantFrom('Exists'), effect: fc.constantFrom('NoSchedule', 'NoExecute', 'PreferNoSchedule') }, { requiredKeys: ['operator', 'key'] }),
  fc.record({ key: fc.constantFrom('team', 'gpu'), operator: fc.constantFrom('Equal'), value: fc.constantFrom('x', 'y'), effect: fc.constantFrom('NoSchedule', 'NoExecute', 'PreferNoSchedule') }, { requiredKeys: ['key', 'value'] }),
  fc.constant({ operator: 'Exists' }),
)

const cpu = fc.constantFrom('0', '50m', '100m', '250m', '0.5', '1', '1500m', '2', '3.3')
const memory = fc.constantFrom('0', '64Mi', '200Mi', '0.5Gi', '1Gi', '1500M', '2Gi', '5e8')
const extended = fc.constantFrom('1', '2')

export const requests: Arbitrary<object> = fc.record({ cpu, memory, 'ephemeral-storage': fc.constantFrom('100Mi', '1Gi'), 'example.com/gpu': extended }, { requiredKeys: [] })

export const resources: Arbitrary<{ readonly requests?: object; readonly limits?: object }> = fc.record({ requests: fc.record({ cpu, memory }, { requiredKeys: [] }), limits: fc.record({ cpu, memory }, { requiredKeys: [] }) }, { requiredKeys: [] })

/** Objects of fast-check have no prototype; ours and JSON's do. */
function plain<T extends object>(value: T): T {
  return { ...value }
}
