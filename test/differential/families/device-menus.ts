/** Claims for devices, their templates and classes, and what drivers offer. Nobody allocates: no driver is there, and no pod asks. */

import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { Mutation } from './mutation.ts'
import { metadata } from './setting-metadata.ts'

const GROUP = 'resource.k8s.io/v1'
const meta = { name: 'NAMED' }
const wide = { name: '@NAMED' }
const REQUEST = { name: 'gpu', exactly: { deviceClassName: 'gpu.example.com' } }
const CLAIM = { devices: { requests: [REQUEST] } }
const SELECTOR = { cel: { expression: 'device.driver == "gpu.example.com"' } }
const OPAQUE = { opaque: { driver: 'gpu.example.com', parameters: { apiVersion: 'example.com/v1', kind: 'Config' } } }
const ALTERNATIVE = { name: 'small', deviceClassName: 'gpu.example.com' }
const DEVICE = { name: 'gpu-0' }
const POOL = { name: 'nowhere', generation: 1, resourceSliceCount: 1 }
/** A list that holds nothing is shown as it was sent, and not kept here. */
const BROKEN_TERM = { matchExpressions: [{ key: 'bad key!', operator: 'In', values: ['a'] }, { key: 'a', operator: 'Exists', values: ['x'] }, { key: 'b', operator: 'Like' }] }
const ZONE = { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }] }

export const DEVICE_BASES = {
  deviceClass: { apiVersion: GROUP, kind: 'DeviceClass', metadata: wide, spec: { selectors: [SELECTOR] } },
  deviceClaim: { apiVersion: GROUP, kind: 'ResourceClaim', metadata: meta, spec: CLAIM },
  deviceTemplate: { apiVersion: GROUP, kind: 'ResourceClaimTemplate', metadata: meta, spec: { spec: CLAIM } },
  deviceSlice: { apiVersion: GROUP, kind: 'ResourceSlice', metadata: wide, spec: { driver: 'gpu.example.com', pool: POOL, nodeName: 'nowhere', devices: [DEVICE] } },
} as const satisfies Record<string, KubeObject>

function claim(at: string): readonly Mutation[] {
  const request = `${at}.devices.requests.0`
  return [
    [at, {}],
    [`${at}.devices.requests`, []],
    [`${at}.devices.requests`, [REQUEST, REQUEST]],
    [`${at}.devices.requests`, [REQUEST, { ...REQUEST, name: 'other' }]],
    [`${at}.devices.requests`, Array.from({ length: 33 }, (_, index) => ({ ...REQUEST, name: `gpu-${index}` }))],
    [`${request}.name`, ''],
    [`${request}.name`, 'Not_A_Name'],
    [`${request}.exactly`, undefined],
    [`${request}.exactly`, {}],
    [`${request}.exactly.deviceClassName`, 'Not_A_Name'],
    [`${request}.exactly.allocationMode`, 'All'],
    [`${request}.exactly.allocationMode`, 'Some'],
    [`${request}.exactly.allocationMode`, ''],
    [`${request}.exactly.count`, 0],
    [`${request}.exactly.count`, 3],
    [`${request}.exactly.count`, -1],
    [`${request}.exactly.adminAccess`, true],
    [`${request}.exactly.adminAccess`, false],
    [`${request}.exactly.selectors`, [SELECTOR]],
    [`${request}.exactly.selectors`, [{}]],
    [`${request}.exactly.tolerations`, [{ key: 'a', operator: 'Exists', effect: 'NoSchedule' }, { key: 'a' }]],
    [`${request}.exactly.tolerations`, [{ key: 'bad key!', operator: 'Exists', value: 'x', effect: 'Never' }, { operator: 'Like', value: 'x' }, { operator: 'Equal', value: 'bad value!' }]],
    [`${request}.exactly.capacity`, { requests: { memory: '0.5Gi' } }],
    [`${request}.firstAvailable`, [ALTERNATIVE]],
    [request, { name: 'gpu', firstAvailable: [ALTERNATIVE, { ...ALTERNATIVE, name: 'large', count: 2 }] }],
    [request, { name: 'gpu', firstAvailable: [ALTERNATIVE, ALTERNATIVE] }],
    [request, { name: 'gpu', firstAvailable: [{ name: '' }, { ...ALTERNATIVE, allocationMode: 'All', count: 1 }] }],
    [request, { name: 'gpu', firstAvailable: Array.from({ length: 9 }, (_, index) => ({ ...ALTERNATIVE, name: `small-${index}` })) }],
    [`${at}.devices.constraints`, [{ requests: ['gpu'], matchAttribute: 'gpu.example.com/numa' }]],
    [`${at}.devices.constraints`, [{ requests: ['gpu', 'gpu'], matchAttribute: 'numa' }]],
    [`${at}.devices.constraints`, [{ requests: ['none', 'gpu/small', 'a/b/c', 'Not_A_Name'], matchAttribute: '/numa' }]],
    [`${at}.devices.constraints`, [{}]],
    [`${at}.devices.constraints`, [{ distinctAttribute: 'gpu.example.com/not-an-identifier' }, { distinctAttribute: 'Bad_Domain/x' }, { matchAttribute: 'gpu.example.com/' }]],
    [`${at}.devices.config`, [OPAQUE]],
    [`${at}.devices.config`, [{ requests: ['gpu'], ...OPAQUE }]],
    [`${at}.devices.config`, [{}]],
    [`${at}.devices.config`, [{ opaque: { driver: '' } }, { opaque: { driver: 'Bad_Driver', parameters: {} } }]],
    [`${at}.devices.config`, [{ opaque: { driver: 'gpu.example.com', parameters: ['a'] } }, { opaque: { driver: 'GPU.example.com', parameters: 'x' } }]],
  ]
}

