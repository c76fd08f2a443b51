/** Pods that were bound past the scheduler: what their kubelet makes of them. */

import { expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { eventsAbout, podsOf, testNode, testTwin } from '../test-twin.ts'

const pod = (name: string, spec: object, cpu = '1'): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'app:1', resources: { requests: { cpu } } }], ...spec } }) as KubeObject
const sizes = { cpu: '2', memory: '4Gi', pods: '3' }
const node = { ...testNode('full'), spec: { taints: [{ key: 'maintenance', effect: 'NoExecute' }] }, status: { capacity: sizes, allocatable: sizes } } as KubeObject
const tolerations = [{ key: 'maintenance', operator: 'Exists' }]

test.each<[string, object, string, string | undefined, string | undefined]>([
  ['what fits', { tolerations }, '1', undefined, undefined],
  ['more than is left', { tolerations }, '1500m', 'OutOfcpu', "Pod was rejected: Node didn't have enough resource: cpu, requested: 1500, used: 1000, capacity: 2000"],
  ['a selector that does not match', { tolerations, nodeSelector: { disk: 'ssd' } }, '1', 'NodeAffinity', "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"],
  ['a taint that is not tolerated', {}, '1', 'TaintToleration', "Pod was rejected: Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate"],
  ['a critical pod, whatever is left', { tolerations, priorityClassName: 'system-node-critical' }, '1500m', undefined, undefined],
])('%s', (...[, spec, cpu, reason, message]) => {
  const twin = testTwin({ nodes: 0, objects: [node, pod('before', { tolerations, nodeName: 'full' })] })
  twin.advance(5_000)
  twin.api.create(pod('late', { ...spec, nodeName: 'full' }, cpu))
  twin.advance(5_000)
  const status = podsOf(twin, 'late')[0]?.status
  expect([status?.phase, status?.reason, status?.message]).toEqual([reason === undefined ? 'Running' : 'Failed', reason, message])
  expect(eventsAbout(twin, 'late').some((line) => line.startsWith(`${reason ?? 'OutOf'}`))).toBe(reason !== undefined)
})

test('as many pods as the node takes', () => {
  const twin = testTwin({ nodes: 0, objects: [node, ...['a', 'b', 'c'].map((name) => pod(name, { tolerations, nodeName: 'full' }, '100m'))] })
  twin.advance(5_000)
  twin.api.create(pod('late', { tolerations, nodeName: 'full' }, '100m'))
  twin.advance(5_000)
  expect(podsOf(twin, 'late')[0]?.status).toMatchObject({ reason: 'OutOfpods', message: "Pod was rejected: Node didn't have enough resource: pods, requested: 1, used: 3, capacity: 3" })
})
