import { expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { mistypedField } from './mistyped-field.ts'

const object = (kind: string, fields: object, apiVersion = 'v1'): KubeObject => ({ apiVersion, kind, metadata: { name: 'x' }, ...fields }) as KubeObject
const pod = (spec: object, status: object = {}): KubeObject => object('Pod', { spec: { containers: [{ name: 'a' }], ...spec }, status })
const deployment = (spec: object): KubeObject => object('Deployment', { spec }, 'apps/v1')

test.each<[string, KubeObject, string | undefined]>([
  ['text for a number', deployment({ replicas: 'two' }), 'field spec.replicas is not a whole number'],
  ['half a replica', deployment({ replicas: 2.5 }), 'field spec.replicas is not a whole number'],
  ['more than the field holds', deployment({ replicas: 2 ** 40 }), 'field spec.replicas is not a whole number'],
  ['text for a list, far down', deployment({ template: { spec: { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: 'x' } } } } }), 'field spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution is not a list'],
  ['a number among texts', pod({ containers: [{ name: 'a' }, { name: 'b', args: ['x', 7] }] }), 'field spec.containers[1].args[1] is not text'],
  ['a number for a map', pod({ nodeSelector: 5 }), 'field spec.nodeSelector is not a map'],
  ['a number in a map of texts', pod({ nodeSelector: { disk: 5 } }), 'field spec.nodeSelector.disk is not text'],
  ['words for an amount', object('Node', { status: { allocatable: { cpu: '4', memory: 'lots' } } }), 'field status.allocatable.memory is not a quantity'],
  ['a word for yes', pod({ hostNetwork: 'yes' }), 'field spec.hostNetwork is not true or false'],
  ['a map for a share', object('PodDisruptionBudget', { spec: { minAvailable: {} } }, 'policy/v1'), 'field spec.minAvailable is not a whole number or text'],
  ['a number for a time', pod({}, { startTime: 5 }), 'field status.startTime is not a time'],
  ['an amount out of all proportion', pod({ containers: [{ name: 'a', resources: { limits: { cpu: 2, memory: '1e400' } } }] }), undefined],
  ['fields that nobody knows, and nothing where something could be', pod({ ours: [1], tolerations: null, volumes: [null] }), undefined],
  ['the same words in a group of somebody else', object('Deployment', { spec: { replicas: 'two' } }, 'apps.example.com/v1'), undefined],
])('%s', (_, given, flaw) => expect(mistypedField(given)).toBe(flaw))

test('what equals a sound sibling is not looked at again, and what differs is', () => {
  const sound = pod({ nodeSelector: { disk: 'ssd' } })
  expect(mistypedField({ ...sound }, sound)).toBeUndefined()
  expect(mistypedField(pod({ nodeSelector: { disk: 5 } }), sound)).toBe('field spec.nodeSelector.disk is not text')
})
