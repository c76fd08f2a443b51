import { expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { dataClassNotIsolated } from './data-class-not-isolated.ts'

const site = { runtimeClasses: { restricted: ['gvisor', 'kata'] }, factsOf: ({ metadata }: KubeObject) => (metadata.namespace === 'vault' ? { dataClass: 'restricted' } : {}) }
const of = (spec: object, namespace = 'vault') => [workload(oneContainer({}, spec), { namespace })]

test.each([
  { name: 'nothing is named', objects: of({}), want: ['Deployment web spec.template.spec'] },
  { name: 'another runtime', objects: of({ runtimeClassName: 'nvidia' }), want: ['Deployment web spec.template.spec.runtimeClassName'] },
  { name: 'good', objects: of({ runtimeClassName: 'kata' }), want: [] },
  { name: 'look-alike: other data', objects: of({}, 'shop'), want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(dataClassNotIsolated, { objects, site })).toEqual(want))

test('look-alike: a site that asks for none', () => expect(fieldsFound(dataClassNotIsolated, { objects: of({}) })).toEqual([]))
