/** A running pod is resized: what its kubelet grants, does and says, and what the server refuses to ask of it. */

import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { conditionOf, type PodObject } from '../../model/kube/workload.ts'
import { parseWorld } from '../../model/world.ts'
import { eventsAbout, podsOf, stateOf, testNode, TEST_START_MS, TEST_VERSION } from '../test-twin.ts'
import { createTwin, type Twin } from '../twin.ts'

interface Size {
  readonly cpu?: string
  readonly memory?: string
}

const resources = (requests: Size, limits: Size = {}): object => ({ requests, ...(Object.keys(limits).length === 0 ? {} : { limits }) })
const node = { ...testNode('node-1'), status: { capacity: { cpu: '4', memory: '4Gi', pods: '110' }, allocatable: { cpu: '4', memory: '4Gi', pods: '110' } } } as KubeObject
const pod = (name: string, size: object, more: { readonly container?: object; readonly spec?: object } = {}): KubeObject =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', labels: { app: name } }, spec: { containers: [{ name: 'main', image: `${name}:1`, resources: size, ...more.container }], ...more.spec } }) as KubeObject

function twinWith(objects: readonly KubeObject[], options: { readonly world?: object; readonly minor?: number } = {}): Twin {
  const twin = createTwin({ seed: 1, startMs: TEST_START_MS, version: { ...TEST_VERSION, minor: options.minor ?? 36 }, world: parseWorld(options.world ?? {}), objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, node, ...objects] })
  twin.advance(20_000)
  return twin
}

const resize = (twin: Twin, name: string, size: object): void => void twin.api.patch({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name }, { type: 'strategic', body: { spec: { containers: [{ name: 'main', resources: size }] } } } as never, { subresource: 'resize' } as never)
const one = (twin: Twin, name = 'one'): PodObject => podsOf(twin, name)[0] as PodObject
const sizes = (twin: Twin, name = 'one'): unknown => {
  const { allocatedResources, resources: inForce } = (one(twin, name).status?.containerStatuses?.[0] ?? {}) as { allocatedResources?: object; resources?: object }
  return { allocatedResources, inForce }
}

test('a pod says what it has; a resize that fits is granted, applied and told, without a restart', () => {
  const twin = twinWith([pod('one', resources({ cpu: '500m' }, { cpu: '1' }))])
  expect(sizes(twin)).toEqual({ allocatedResources: { cpu: '500m' }, inForce: { requests: { cpu: '500m' }, limits: { cpu: '1' } } })
  resize(twin, 'one', resources({ cpu: '2' }, { cpu: '3' }))
  twin.advance(500)
  expect(conditionOf(one(twin), 'PodResizeInProgress')).toMatchObject({ status: 'True', observedGeneration: 2 })
  twin.advance(5_000)
  expect(conditionOf(one(twin), 'PodResizeInProgress')).toBeUndefined()
  expect(sizes(twin)).toEqual({ allocatedResources: { cpu: '2' }, inForce: { requests: { cpu: '2' }, limits: { cpu: '3' } } })
  expect([stateOf(one(twin)).restarts, (one(twin).status as { observedGeneration?: number }).observedGeneration]).toEqual([0, 2])
  expect(eventsAbout(twin, 'one').filter((line) => line.startsWith('Resize'))).toEqual([
    'ResizeStarted: Pod resize started: {"containers":[{"name":"main","resources":{"limits":{"cpu":"3"},"requests":{"cpu":"2"}}}],"generation":2}',
    'ResizeCompleted: Pod resize completed: {"containers":[{"name":"main","resources":{"limits":{"cpu":"3"},"requests":{"cpu":"2"}}}],"generation":2}',
  ])
})

