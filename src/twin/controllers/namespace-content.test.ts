import { expect, test } from 'vitest'
import { isReady } from '../../model/kube/workload.ts'
import { podsOf, testDeployment, testTwin } from '../test-twin.ts'

const ACCOUNT = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'shop', name: 'default' }
const CERTIFICATE = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'kube-root-ca.crt' }

test.each([ACCOUNT, CERTIFICATE])('$kind is made again after it was deleted, and pods get in', (ref) => {
  const twin = testTwin({})
  const before = twin.store.get(ref)
  twin.api.remove(ref)
  twin.advance(1_000)
  const after = twin.store.get(ref)
  expect(after?.metadata.uid).not.toBe(before?.metadata.uid)
  expect(after?.['data']).toEqual(before?.['data'])
  twin.api.create(testDeployment('web'))
  twin.advance(30_000)
  expect(podsOf(twin, 'web').filter(isReady)).toHaveLength(2)
})

test('a root certificate that somebody wrote over is as before', () => {
  const twin = testTwin({})
  const before = twin.store.get(CERTIFICATE)
  twin.api.patch(CERTIFICATE, { type: 'merge', body: { data: { 'ca.crt': 'mine', more: 'x' } } })
  expect(twin.store.get(CERTIFICATE)?.['data']).toMatchObject({ 'ca.crt': 'mine' })
  twin.advance(1_000)
  expect(twin.store.get(CERTIFICATE)?.['data']).toEqual(before?.['data'])
})

test('a namespace that is deleted takes both with it', () => {
  const twin = testTwin({})
  twin.api.remove({ apiVersion: 'v1', kind: 'Namespace', name: 'shop' })
  twin.advance(10_000)
  expect([ACCOUNT, CERTIFICATE, { apiVersion: 'v1', kind: 'Namespace', name: 'shop' }].map((ref) => twin.store.get(ref))).toEqual([undefined, undefined, undefined])
  expect(twin.livelocks).toEqual([])
})
