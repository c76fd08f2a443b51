import { expect, test } from 'vitest'
import { withLabelKeys } from './label-keys.ts'

const labels = { app: 'web', version: '2' }
const selector = { matchLabels: { app: 'web' } }
const added = (operator: string): object => ({ ...selector, matchExpressions: [{ key: 'version', operator, values: ['2'] }] })
const spread = (more: object): object => ({ topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', ...more }] })
const apart = (more: object): object => ({ affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', ...more }] } } })

test.each([
  ['a spread constraint', spread({ labelSelector: selector, matchLabelKeys: ['version'] }), spread({ labelSelector: added('In'), matchLabelKeys: ['version'] })],
  ['a spread constraint without a selector means nobody', spread({ matchLabelKeys: ['version'] }), spread({ matchLabelKeys: ['version'] })],
  ['a key that the pod does not have', spread({ labelSelector: selector, matchLabelKeys: ['tier'] }), spread({ labelSelector: selector, matchLabelKeys: ['tier'] })],
  ['a term', apart({ labelSelector: selector, matchLabelKeys: ['version'] }), apart({ labelSelector: added('In'), matchLabelKeys: ['version'] })],
  ['a term that keeps others out', apart({ labelSelector: selector, mismatchLabelKeys: ['version'] }), apart({ labelSelector: added('NotIn'), mismatchLabelKeys: ['version'] })],
  ['nothing to do', {}, {}],
])('%s', (_, spec, expected) => {
  expect(withLabelKeys({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', labels }, spec } as never)['spec']).toEqual(expected)
})