export const DEVICE_MENUS: Readonly<Record<keyof typeof DEVICE_BASES, readonly Mutation[]>> = {
  deviceClass: [
    ...metadata,
    ['spec', {}],
    ['spec.selectors', []],
    ['spec.selectors', [SELECTOR, { cel: { expression: 'device.attributes["gpu.example.com"].model == "a" && device.capacity["gpu.example.com"].memory.compareTo(quantity("1Gi")) > 0' } }]],
    ['spec.selectors', [{}]],
    ['spec.selectors', Array.from({ length: 33 }, () => SELECTOR)],
    ['spec.selectors', [{ cel: { expression: 'x'.repeat(10_241) } }]],
    ['spec.config', [OPAQUE]],
    ['spec.config', [{}]],
    ['spec.config', [{ opaque: { driver: '', parameters: null } }]],
    ['spec.extendedResourceName', 'example.com/gpu'],
    ['spec.extendedResourceName', 'cpu'],
    ['spec.extendedResourceName', 'requests.example.com/gpu'],
    ['spec.extendedResourceName', 'example.com/bad name'],
  ],
  deviceClaim: [...metadata, ...claim('spec'), ['status', { reservedFor: [{ resource: 'pods', name: 'p', uid: 'u' }] }]],
  deviceTemplate: [...metadata, ...claim('spec.spec'), ['spec.metadata', { labels: { app: 'a' }, annotations: { note: 'x' } }], ['spec.metadata', { labels: { 'bad key!': 'x' }, annotations: { 'bad key!': 'x' } }], ['spec.metadata', { name: 'n', finalizers: ['a'] }], ['spec', {}]],
  deviceSlice: [
    ...metadata,
    ['spec', {}],
    ['spec.driver', ''],
    ['spec.driver', 'Bad_Driver'],
    ['spec.driver', 'Other.example.com'],
    ['spec.driver', `${'a'.repeat(63)}.example.com`],
    ['spec.pool', {}],
    ['spec.pool', { name: 'a/b', generation: -1, resourceSliceCount: 0 }],
    ['spec.pool', { name: 'Bad_Name/', generation: 0, resourceSliceCount: 1 }],
    ['spec.pool.generation', 2],
    ['spec.nodeName', undefined],
    ['spec.nodeName', ''],
    ['spec.nodeName', 'Bad_Node'],
    ['spec.nodeSelector', ZONE],
    ['spec', { driver: 'gpu.example.com', pool: POOL, nodeSelector: ZONE }],
    ['spec', { driver: 'gpu.example.com', pool: POOL, nodeSelector: { nodeSelectorTerms: [] } }],
    ['spec', { driver: 'gpu.example.com', pool: POOL, nodeSelector: { nodeSelectorTerms: [...ZONE.nodeSelectorTerms, BROKEN_TERM] } }],
    ['spec', { driver: 'gpu.example.com', pool: POOL, allNodes: true, devices: [] }],
    ['spec.allNodes', true],
    ['spec.allNodes', false],
    ['spec.perDeviceNodeSelection', false],
    ['spec', { driver: 'gpu.example.com', pool: POOL, perDeviceNodeSelection: true, devices: [DEVICE, { name: 'b', nodeName: 'n' }, { name: 'c', nodeName: '', allNodes: true }, { name: 'd', nodeName: 'n', nodeSelector: ZONE, allNodes: false }] }],
    ['spec.devices', undefined],
    ['spec.devices', [DEVICE, DEVICE]],
    ['spec.devices', [{ name: '' }, { name: 'Not_A_Name' }]],
    ['spec.devices', Array.from({ length: 129 }, (_, index) => ({ name: `gpu-${index}` }))],
    ['spec.devices', Array.from({ length: 65 }, (_, index) => ({ name: `gpu-${index}`, consumesCounters: [{ counterSet: 'a', counters: { b: { value: '1' } } }] }))],
    ['spec.devices.0.nodeName', 'n'],
    ['spec.devices.0.attributes', { model: { string: 'a' }, 'gpu.example.com/numa': { int: 1 }, fast: { bool: true }, driver: { version: '1.2.3-a+b' } }],
    ['spec.devices.0.attributes', { model: {} }],
    ['spec.devices.0.attributes', { model: { string: 'a', int: 1 } }],
    ['spec.devices.0.attributes', { model: { version: '1.2' } }],
    ['spec.devices.0.attributes', { model: { string: 'a'.repeat(65) } }],
    ['spec.devices.0.attributes', { 'not-an-identifier': { int: 1 } }],
    ['spec.devices.0.attributes', { '/x': { int: 1 } }],
    ['spec.devices.0.attributes', { 'gpu.example.com/': { int: 1 } }],
    ['spec.devices.0.attributes', { [`a${'b'.repeat(120)}`]: {} }],
    ['spec.devices.0.attributes', Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`a${index}`, { int: index }]))],
    ['spec.devices.0.attributes', { models: { strings: ['a'] } }],
    ['spec.devices.0.capacity', { memory: { value: '0.5Gi' } }],
    ['spec.devices.0.capacity', { memory: { value: '1Gi', requestPolicy: { default: '1Mi' } } }],
    ['spec.devices.0', { name: 'gpu-0', allowMultipleAllocations: true, capacity: { memory: { value: '1Gi', requestPolicy: { default: '1Mi', validRange: { min: '1Mi', max: '2Gi', step: '1Mi' } } } } }],
    ['spec.devices.0', { name: 'gpu-0', allowMultipleAllocations: true, capacity: { memory: { value: '10', requestPolicy: { default: '3', validValues: ['2', '1', '1', '20'] } } } }],
    ['spec.devices.0', { name: 'gpu-0', allowMultipleAllocations: true, capacity: { memory: { value: '10', requestPolicy: { validValues: ['1'], validRange: { min: '1' } } } } }],
    ['spec.devices.0', { name: 'gpu-0', allowMultipleAllocations: true, capacity: { memory: { value: '10', requestPolicy: { default: '1', validRange: { min: '2', max: '1', step: '3' } } } } }],
    ['spec.devices.0', { name: 'gpu-0', allowMultipleAllocations: true, capacity: { memory: { value: '10', requestPolicy: { validRange: {} } } } }],
    ['spec.devices.0.taints', [{ key: 'bad key!', value: 'bad value!', effect: 'Never', timeAdded: '2026-01-01T00:00:00Z' }]],
    ['spec.devices.0.taints', [{ key: 'a', effect: 'NoExecute', timeAdded: '2026-01-01T00:00:00Z' }, { key: '', timeAdded: '2026-01-01T00:00:00Z' }]],
    ['spec.devices.0.taints', [{ key: 'a', effect: 'NoSchedule', timeAdded: '2026-01-01T00:00:00Z' }]],
    ['spec.devices.0.consumesCounters', [{ counterSet: 'a', counters: { memory: { value: '1Gi' } } }]],
    ['spec.devices.0.consumesCounters', [{}, { counterSet: 'Not_A_Name', counters: { Bad_Name: { value: '1' } } }]],
    ['spec.devices.0.consumesCounters', [{ counterSet: 'a', counters: { b: { value: '1' } } }, { counterSet: 'a', counters: { b: { value: '1' } } }]],
    ['spec.devices.0.bindingConditions', ['example.com/ready']],
    ['spec.devices.0', { name: 'gpu-0', bindsToNode: true, bindingConditions: ['example.com/ready'], bindingFailureConditions: ['example.com/failed'] }],
    ['spec.devices.0', { name: 'gpu-0', bindingConditions: ['a', 'a', 'bad key!'], bindingFailureConditions: ['a', 'b', 'b', 'c', 'd'] }],
    ['spec.sharedCounters', [{ name: 'a', counters: { memory: { value: '1' } } }]],
    ['spec', { driver: 'gpu.example.com', pool: POOL, nodeName: 'n', sharedCounters: [{ name: 'a', counters: { memory: { value: '0.5Gi' } } }] }],
    ['spec', { driver: 'gpu.example.com', pool: POOL, nodeName: 'n', sharedCounters: [{}, { name: 'Not_A_Name', counters: { Bad_Name: { value: '1' } } }, { name: 'a', counters: { a: { value: '1' } } }, { name: 'a', counters: { a: { value: '1' } } }] }],
  ],
}
