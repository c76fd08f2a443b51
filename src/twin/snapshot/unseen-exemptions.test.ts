import { expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { unseenExemptions } from './unseen-exemptions.ts'

const namespace = (name: string, level?: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...(level === undefined ? {} : { labels: { 'pod-security.kubernetes.io/enforce': level } }) } })
const pod = (name: string, spec: object = {}, phase = 'Running'): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop' }, spec: { containers: [{ name: 'main', image: 'app:1' }], ...spec }, status: { phase } })
const shared = { hostNetwork: true }

test.each([
  ['no level', [namespace('shop'), pod('a', shared)], []],
  ['the level that allows everything', [namespace('shop', 'privileged'), pod('a', shared)], []],
  ['a level that all pods keep', [namespace('shop', 'baseline'), pod('a')], [/^Nobody is taken to be exempt from the pod security level of namespace shop: .* is not to be seen\.$/]],
  ['a pod beyond it', [namespace('shop', 'baseline'), pod('a', shared), pod('b')], [/though a pod there would be refused now \(shop\/a\)\.$/]],
  ['a pod beyond it that has ended', [namespace('shop', 'baseline'), pod('a', shared, 'Failed')], [/is not to be seen\.$/]],
  ['many', [...['a', 'b', 'c', 'd'].map((name) => namespace(name, 'restricted')), namespace('shop', 'baseline'), ...['1', '2', '3', '4'].map((name) => pod(name, shared))], [/namespaces a, b, c and 2 more: .* 4 pods there would be refused now \(shop\/1, shop\/2, shop\/3 and 1 more\)\.$/]],
])('%s', (_, objects, expected) => {
  expect(unseenExemptions(objects, { minor: 36 })).toEqual(expected.map((text) => expect.stringMatching(text)))
})
