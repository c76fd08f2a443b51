import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { createStore } from '../store.ts'
import { withRuntimeClass } from './admit-runtime-class.ts'

const pod = { containers: [{ name: 'main' }] }
const selector = { sandbox: 'yes' }
const classes = {
  plain: {},
  heavy: { overhead: { podFixed: { cpu: '250m', memory: '64Mi' } } },
  picky: { scheduling: { nodeSelector: selector, tolerations: [{ key: 'sandbox', operator: 'Exists' }] } },
}

function admit(spec: object): unknown {
  const store = createStore()
  for (const [name, more] of Object.entries(classes)) store.put({ apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name }, handler: 'x', ...more } as KubeObject)
  return withRuntimeClass(store, 'web', { ...pod, ...spec } as never)
}

describe('a runtime class', () => {
  test.each([
    ['none', {}, {}],
    ['one that says nothing', { runtimeClassName: 'plain' }, { runtimeClassName: 'plain' }],
    ['overhead', { runtimeClassName: 'heavy' }, { runtimeClassName: 'heavy', overhead: { cpu: '250m', memory: '64Mi' } }],
    ['the same overhead, spelt otherwise', { runtimeClassName: 'heavy', overhead: { cpu: '0.25', memory: '65536Ki' } }, { runtimeClassName: 'heavy', overhead: { cpu: '250m', memory: '64Mi' } }],
    ['a place', { runtimeClassName: 'picky', nodeSelector: { disk: 'ssd' } }, { runtimeClassName: 'picky', nodeSelector: { disk: 'ssd', ...selector }, tolerations: [{ key: 'sandbox', operator: 'Exists' }] }],
    ['a toleration that the class makes needless', { runtimeClassName: 'picky', tolerations: [{ key: 'sandbox', operator: 'Equal', value: 'a', effect: 'NoSchedule' }, { key: 'other', operator: 'Exists' }] }, { runtimeClassName: 'picky', nodeSelector: selector, tolerations: [{ key: 'other', operator: 'Exists' }, { key: 'sandbox', operator: 'Exists' }] }],
    ['a toleration that covers that of the class', { runtimeClassName: 'picky', tolerations: [{ operator: 'Exists' }] }, { runtimeClassName: 'picky', nodeSelector: selector, tolerations: [{ operator: 'Exists' }] }],
  ])('%s', (_, given, expected) => {
    expect(admit(given)).toEqual({ ...pod, ...expected })
  })

  test.each([
    ['that is not there', { runtimeClassName: 'gone' }, 'pod rejected: RuntimeClass "gone" not found'],
    ['with another overhead', { runtimeClassName: 'heavy', overhead: { cpu: '1' } }, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"],
    ['without the overhead that the pod states', { runtimeClassName: 'plain', overhead: { cpu: '1' } }, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead'],
    ['for other nodes', { runtimeClassName: 'picky', nodeSelector: { sandbox: 'no' } }, 'conflict: runtimeClass.scheduling.nodeSelector[sandbox] = yes; pod.spec.nodeSelector[sandbox] = no'],
  ])('%s is refused', (_, given, sentence) => {
    expect(() => admit(given)).toThrow(sentence)
  })
})
