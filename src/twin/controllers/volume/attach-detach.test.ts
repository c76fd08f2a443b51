/** Volumes that move between nodes, minute by minute, with everything running. */

import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../../model/kube-object.ts'
import { isReady, isTerminating } from '../../../model/kube/workload.ts'
import { parseWorld } from '../../../model/world.ts'
import { podsOf, podTemplate, testNode, TEST_START_MS, TEST_VERSION } from '../../test-twin.ts'
import { createTwin, type Twin } from '../../twin.ts'
import type { AttachmentObject } from './attachable.ts'

const MINUTE = 60_000
const storage = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'fast' }, provisioner: 'disk.example.com', volumeBindingMode: 'WaitForFirstConsumer' }
const claimSpec = (mode: string): object => ({ accessModes: [mode], storageClassName: 'fast', resources: { requests: { storage: '1Gi' } } })
const database = (replicas = 1): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'db', namespace: 'shop' },
  spec: { replicas, serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template: podTemplate('db', { volumeMounts: [{ name: 'data', mountPath: '/data' }] }), volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claimSpec('ReadWriteOnce') }] },
})

function twinWith(objects: readonly KubeObject[], more: { readonly world?: unknown; readonly minutes?: number } = {}): Twin {
  const twin = createTwin({ seed: 7, startMs: TEST_START_MS, version: TEST_VERSION, world: parseWorld(more.world ?? {}), objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, testNode('node-1'), testNode('node-2'), storage, ...objects] })
  twin.advance((more.minutes ?? 1) * MINUTE)
  return twin
}

const attachments = (twin: Twin): AttachmentObject[] => [...twin.store.list('storage.k8s.io/VolumeAttachment')] as AttachmentObject[]
const where = (twin: Twin): string[] => attachments(twin).map(({ spec, status, metadata }) => `${spec.nodeName} ${metadata.deletionTimestamp !== undefined ? 'leaving' : status?.attached === true ? 'attached' : 'coming'}`)
const messages = (twin: Twin, reason: string): string[] => [...twin.store.list('/Event')].filter((event) => event['reason'] === reason).map((event) => String(event['message']))
const isServing = (twin: Twin): boolean => podsOf(twin, 'db').some((pod) => isReady(pod) && !isTerminating(pod))

/** Seconds until the pod serves again on another node, in steps of five. */
function secondsUntilServing(twin: Twin, maxSeconds: number): number {
  for (let seconds = 0; seconds <= maxSeconds; seconds += 5) {
    if (isServing(twin)) return seconds
    twin.advance(5_000)
  }
  return Infinity
}

