import { describe, expect, test } from 'vitest'
import { podRequests, podRequestsForScoring } from './pod-requests.ts'
import type { PodObject } from './workload.ts'

const pod = (spec: object, status: object = {}): PodObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec, status }) as PodObject
const container = (cpu?: string, memory?: string, more: object = {}): object => ({
  name: 'main',
  resources: { requests: { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) } },
  ...more,
})
const sidecar = (cpu: string): object => container(cpu, undefined, { name: 'side', restartPolicy: 'Always' })

describe('what a pod requests', () => {
  test.each<[string, object, object]>([
    ['containers add up', { containers: [container('100m', '1Gi'), container('200m')] }, { cpu: 300, memory: 2 ** 30 }],
    ['the largest init container counts where it is more', { containers: [container('100m')], initContainers: [container('500m'), container('300m')] }, { cpu: 500 }],
    ['a sidecar runs beside the containers', { containers: [container('100m')], initContainers: [sidecar('50m')] }, { cpu: 150 }],
    ['and beside the init containers that follow it', { containers: [container('100m')], initContainers: [sidecar('50m'), container('400m')] }, { cpu: 450 }],
    ['but not those before it', { containers: [container('100m')], initContainers: [container('400m'), sidecar('50m')] }, { cpu: 400 }],
    ['overhead comes on top', { containers: [container('100m')], overhead: { cpu: '10m' } }, { cpu: 110 }],
    ['pod-level requests replace the sum, resource by resource', { containers: [container('100m', '1Gi')], resources: { requests: { cpu: '1' } } }, { cpu: 1000, memory: 2 ** 30 }],
    ['extended resources count in whole units', { containers: [{ name: 'm', resources: { requests: { 'example.org/gpu': '2' } } }] }, { 'example.org/gpu': 2 }],
  ])('%s', (_name, spec, requests) => {
    expect(podRequests(pod(spec))).toEqual(requests)
  })

  test('during a resize the larger of wanted and in force', () => {
    const inForce = { containerStatuses: [{ name: 'main', allocatedResources: { cpu: '800m' } }] }
    expect(podRequests(pod({ containers: [container('500m')] }, inForce))).toEqual({ cpu: 800 })
    expect(podRequests(pod({ containers: [container('900m')] }, inForce))).toEqual({ cpu: 900 })
    expect(podRequests(pod({ containers: [container('900m')] }, { ...inForce, conditions: [{ type: 'PodResizePending', reason: 'Infeasible' }] }))).toEqual({ cpu: 800 })
  })

  test('for scores, a container that states nothing weighs a little', () => {
    expect(podRequestsForScoring(pod({ containers: [container(), container('1')] }))).toEqual({ cpu: 1100, memory: 400 * 2 ** 20 })
    expect(podRequestsForScoring(pod({ containers: [container('0')] }))).toEqual({ cpu: 0, memory: 200 * 2 ** 20 })
  })
})