describe('a resize for which there is no room', () => {
  const crowded = (minor = 36): Twin => twinWith([pod('one', resources({ cpu: '1' })), pod('other', resources({ cpu: '2' }))], { minor })

  test('waits, keeps its place against new pods, and is granted when room is made', () => {
    const twin = crowded()
    resize(twin, 'one', resources({ cpu: '3' }))
    twin.advance(2_000)
    expect(conditionOf(one(twin), 'PodResizePending')).toMatchObject({ reason: 'Deferred', message: "Node didn't have enough resource: cpu, requested: 3000, used: 2000, capacity: 4000" })
    expect(sizes(twin)).toEqual({ allocatedResources: { cpu: '1' }, inForce: { requests: { cpu: '1' } } })
    twin.api.create(pod('late', resources({ cpu: '500m' })))
    twin.advance(10_000)
    expect(conditionOf(one(twin, 'late'), 'PodScheduled')?.status).toBe('False')
    twin.api.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'other' })
    twin.advance(20_000)
    expect(conditionOf(one(twin), 'PodResizePending')).toBeUndefined()
    expect(sizes(twin)).toMatchObject({ allocatedResources: { cpu: '3' } })
  })

  test('is taken back', () => {
    const twin = crowded()
    resize(twin, 'one', resources({ cpu: '3' }))
    twin.advance(2_000)
    resize(twin, 'one', resources({ cpu: '1' }))
    twin.advance(2_000)
    expect(conditionOf(one(twin), 'PodResizePending')).toBeUndefined()
    expect(stateOf(one(twin)).restarts).toBe(0)
  })

  test.each([
    [34, 'Infeasible', "Node didn't have enough capacity: cpu, requested: 5000, capacity: 4000"],
    [35, 'Infeasible', "Node didn't have enough capacity: cpu, requested: 5000, capacity: 4000"],
  ])('1.%i: more than the node has is %s, and holds no room', (minor, reason, message) => {
    const twin = crowded(minor)
    resize(twin, 'one', resources({ cpu: '5' }))
    twin.advance(2_000)
    expect(conditionOf(one(twin), 'PodResizePending')).toMatchObject({ reason, message })
    twin.api.create(pod('late', resources({ cpu: '1' })))
    twin.advance(10_000)
    expect(conditionOf(one(twin, 'late'), 'PodScheduled')?.status).toBe('True')
  })

  test('1.36: more than the node has is refused', () => {
    const twin = crowded()
    expect(() => resize(twin, 'one', resources({ cpu: '5', memory: '5Gi' }))).toThrow(`pods "one" is forbidden: node didn't have enough allocatable resources: cpu, requested: 5000, allocatable: 4000; memory, requested: ${5 * 2 ** 30}, allocatable: ${4 * 2 ** 30}`)
  })
})

describe('a node that does not say that it can', () => {
  const silent = { ...node, metadata: { ...node.metadata, name: 'old' }, status: { ...(node['status'] as object), nodeInfo: { kubeletVersion: 'v1.35.4' } } } as KubeObject
  const bound = (name: string, spec: object): KubeObject => pod(name, {}, { spec: { nodeName: 'old', ...spec } })
  const change = (twin: Twin, body: object): void => void twin.api.patch({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'one' }, { type: 'strategic', body } as never, { subresource: 'resize' } as never)

  test.each<[string, object, object, string]>([
    ['a pod as a whole', { resources: { requests: { cpu: '1' } } }, { spec: { resources: { requests: { cpu: '2' } } } }, 'InPlacePodLevelResourcesVerticalScaling'],
    ['an init container', { initContainers: [{ name: 'first', image: 'one:1', resources: { requests: { cpu: '1' } } }], containers: [{ name: 'main', image: 'one:1', resources: { requests: { cpu: '1' } } }] }, { spec: { initContainers: [{ name: 'first', resources: { requests: { cpu: '2' } } }] } }, 'InPlacePodVerticalScalingInitContainers'],
  ])('resizes no %s', (_, spec, body, feature) => {
    const twin = twinWith([silent, bound('one', spec)])
    expect(() => change(twin, body)).toThrow(`pods "one" is forbidden: pod update requires features ${feature} which are not available on node "old"`)
  })

  test.each<[string, object, string]>([
    ['restarts all its containers', { containers: [{ name: 'main', image: 'one:1', restartPolicy: 'Never', restartPolicyRules: [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [3] } }] }] }, 'node-1'],
    ['asks for nothing of the kind', { nodeSelector: { which: 'old' } }, 'old'],
  ])('gets no pod that %s', (_, spec, nodeName) => {
    const labelled = { ...silent, metadata: { ...silent.metadata, labels: { which: 'old' } } } as KubeObject
    const filler = pod('filler', resources({ cpu: '2' }), { spec: { nodeName: 'node-1' } })
    const twin = twinWith([labelled, filler, pod('one', {}, { spec })])
    expect(one(twin).spec?.nodeName).toBe(nodeName)
  })

  test('keeps it waiting until one does', () => {
    const twin = createTwin({ seed: 1, startMs: TEST_START_MS, version: TEST_VERSION, world: parseWorld({}), objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, silent, pod('one', {}, { spec: { containers: [{ name: 'main', image: 'one:1', restartPolicy: 'Never', restartPolicyRules: [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [3] } }] }] } })] })
    twin.advance(20_000)
    expect(conditionOf(one(twin), 'PodScheduled')?.message).toContain("1 node(s) didn't match Pod's required features.")
    const old = twin.store.get({ apiVersion: 'v1', kind: 'Node', name: 'old' }) as KubeObject
    twin.api.updateStatus(old, { ...(old['status'] as object), declaredFeatures: ['RestartAllContainersOnContainerExits'] })
    twin.advance(20_000)
    expect(one(twin).spec?.nodeName).toBe('old')
  })
})

