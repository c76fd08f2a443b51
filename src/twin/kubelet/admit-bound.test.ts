/** Pods that were bound past the scheduler: what their kubelet makes of them. */

import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import { eventsAbout, podsOf, testNode, testTwin } from '../test-twin.ts'
import { findVictims, type Lack } from './find-victims.ts'

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
  ['a critical pod on a node that it may not be on', { priorityClassName: 'system-node-critical' }, '1500m', 'TaintToleration', "Pod was rejected: Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate"],
  ['a critical pod for which there is no room whoever goes', { tolerations, priorityClassName: 'system-node-critical' }, '2500m', 'UnexpectedAdmissionError', 'Pod was rejected: Unexpected error while attempting to recover from admission failure: preemption: error finding a set of pods to preempt: no set of running pods found to reclaim resources: [(res: cpu, q: 500), ]'],
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

test('a critical pod waits until the one has ended that makes room for it', () => {
  const twin = testTwin({ nodes: 0, objects: [node, pod('before', { tolerations, nodeName: 'full' })], world: { images: [{ image: 'app:1', stopSeconds: 20 }] } })
  twin.advance(5_000)
  twin.api.create(pod('vital', { tolerations, priorityClassName: 'system-node-critical', nodeName: 'full' }, '1500m'))
  twin.advance(10_000)
  const phases = (): (string | undefined)[] => ['before', 'vital'].map((name) => podsOf(twin, name)[0]?.status?.phase)
  expect(phases()).toEqual(['Running', 'Pending'])
  twin.advance(15_000)
  expect(phases()).toEqual(['Failed', 'Running'])
  const [before] = podsOf(twin, 'before')
  expect(before?.status).toMatchObject({ reason: 'Preempting', message: 'Preempted in order to admit critical pod' })
  expect(before?.status?.conditions).toContainEqual(expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message: 'Pod was preempted by Kubelet to accommodate a critical pod.' }))
  expect(eventsAbout(twin, 'before')).toContain('Preempting: Preempted in order to admit critical pod')
})

describe('who makes room for it', () => {
  const one = (name: string, qosClass: string, requests: object, priority = 0): PodObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { priority, containers: [{ name: 'main', resources: { requests } }] }, status: { qosClass } }) as unknown as PodObject
  const lacks = (cpu: number, memory = 0): Lack[] => [{ name: 'cpu', amount: cpu }, { name: 'memory', amount: memory }].filter(({ amount }) => amount > 0)
  const vital = one('vital', 'Burstable', {}, 2_000_001_000)

  test.each<[string, readonly PodObject[], readonly Lack[], readonly string[] | string]>([
    ['the one that comes nearest', [one('a', 'Burstable', { cpu: '100m' }), one('b', 'Burstable', { cpu: '400m' }), one('c', 'Burstable', { cpu: '300m' })], lacks(400), ['b']],
    ['of those that are enough, the smaller', [one('a', 'Burstable', { cpu: '2' }), one('b', 'Burstable', { cpu: '500m' })], lacks(400), ['b']],
    ['of those that ask for the same, the later', [one('a', 'Burstable', { cpu: '500m' }), one('b', 'Burstable', { cpu: '500m' })], lacks(400), ['b']],
    ['as many as it takes', [one('a', 'Burstable', { cpu: '300m' }), one('b', 'Burstable', { cpu: '300m' }), one('c', 'Burstable', { cpu: '50m' })], lacks(500), ['b', 'a']],
    ['Burstable before Guaranteed', [one('a', 'Guaranteed', { cpu: '400m' }), one('b', 'Burstable', { cpu: '200m' }), one('c', 'Burstable', { cpu: '200m' })], lacks(400), ['c', 'b']],
    ['Guaranteed only for what the others cannot give, and then few of the others', [one('a', 'Guaranteed', { cpu: '400m' }), one('b', 'Burstable', { cpu: '100m' })], lacks(450), ['b', 'a']],
    ['none of the others where a Guaranteed one has to go and is enough', [one('a', 'Guaranteed', { cpu: '1' }), one('b', 'Burstable', { cpu: '100m' })], lacks(450), ['a']],
    ['BestEffort for the place alone', [one('a', 'Burstable', { cpu: '100m' }), one('b', 'BestEffort', {})], [{ name: 'pods', amount: 1 }], ['b']],
    ['by both resources at once', [one('a', 'Burstable', { cpu: '400m' }), one('b', 'Burstable', { memory: '1000' }), one('c', 'Burstable', { cpu: '400m', memory: '1000' })], lacks(400, 1000), ['c']],
    ['nobody who is critical', [one('a', 'Burstable', { cpu: '1' }, 2_000_001_000)], lacks(400), 'preemption: error finding a set of pods to preempt: no set of running pods found to reclaim resources: [(res: cpu, q: 400), ]'],
  ])('%s', (_, others, wanted, who) => {
    const found = findVictims({ pod: vital, others, lacks: wanted })
    expect(found.type === 'found' ? found.pods.map(({ metadata }) => metadata.name) : found.message).toEqual(who)
  })
})
