import { expect, test } from 'vitest'
import type { PodObject } from '../../model/kube/workload.ts'
import { oomScoreAdjustment } from './oom-score.ts'

const GIBIBYTE = 2 ** 30
const container = (name: string, memory?: string, more: object = {}): object => ({ name, ...(memory === undefined ? {} : { resources: { requests: { memory } } }), ...more })
const pod = (qosClass: string, spec: object): PodObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec, status: { qosClass } }) as never

test.each<[string, PodObject, number]>([
  ['guaranteed', pod('Guaranteed', { containers: [container('main', '1Gi')] }), -997],
  ['best effort', pod('BestEffort', { containers: [container('main')] }), 1000],
  ['a quarter of the node', pod('Burstable', { containers: [container('main', '1Gi')] }), 750],
  ['no request of its own, whatever its neighbours ask for', pod('Burstable', { containers: [container('main'), container('other', '2Gi')] }), 999],
  ['nearly all of the node', pod('Burstable', { containers: [container('main', '4090Mi')] }), 3],
  ['critical for its node', pod('BestEffort', { priority: 2_000_001_000, priorityClassName: 'system-node-critical', containers: [container('main')] }), -997],
  ['critical for the cluster only', pod('BestEffort', { priority: 2_000_000_000, priorityClassName: 'system-cluster-critical', containers: [container('main')] }), 1000],
  ['a share of what the pod asks for as a whole', pod('Burstable', { resources: { requests: { memory: '2Gi' } }, containers: [container('main'), container('other', '1Gi')] }), 875],
])('%s', (_, one, score) => {
  expect(oomScoreAdjustment(one, one.spec?.containers[0] as never, 4 * GIBIBYTE)).toBe(score)
})

test('a sidecar goes no sooner than the least of the others', () => {
  const sidecar = container('proxy', undefined, { restartPolicy: 'Always' })
  const one = pod('Burstable', { initContainers: [sidecar], containers: [container('main', '2Gi'), container('other', '1Gi')] })
  expect(oomScoreAdjustment(one, sidecar as never, 4 * GIBIBYTE)).toBe(750)
})
