/** Ranges and quotas over the life of a pod: what it is given, when it is judged, and what a change of its size costs. */

import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { testNode, testTwin } from '../test-twin.ts'
import type { Twin } from '../twin.ts'

const range = (name: string, ...limits: object[]): KubeObject => ({ apiVersion: 'v1', kind: 'LimitRange', metadata: { name, namespace: 'shop' }, spec: { limits } }) as unknown as KubeObject
const container = (name: string, requests: object = {}, limits: object = {}): object => ({ name, image: 'app:1', resources: { requests, limits } })
const pod = (spec: object, metadata: object = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one', namespace: 'shop', ...metadata }, spec }) as unknown as KubeObject
const ref = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'one' }
const heavy = { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'heavy' }, handler: 'x', overhead: { podFixed: { cpu: '500m' } } } as unknown as KubeObject
const node = { ...testNode('big'), status: { capacity: { cpu: '8', memory: '16Gi', pods: '110' }, allocatable: { cpu: '8', memory: '16Gi', pods: '110' } } } as KubeObject

function refusalOf(act: () => unknown): string {
  try {
    act()
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

const made = (objects: readonly KubeObject[], asked: KubeObject): string => refusalOf(() => testTwin({ objects }).api.create(asked))

test('what a pod is given is told, container by container', () => {
  const ranges = [range('a', { type: 'Container', default: { cpu: '1', memory: '1Gi' }, defaultRequest: { memory: '512Mi' } })]
  const created = testTwin({ objects: ranges }).api.create(pod({ containers: [container('web', { memory: '1Gi' }, { cpu: '2' }), container('side')], initContainers: [container('first', {}, { cpu: '1', memory: '1Gi' })] }))
  expect(created.metadata.annotations?.['kubernetes.io/limit-ranger']).toBe('LimitRanger plugin set: memory limit for container web; cpu, memory request for container side; cpu, memory limit for container side')
})

describe('a pod outside of ranges', () => {
  const small = range('a', { type: 'Container', max: { cpu: '1' } })
  const large = range('b', { type: 'Container', min: { cpu: '3' } })
  test.each<[string, readonly KubeObject[], object, string]>([
    ['is told those of the first alone', [small, large], { containers: [container('web', { cpu: '2' }, { cpu: '2' })] }, 'pods "one" is forbidden: maximum cpu usage per Container is 1, but limit is 2'],
    ['is told the same once', [small], { containers: [container('web', {}, { cpu: '2' }), container('side', {}, { cpu: '2' })] }, 'pods "one" is forbidden: maximum cpu usage per Container is 1, but limit is 2'],
    ['is first told what is wrong with itself', [small], { restartPolicy: 'Sometimes', containers: [container('web', {}, { cpu: '2' })] }, 'Pod "one" is invalid: spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"'],
    ['is not, for what running it costs on top', [range('a', { type: 'Pod', max: { cpu: '1' } }), heavy], { runtimeClassName: 'heavy', containers: [container('web', { cpu: '800m' }, { cpu: '1' })] }, ''],
  ])('%s', (_, objects, spec, refusal) => expect(made(objects, pod(spec))).toBe(refusal))
})

describe('an overhead', () => {
  test.each<[string, object, string]>([
    ['that no class gives is refused', { overhead: { cpu: '1' }, containers: [container('web')] }, 'pods "one" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead'],
    ['is judged after the pod itself', { overhead: { cpu: '1' }, restartPolicy: 'Sometimes', containers: [container('web')] }, 'Pod "one" is invalid: spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"'],
  ])('%s', (_, spec, refusal) => expect(made([], pod(spec))).toBe(refusal))

  test.each<[string, object, object, string]>([
    ['counts on top of requests', { 'requests.cpu': '1' }, { containers: [container('web', { cpu: '800m' })] }, 'pods "one" is forbidden: exceeded quota: q, requested: requests.cpu=1300m, used: requests.cpu=0, limited: requests.cpu=1'],
    ['counts on top of a limit', { 'limits.cpu': '1' }, { containers: [container('web', {}, { cpu: '800m' })] }, 'pods "one" is forbidden: exceeded quota: q, requested: limits.cpu=1300m, used: limits.cpu=0, limited: limits.cpu=1'],
    ['makes no limit', { 'limits.cpu': '100m', 'limits.memory': '1Gi' }, { resources: { limits: { memory: '1Gi' } }, containers: [container('web')] }, ''],
  ])('%s', (_, hard, spec, refusal) => {
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q', namespace: 'shop' }, spec: { hard } } as unknown as KubeObject
    const twin = testTwin({ objects: [heavy, quota] })
    twin.advance(2_000)
    expect(refusalOf(() => twin.api.create(pod({ runtimeClassName: 'heavy', ...spec })))).toBe(refusal)
  })
})

describe('a running pod', () => {
  const sized = (hard?: object, ranges: readonly KubeObject[] = []): Twin => {
    const quotas = hard === undefined ? [] : [{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q', namespace: 'shop' }, spec: { hard } } as unknown as KubeObject]
    const twin = testTwin({ nodes: 0, objects: [node, ...quotas, ...ranges] })
    twin.advance(2_000)
    twin.api.create(pod({ containers: [container('web', { cpu: '1' }, { cpu: '1' })] }))
    twin.advance(10_000)
    return twin
  }
  const resize = (twin: Twin, cpu: string): string => refusalOf(() => twin.api.patch(ref, { type: 'strategic', body: { spec: { containers: [{ name: 'web', resources: { requests: { cpu }, limits: { cpu } } }] } } } as never, { subresource: 'resize' } as never))

  test.each<[string, Parameters<typeof sized>, string, string]>([
    ['may grow within its range', [undefined, [range('a', { type: 'Container', max: { cpu: '2' } })]], '2', ''],
    ['may not grow beyond it', [undefined, [range('a', { type: 'Container', max: { cpu: '2' } })]], '3', 'pods "one" is forbidden: maximum cpu usage per Container is 2, but limit is 3'],
    ['may grow within its quota', [{ 'requests.cpu': '2' }], '2', ''],
    ['may not grow beyond it', [{ 'requests.cpu': '2' }], '3', 'pods "one" is forbidden: exceeded quota: q, requested: requests.cpu=2, used: requests.cpu=1, limited: requests.cpu=2'],
  ])('%s', (_, given, cpu, refusal) => expect(resize(sized(...given), cpu)).toBe(refusal))

  test('is charged for what it grew by', () => {
    const twin = sized({ 'requests.cpu': '4' })
    resize(twin, '3')
    expect(twin.store.get({ apiVersion: 'v1', kind: 'ResourceQuota', namespace: 'shop', name: 'q' })).toMatchObject({ status: { used: { 'requests.cpu': '3' } } })
  })
})

test('a claim does not grow beyond its range', () => {
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: 'shop' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } } as unknown as KubeObject
  const objects = [range('a', { type: 'PersistentVolumeClaim', max: { storage: '2Gi' } })]
  expect(made(objects, { ...claim, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '3Gi' } } } } as KubeObject)).toBe('persistentvolumeclaims "data" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi')
  expect(made(objects, claim)).toBe('')
})
