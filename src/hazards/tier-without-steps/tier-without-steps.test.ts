import { expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { object, service } from '../testing/cluster.ts'
import { tierWithoutSteps } from './tier-without-steps.ts'

const site = { progressiveTiers: ['1'], factsOf: ({ metadata }: KubeObject) => (metadata.namespace === 'shop' ? { tier: '1' } : { tier: '3' }) }
const rollout = (strategy: object) => object('argoproj.io/v1alpha1', 'Rollout', 'web', { spec: { strategy, template: { metadata: { labels: { app: 'web' } }, spec: oneContainer() } } })
const canary = object('flagger.app/v1beta1', 'Canary', 'c', { spec: { targetRef: { kind: 'Deployment', name: 'web' } } })

test.each([
  { name: 'a Deployment', objects: [workload(oneContainer()), service('web')], want: ['Deployment web spec'] },
  { name: 'a Rollout without steps', objects: [rollout({ canary: {} }), service('web')], want: ['Rollout web spec.strategy'] },
  { name: 'good', objects: [rollout({ canary: { steps: [{ setWeight: 10 }] } }), service('web')], want: [] },
  { name: 'look-alike: a Canary steers it', objects: [workload(oneContainer()), service('web'), canary], want: [] },
  { name: 'look-alike: nobody calls it', objects: [workload(oneContainer())], want: [] },
  { name: 'look-alike: a StatefulSet', objects: [workload(oneContainer(), { kind: 'StatefulSet' }), service('web')], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(tierWithoutSteps, { objects, site })).toEqual(want))

test('look-alike: another tier, or a site that asks for none', () => {
  const objects = [workload(oneContainer()), service('web')]
  expect([fieldsFound(tierWithoutSteps, { objects, site: { ...site, progressiveTiers: ['0'] } }), fieldsFound(tierWithoutSteps, { objects })]).toEqual([[], []])
})