test('a container whose policy says so is restarted, at once and with the new size', () => {
  const resizePolicy = [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }]
  const twin = twinWith([pod('one', resources({ cpu: '1', memory: '1Gi' }), { container: { resizePolicy } })])
  resize(twin, 'one', resources({ cpu: '2', memory: '1Gi' }))
  twin.advance(5_000)
  expect(stateOf(one(twin)).restarts).toBe(0)
  resize(twin, 'one', resources({ cpu: '2', memory: '2Gi' }))
  twin.advance(10_000)
  expect(stateOf(one(twin))).toMatchObject({ restarts: 1, reason: 'Running' })
  expect(eventsAbout(twin, 'one')).toContain('Killing: Container main resize requires restart')
  expect(sizes(twin)).toMatchObject({ allocatedResources: { memory: '2Gi' } })
})

describe('memory', () => {
  const world = { images: [{ image: 'one:1', memory: '300Mi', memoryAfterSeconds: 1 }] }
  const sized = (memory: string): object => resources({ memory }, { memory })

  test('a limit below what is used is not set, and says so until it is', () => {
    const twin = twinWith([pod('one', sized('1Gi'))], { world })
    resize(twin, 'one', sized('200Mi'))
    twin.advance(5_000)
    const message = 'cannot decrease memory limits: [attempting to set pod memory limit (209715200) below current usage (314572800), attempting to set container "main" memory limit (209715200) below current usage (314572800)]'
    expect(conditionOf(one(twin), 'PodResizeInProgress')).toMatchObject({ reason: 'Error', message })
    expect(sizes(twin)).toMatchObject({ allocatedResources: { memory: '200Mi' }, inForce: { limits: { memory: '1Gi' } } })
    expect(stateOf(one(twin)).restarts).toBe(0)
    resize(twin, 'one', sized('400Mi'))
    twin.advance(15_000)
    expect(conditionOf(one(twin), 'PodResizeInProgress')).toBeUndefined()
    expect(sizes(twin)).toMatchObject({ inForce: { limits: { memory: '400Mi' } } })
  })

  test('more of it ends a series of kills, whatever the back-off had come to', () => {
    const twin = twinWith([pod('one', sized('200Mi'))], { world })
    twin.advance(500_000)
    expect(stateOf(one(twin))).toMatchObject({ reason: 'CrashLoopBackOff', lastReason: 'OOMKilled' })
    resize(twin, 'one', sized('400Mi'))
    twin.advance(5_000)
    expect(stateOf(one(twin)).reason).toBe('Running')
    const { restarts } = stateOf(one(twin))
    twin.advance(600_000)
    expect(stateOf(one(twin)).restarts).toBe(restarts)
  })

  test('more of it in time averts the kill', () => {
    const twin = twinWith([pod('one', sized('200Mi'))], { world: { images: [{ image: 'one:1', memory: '300Mi', memoryAfterSeconds: 60 }] } })
    resize(twin, 'one', sized('400Mi'))
    twin.advance(300_000)
    expect(stateOf(one(twin)).restarts).toBe(0)
  })
})

describe('what the server refuses', () => {
  const guaranteed = resources({ cpu: '1', memory: '1Gi' }, { cpu: '1', memory: '1Gi' })
  const message = (twin: Twin, size: object): string => {
    try {
      resize(twin, 'one', size)
      return ''
    } catch (error) {
      return (error as Error).message
    }
  }
  test.each([
    ['another class of service', guaranteed, resources({ cpu: '500m' }), 'Pod "one" is invalid: spec: Invalid value: "Guaranteed": Pod QOS Class may not change as a result of resizing'],
    ['a limit taken away', resources({ cpu: '500m' }, { cpu: '1' }), { limits: { cpu: null } }, 'Pod "one" is invalid: spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed'],
    ['any other resource', resources({ cpu: '500m' }), resources({ 'ephemeral-storage': '1Gi' } as never), 'Pod "one" is invalid: spec: Forbidden: only cpu and memory resources are mutable'],
  ])('%s', (_, before, after, words) => {
    expect(message(twinWith([pod('one', before)]), after)).toBe(words)
  })

  test.each([
    [34, 'Pod "one" is invalid: : Forbidden: pods with pod-level resources cannot be resized'],
    [35, 'Pod "one" is invalid: : Forbidden: resize of pods with pod-level resources is forbidden when InPlacePodLevelResourcesVerticalScalingEnabled feature gate is disabled'],
    [36, ''],
  ])('1.%i: what is stated for the pod as a whole: %s', (minor, words) => {
    const twin = twinWith([pod('one', resources({ cpu: '500m' }), { spec: { resources: { requests: { cpu: '1' } } } })], { minor })
    expect(message(twin, resources({ cpu: '600m' }))).toBe(words)
  })
})

