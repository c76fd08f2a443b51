import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../../model/kube-object.ts'
import { testTwin } from '../../test-twin.ts'
import type { Twin } from '../../twin.ts'

type Fields = Readonly<Record<string, unknown>>

const CLAIM = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' }

function claim(spec: Fields = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: 'shop' }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: '', resources: { requests: { storage: '1Gi' } }, ...spec } }
}

function volume(name: string, spec: Fields = {}, labels: Record<string, string> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name, labels }, spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/data' }, ...spec } }
}

function storageClass(name: string, rest: Fields = {}, mark = 'storageclass.kubernetes.io/is-default-class'): KubeObject {
  return { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name, annotations: { [mark]: 'true' } }, provisioner: 'disk.example.com', ...rest }
}

function after(...objects: readonly KubeObject[]): Twin {
  const twin = testTwin({})
  for (const object of objects) {
    twin.api.create(object)
    twin.advance(20_000)
  }
  return twin
}

const boundTo = (twin: Twin): unknown => (twin.store.get(CLAIM) as { spec?: { volumeName?: string } }).spec?.volumeName
const told = (twin: Twin): unknown[] => [...twin.store.list('/Event')].filter((event) => (event['involvedObject'] as { kind: string }).kind === 'PersistentVolumeClaim').map((event) => `${String(event['reason'])}: ${String(event['message'])}`)

describe('the volume that a claim gets', () => {
  test.each([
    ['of those that its selector matches', claim({ selector: { matchLabels: { tier: 'fast' } } }), [volume('slow'), volume('fast', { capacity: { storage: '9Gi' } }, { tier: 'fast' })], 'fast'],
    ['none, where its selector matches none', claim({ selector: { matchLabels: { tier: 'fast' } } }), [volume('slow')], undefined],
    ['rather one with no mode beside the wanted than a smaller one', claim(), [volume('both', { accessModes: ['ReadWriteOnce', 'ReadOnlyMany'] }), volume('one', { capacity: { storage: '9Gi' } })], 'one'],
    ['none of other attributes', claim(), [volume('tuned', { volumeAttributesClassName: 'gold', csi: { driver: 'd', volumeHandle: 'h' }, hostPath: undefined })], undefined],
    ['the one that it asks for', claim({ volumeName: 'b' }), [volume('a'), volume('b', { capacity: { storage: '9Gi' } })], 'b'],
  ] as const)('is %s', (_, wanted, volumes, name) => {
    expect(boundTo(after(...volumes, wanted))).toBe(name)
  })
})

describe('a claim that asks for a volume by name', () => {
  test.each([
    ['of another class', volume('disk', { storageClassName: 'slow' }), 'storageClassName does not match'],
    ['too small', volume('disk', { capacity: { storage: '1Mi' } }), 'requested PV is too small'],
    ['a device', volume('disk', { volumeMode: 'Block' }), 'incompatible volumeMode'],
    ['that lacks a mode', volume('disk', { accessModes: ['ReadOnlyMany'] }), 'incompatible accessMode'],
  ] as const)('%s, waits and says why', (_, disk, why) => {
    const twin = after(disk, claim({ volumeName: 'disk' }))
    expect(twin.store.get(CLAIM)).toMatchObject({ status: { phase: 'Pending' } })
    expect(told(twin)).toContain(`VolumeMismatch: Cannot bind to requested volume "disk": ${why}`)
  })
})

describe('a claim without a class', () => {
  const unclassed = claim({ storageClassName: undefined })
  const classOf = (twin: Twin): unknown => (twin.store.get(CLAIM) as { spec?: { storageClassName?: string } }).spec?.storageClassName

  test.each([
    ['gets the default one that comes later, and a volume of it', [unclassed, storageClass('late')], 'late', /^pvc-/],
    ['gets one that is marked in the old way', [unclassed, storageClass('old', {}, 'storageclass.beta.kubernetes.io/is-default-class')], 'old', /^pvc-/],
    ['has none where one came that is not marked', [unclassed, storageClass('plain', {}, 'other')], undefined, /^undefined$/],
    ['keeps none where it says so', [claim(), storageClass('late')], '', /^undefined$/],
  ] as const)('%s', (_, objects, className, name) => {
    const twin = after(...objects)
    expect(classOf(twin)).toBe(className)
    expect(String(boundTo(twin))).toMatch(name)
  })

  test('takes a volume without a class rather than the default one', () => {
    const twin = after(storageClass('plain', {}, 'other'), unclassed, volume('disk'), storageClass('late'))
    expect([boundTo(twin), classOf(twin)]).toEqual(['disk', undefined])
  })
})

