/** Lists of endpoints are long and written often: what was sound before is not looked at again, and what is new is. */

import { expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { testTwin } from '../test-twin.ts'

const endpoint = (ip: string): object => ({ addresses: [ip] })
const slice = (...ips: readonly string[]): KubeObject => ({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'web', namespace: 'default' }, addressType: 'IPv4', endpoints: ips.map(endpoint), ports: [{ name: 'http', port: 80, protocol: 'TCP' }] })
const endpoints = (...ips: readonly string[]): KubeObject => ({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'web', namespace: 'default' }, subsets: [{ addresses: ips.map((ip) => ({ ip })), ports: [{ name: 'http', port: 80, protocol: 'TCP' }] }] })

test.each([
  ['a slice', slice, 'endpoints[1].addresses[0]'],
  ['the older form', endpoints, 'subsets[0].addresses[1].ip'],
])('of %s that is written again, a wrong address beside sound ones is refused at its place', (_, make, field) => {
  const twin = testTwin({})
  const stored = twin.api.create(make('10.0.0.1', '10.0.0.2', '10.0.0.3'))
  const list = stored.kind === 'Endpoints' ? 'subsets' : 'endpoints'
  const broken = make('10.0.0.1', '127.0.0.1', '10.0.0.3')
  expect(() => twin.api.update({ ...stored, [list]: broken[list] })).toThrow(`${field}: Invalid value: "127.0.0.1": may not be in the loopback range`)
  const changed = make('10.0.0.1', '10.0.0.3', '10.0.0.4')
  expect(twin.api.update({ ...stored, [list]: changed[list] })[list]).toMatchObject(changed[list] as object)
})
