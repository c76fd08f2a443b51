import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { createStore, type Store } from '../store.ts'
import { refuseOwnOverhead, withRuntimeClass } from './admit-runtime-class.ts'

const pod = { containers: [{ name: 'main' }] }
const selector = { sandbox: 'yes' }
const classes = {
  plain: {},
  heavy: { overhead: { podFixed: { cpu: '250m', memory: '64Mi' } } },
  picky: { scheduling: { nodeSelector: selector, tolerations: [{ key: 'sandbox', operator: 'Exists' }] } },
}

function storeWith(): Store {
  const store = createStore()
  for (const [name, more] of Object.entries(classes)) store.put({ apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name }, handler: 'x', ...more } as KubeObject)
  return store
}

const admit = (spec: object): unknown => withRuntimeClass(storeWith(), 'web', { ...pod, ...spec } as never)

function saidBy(look: () => void): string {
  try {
    look()
    return ''
  } catch (error) {
    return (error as Error).message
  }
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
    ['for other nodes', { runtimeClassName: 'picky', nodeSelector: { sandbox: 'no' } }, 'conflict: runtimeClass.scheduling.nodeSelector[sandbox] = yes; pod.spec.nodeSelector[sandbox] = no'],
  ])('%s is refused', (_, given, sentence) => {
    expect(() => admit(given)).toThrow(sentence)
  })

  test.each([
    ['an overhead without a class', { overhead: { cpu: '1' } }, true],
    ['an overhead that its class does not give', { runtimeClassName: 'plain', overhead: { cpu: '1' } }, true],
    ['an overhead that its class gives', { runtimeClassName: 'heavy', overhead: { cpu: '250m', memory: '64Mi' } }, false],
    ['none', { runtimeClassName: 'plain' }, false],
  ])('%s is refused at last: %s', (_, spec, isRefused) => {
    const look = (): void => refuseOwnOverhead(storeWith(), { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { ...pod, ...spec } } as KubeObject)
    expect(saidBy(look)).toBe(isRefused ? 'pods "web" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead' : '')
  })
})