describe('a claim that waits for its first consumer', () => {
  const waiting = storageClass('late', { volumeBindingMode: 'WaitForFirstConsumer' })
  const pod = (spec: Fields): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'db', namespace: 'shop' }, spec: { containers: [{ name: 'main', image: 'app:1' }], volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }], ...spec } })

  test('says which pod has no node yet', () => {
    const twin = after(waiting, claim({ storageClassName: 'late' }), pod({ nodeSelector: { none: 'such' } }))
    expect(boundTo(twin)).toBeUndefined()
    expect(told(twin)).toEqual(['WaitForFirstConsumer: waiting for first consumer to be created before binding'])
    twin.api.create(volume('other'))
    twin.advance(20_000)
    expect(told(twin)).toContain('WaitForPodScheduled: waiting for pod db to be scheduled')
  })

  test('hears of a consumer from the scheduler alone: a pod that names its node waits for ever', () => {
    const twin = after(waiting, claim({ storageClassName: 'late' }), pod({ nodeName: 'node-1' }))
    expect(boundTo(twin)).toBeUndefined()
  })
})

describe('a volume that its class makes', () => {
  const local = storageClass('local', { provisioner: 'rancher.io/local-path', volumeBindingMode: 'WaitForFirstConsumer', mountOptions: ['noatime'] })
  const pod: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'db', namespace: 'shop' }, spec: { containers: [{ name: 'main', image: 'app:1' }], volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] } }
  const wanted = claim({ storageClassName: 'local' })
  const made = (twin: Twin): unknown => [...twin.store.list('/PersistentVolume')].find(({ metadata }) => metadata.name?.startsWith('pvc-'))?.['spec']
  const on = (key: string, value: unknown): Fields => ({ required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values: [value] }] }] } })

  test('is a directory where no driver can have the name of the provisioner', () => {
    const spec = made(after(local, wanted, pod))
    expect(spec).toMatchObject({ hostPath: { path: expect.stringMatching(/^\/pvc-/) }, mountOptions: ['noatime'] })
    expect(spec).not.toHaveProperty('nodeAffinity')
  })

  test.each([
    ['a disk of one node', { local: { path: '/x' }, hostPath: undefined, nodeAffinity: on('kubernetes.io/hostname', 'gone') }, { local: {}, nodeAffinity: on('kubernetes.io/hostname', expect.stringMatching(/^node-[12]$/)) }],
    ["a driver's", { csi: { driver: 'disk.example.com', volumeHandle: 'h' }, hostPath: undefined }, { csi: { driver: 'disk.example.com' } }],
    ['a share', { nfs: { server: 's', path: '/' }, hostPath: undefined }, { nfs: { server: 's', path: '/' } }],
  ] as const)('is like the last of the class: %s', (_, earlier, expected) => {
    expect(made(after(local, volume('earlier', { storageClassName: 'local', capacity: { storage: '1Mi' }, ...earlier }), wanted, pod))).toMatchObject(expected)
  })
})

describe('a claim that is to grow', () => {
  const grow = (...objects: readonly KubeObject[]): (() => unknown) => {
    const twin = after(...objects)
    return () => twin.api.patch(CLAIM, { type: 'merge', body: { spec: { resources: { requests: { storage: '2Gi' } } } } as never })
  }
  const of = (name: string): KubeObject => claim({ storageClassName: name })
  const REFUSED = 'persistentvolumeclaims "data" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize'

  test.each([
    ['without a class', [volume('disk'), claim()]],
    ['of a class that is not there', [volume('disk', { storageClassName: 'gone' }), of('gone')]],
    ['of a class that does not let it', [storageClass('late'), of('late')]],
  ] as const)('%s, is refused', (_, objects) => {
    expect(grow(...objects)).toThrow(REFUSED)
  })

  test('grows where its class lets it', () => {
    expect(grow(storageClass('late', { allowVolumeExpansion: true }), of('late'))()).toMatchObject({ spec: { resources: { requests: { storage: '2Gi' } } } })
  })
})