test('a pod waits for its volume to be attached; the volume leaves with the pod', () => {
  const twin = twinWith([database()], { minutes: 0 })
  twin.advance(5_000)
  expect(podsOf(twin, 'db')[0]?.status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('ContainerCreating')
  twin.advance(20_000)
  expect([isServing(twin), where(twin).map((text) => text.split(' ')[1])]).toEqual([true, ['attached']])
  expect(messages(twin, 'SuccessfulAttachVolume')[0]).toMatch(/^AttachVolume.Attach succeeded for volume "pvc-/)
  twin.api.patch({ apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'shop', name: 'db' }, { type: 'merge', body: { spec: { replicas: 0 } } })
  twin.advance(60_000)
  expect(where(twin)).toEqual([])
})

describe('a StatefulSet with a volume for one node loses its node', () => {
  async function lost(): Promise<{ readonly twin: Twin; readonly node: string }> {
    const twin = twinWith([database()])
    const node = podsOf(twin, 'db')[0]?.spec?.nodeName ?? ''
    await twin.control.setNode(node, { type: 'silent' })
    twin.advance(7 * MINUTE)
    expect(podsOf(twin, 'db').map(isTerminating)).toEqual([true])
    return { twin, node }
  }

  test('and nobody acts: no replacement, ever', async () => {
    const { twin, node } = await lost()
    twin.advance(60 * MINUTE)
    expect([isServing(twin), where(twin)]).toEqual([false, [`${node} attached`]])
  })

  test('its pod is deleted by force: replaced at once, waits six minutes for the volume', async () => {
    const { twin } = await lost()
    twin.api.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'db-0' }, { gracePeriodSeconds: 0 })
    twin.advance(2 * MINUTE)
    expect(podsOf(twin, 'db').map((pod) => pod.status?.containerStatuses?.[0]?.state?.waiting?.reason)).toEqual(['ContainerCreating'])
    expect(messages(twin, 'FailedAttachVolume')[0]).toMatch(/^Multi-Attach error for volume "pvc-[^"]*" Volume is already exclusively attached to one node and can't be attached to another$/)
    twin.advance(MINUTE)
    expect(messages(twin, 'FailedMount').join('\n')).toContain('unmounted volumes=[data], unattached volumes=[data], failed to process volumes=[]: context deadline exceeded')
    const seconds = 180 + secondsUntilServing(twin, 1_200)
    expect(seconds).toBeGreaterThanOrEqual(375)
    expect(seconds).toBeLessThan(375 + 125)
  })

  test('its node is deleted: the collector first, then six minutes', async () => {
    const { twin, node } = await lost()
    twin.api.remove({ apiVersion: 'v1', kind: 'Node', name: node })
    const seconds = secondsUntilServing(twin, 1_200)
    expect(seconds).toBeGreaterThanOrEqual(40 + 375)
    expect(seconds).toBeLessThan(60 + 20 + 375 + 125)
  })

  test('its node is declared out of service: minutes become seconds', async () => {
    const { twin, node } = await lost()
    twin.api.patch({ apiVersion: 'v1', kind: 'Node', name: node }, { type: 'json', body: [{ op: 'add', path: '/spec/taints/-', value: { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' } }] })
    expect(secondsUntilServing(twin, 1_200)).toBeLessThan(90)
  })

  test('its node comes back: the old pod ends, the new one runs there or elsewhere', async () => {
    const { twin, node } = await lost()
    await twin.control.setNode(node, { type: 'healthy' })
    expect(secondsUntilServing(twin, 1_200)).toBeLessThan(90)
  })

  test('and the controller manager never detaches by force', async () => {
    const twin = twinWith([database()], { world: { volumes: { forcedDetach: false } } })
    const node = podsOf(twin, 'db')[0]?.spec?.nodeName ?? ''
    await twin.control.setNode(node, { type: 'silent' })
    twin.advance(7 * MINUTE)
    twin.api.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'db-0' }, { gracePeriodSeconds: 0 })
    expect(secondsUntilServing(twin, 1_800)).toBe(Infinity)
  })
})

describe('two pods and one volume', () => {
  const claim = (mode: string): KubeObject => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'shared', namespace: 'shop' }, spec: claimSpec(mode) as never })
  const pod = (name: string, nodeName: string): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', labels: { app: 'db' } }, spec: { nodeSelector: { 'kubernetes.io/hostname': nodeName }, containers: [{ name: 'main', image: 'app:1' }], volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'shared' } }] } })
  const running = (twin: Twin): string[] => podsOf(twin, 'db').filter(isReady).map(({ metadata }) => metadata.name ?? '')

  test.each([
    ['ReadWriteOnce', 'two nodes', ['one'], 'Volume is already used by pod(s) one'],
    ['ReadWriteOnce', 'one node', ['one', 'two'], undefined],
    ['ReadWriteMany', 'two nodes', ['one', 'two'], undefined],
  ])('%s on %s', (mode, nodes, runs, error) => {
    const twin = twinWith([claim(mode), pod('one', 'node-1')])
    twin.api.create(pod('two', nodes === 'two nodes' ? 'node-2' : 'node-1'))
    twin.advance(10 * MINUTE)
    expect(running(twin)).toEqual(runs)
    expect(messages(twin, 'FailedAttachVolume').map((text) => text.replace(/^.*" /, ''))).toEqual(error === undefined ? [] : [error])
  })

  test('nothing is attached where the driver says so', () => {
    const twin = twinWith([{ apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: { name: 'disk.example.com' }, spec: { attachRequired: false } }, claim('ReadWriteOnce'), pod('one', 'node-1')])
    expect([running(twin), where(twin)]).toEqual([['one'], []])
  })
})
