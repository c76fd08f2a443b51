import { expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { bareMachinery } from '../bare-machinery.ts'
import { composeTwin } from '../compose-twin.ts'
import { createQuotaController } from './quota-controller.ts'

const START_MS = Date.parse('2026-03-01T12:00:00Z')
const ref = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', namespace: 'default', name })
const pod = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: { nodeName: 'n1', containers: [{ name: 'app', image: 'a:1', resources: { requests: { cpu: '100m' } } }] },
})
const quota: KubeObject = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'team', namespace: 'default' }, spec: { hard: { pods: '3', 'requests.cpu': '1', 'count/pods': '9' } } }

test('gives back what finished, what is gone, and what should long be gone', () => {
  const twin = composeTwin({
    seed: 1,
    startMs: START_MS,
    version: { major: 1, minor: 36, gitVersion: 'v1.36.0' },
    machinery: bareMachinery([createQuotaController()]),
    objects: [quota, pod('done'), pod('gone'), pod('stuck')],
  })
  const used = (): unknown => (twin.store.get({ apiVersion: 'v1', kind: 'ResourceQuota', namespace: 'default', name: 'team' }) as KubeObject & { status?: { used?: unknown } }).status?.used
  expect(used()).toEqual({ pods: '3', 'requests.cpu': '300m', 'count/pods': '3' })
  twin.api.updateStatus(twin.store.get(ref('done')) as KubeObject, { phase: 'Succeeded' })
  twin.api.remove(ref('gone'), { gracePeriodSeconds: 0 })
  twin.advance(1_000)
  expect(used()).toEqual({ pods: '1', 'requests.cpu': '100m', 'count/pods': '2' })
  // Its kubelet never confirms: after twice the grace it no longer counts, so that a replacement may come.
  twin.api.remove(ref('stuck'))
  twin.advance(20_000)
  expect(used()).toMatchObject({ pods: '1' })
  twin.advance(80_000)
  expect(used()).toEqual({ pods: '0', 'requests.cpu': '0', 'count/pods': '2' })
})
