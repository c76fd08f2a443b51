import { expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { testTwin } from '../test-twin.ts'

const GROUP = 'resource.k8s.io/v1'
const ALTERNATIVE = { name: 'small', deviceClassName: 'gpu' }

function claim(requests: readonly object[], constraints: readonly object[] = []): KubeObject {
  return { apiVersion: GROUP, kind: 'ResourceClaim', metadata: { name: 'c', namespace: 'shop' }, spec: { devices: { requests, constraints } } }
}

function slice(device: object): KubeObject {
  const spec = { driver: 'gpu.example.com', pool: { name: 'a', generation: 1, resourceSliceCount: 1 }, nodeName: 'a', devices: [{ name: 'd', ...device }] }
  return { apiVersion: GROUP, kind: 'ResourceSlice', metadata: { name: 's' }, spec }
}

const TAINTS = [{ key: 'a', effect: 'NoSchedule', timeAdded: '2026-01-01T00:00:00Z' }]
const POLICY = { default: '1Mi', validValues: ['1Mi'] }
const RICH = { taints: TAINTS, allowMultipleAllocations: true, attributes: { kind: { string: 'a', strings: ['b'] } }, capacity: { memory: { value: '1Gi', requestPolicy: POLICY } }, nodeAllocatableResourceMappings: { cpu: {} } }
const PLAIN = { name: 'd', attributes: { kind: { string: 'a' } }, capacity: { memory: { value: '1Gi' } } }
const ASKED = { deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 1 }

test.each([
  { minor: 34, kept: PLAIN, asked: ASKED },
  { minor: 35, kept: PLAIN, asked: ASKED },
  { minor: 36, kept: { ...PLAIN, taints: TAINTS, allowMultipleAllocations: true, capacity: { memory: { value: '1Gi', requestPolicy: POLICY } } }, asked: { ...ASKED, tolerations: [{ key: 'a', operator: 'Equal' }] } },
])('1.$minor keeps what is on in it', ({ minor, kept, asked }) => {
  const twin = testTwin({ minor })
  twin.api.create(slice(RICH))
  expect(twin.api.create(claim([{ name: 'a', exactly: { deviceClassName: 'gpu', tolerations: [{ key: 'a' }] } }]))['spec']).toMatchObject({ devices: { requests: [{ exactly: asked }] } })
  expect(twin.store.get({ apiVersion: GROUP, kind: 'ResourceSlice', name: 's' })).toHaveProperty('spec.devices', [kept])
})

test.each([
  [34, 'spec.devices.requests[0].firstAvailable[1].name: Duplicate value: "small"', 'spec.devices.constraints[0].matchAttribute: Required value'],
  [35, 'spec.devices.requests[0].firstAvailable[1]: Duplicate value: "small"', 'spec.devices.constraints[0].matchAttribute: Required value'],
  [36, 'spec.devices.requests[0].firstAvailable[1]: Duplicate value: "small"', 'spec.devices.constraints[0]: Required value: exactly one of "matchAttribute" or "distinctAttribute" is required'],
])('1.%i tells of doubles and of what is missing where it does', (minor, double, missing) => {
  const twin = testTwin({ minor })
  const create = (): KubeObject => twin.api.create(claim([{ name: 'a', firstAvailable: [ALTERNATIVE, ALTERNATIVE] }], [{}]))
  expect(create).toThrow(double)
  expect(create).toThrow(missing)
})