test('a fork of a pod whose resize waits goes on waiting', () => {
  const twin = twinWith([pod('one', resources({ cpu: '1' })), pod('other', resources({ cpu: '2' }))])
  resize(twin, 'one', resources({ cpu: '3' }))
  twin.advance(2_000)
  const fork = twin.fork(2)
  fork.api.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'other' })
  fork.advance(20_000)
  twin.advance(20_000)
  expect([conditionOf(one(fork), 'PodResizePending'), conditionOf(one(twin), 'PodResizePending')?.reason]).toEqual([undefined, 'Deferred'])
})

test('a smaller size wakes who waits for what is given back', () => {
  const twin = twinWith([pod('one', resources({ cpu: '3' })), pod('waiting', resources({ cpu: '2' }))])
  expect(conditionOf(one(twin, 'waiting'), 'PodScheduled')?.status).toBe('False')
  twin.advance(60_000)
  resize(twin, 'one', resources({ cpu: '1' }))
  twin.advance(5_000)
  expect(conditionOf(one(twin, 'waiting'), 'PodScheduled')?.status).toBe('True')
})

describe('resources that are stated for a pod as a whole', () => {
  const whole = (requests: Size, limits: Size, more: object = {}): { readonly spec: object } => ({ spec: { resources: resources(requests, limits), ...more } })
  const resizeWhole = (twin: Twin, size: object): void => void twin.api.patch({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'one' }, { type: 'merge', body: { spec: { resources: size } } } as never, { subresource: 'resize' } as never)
  const told = (twin: Twin): unknown => {
    const { allocatedResources, resources: inForce } = one(twin).status as { allocatedResources?: object; resources?: object }
    return { allocatedResources, inForce }
  }

  test('are told as they are granted and in force; a request of memory is told as it was', () => {
    const twin = twinWith([pod('one', {}, whole({ cpu: '500m', memory: '1Gi' }, { memory: '2Gi' }))])
    expect(told(twin)).toEqual({ allocatedResources: { cpu: '500m', memory: '1Gi' }, inForce: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '2Gi' } } })
    resizeWhole(twin, resources({ cpu: '1', memory: '512Mi' }, { memory: '3Gi' }))
    twin.advance(5_000)
    expect(told(twin)).toEqual({ allocatedResources: { cpu: '1', memory: '512Mi' }, inForce: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '3Gi' } } })
    expect(conditionOf(one(twin), 'PodResizeInProgress')).toBeUndefined()
    expect(stateOf(one(twin)).restarts).toBe(0)
  })

  test('hold their place in the scheduler while one is larger', () => {
    const twin = twinWith([pod('one', {}, whole({ cpu: '3', memory: '3Gi' }, {}))])
    resizeWhole(twin, resources({ cpu: '1', memory: '1Gi' }))
    twin.advance(5_000)
    twin.api.create(pod('cores', resources({ cpu: '3' })))
    twin.api.create(pod('bytes', resources({ memory: '2Gi' })))
    twin.advance(10_000)
    expect(['cores', 'bytes'].map((name) => conditionOf(one(twin, name), 'PodScheduled')?.status)).toEqual(['True', 'False'])
  })

  test('a limit that is raised holds containers without one of their own', () => {
    const twin = twinWith([pod('one', {}, whole({ memory: '64Mi' }, { memory: '128Mi' }))], { world: { images: [{ image: 'one:1', memory: '200Mi' }] } })
    expect(stateOf(one(twin)).lastReason).toBe('OOMKilled')
    resizeWhole(twin, resources({ memory: '64Mi' }, { memory: '256Mi' }))
    twin.advance(400_000)
    expect(stateOf(one(twin))).toMatchObject({ reason: 'Running' })
    const { restarts } = stateOf(one(twin))
    twin.advance(400_000)
    expect(stateOf(one(twin)).restarts).toBe(restarts)
  })

  test('a limit below what is used is not set', () => {
    const twin = twinWith([pod('one', {}, whole({ memory: '64Mi' }, { memory: '512Mi' }))], { world: { images: [{ image: 'one:1', memory: '200Mi' }] } })
    resizeWhole(twin, resources({ memory: '64Mi' }, { memory: '128Mi' }))
    twin.advance(5_000)
    expect(conditionOf(one(twin), 'PodResizeInProgress')).toMatchObject({ reason: 'Error', message: expect.stringContaining('below current usage') as string })
    expect(told(twin)).toMatchObject({ allocatedResources: { memory: '64Mi' }, inForce: { limits: { memory: '512Mi' } } })
  })

  test.each([34, 35])('1.%i says nothing of them', (minor) => expect(told(twinWith([pod('one', {}, whole({ cpu: '1' }, {}))], { minor }))).toEqual({ allocatedResources: undefined, inForce: undefined }))
})
