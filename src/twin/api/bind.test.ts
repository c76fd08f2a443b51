/** What a binding leaves on a pod besides its node, by release. */

import { expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { parseWorld } from '../../model/world.ts'
import { TEST_START_MS } from '../test-twin.ts'
import { createTwin, type Twin } from '../twin.ts'

const ZONE = 'topology.kubernetes.io/zone'
const REGION = 'topology.kubernetes.io/region'
type Labels = Readonly<Record<string, string>>
const POD = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web' }

function twinOf(minor: number, nodeLabels: Labels): Twin {
  const objects = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    { apiVersion: 'v1', kind: 'Node', metadata: { name: 'a', labels: { 'kubernetes.io/hostname': 'a', ...nodeLabels } }, spec: {} },
  ]
  return createTwin({ seed: 1, startMs: TEST_START_MS, version: { major: 1, minor, gitVersion: `v1.${minor}.0` }, world: parseWorld({}), objects })
}

function podOf(labels: Labels, spec: object = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop', labels }, spec: { schedulerName: 'nobody', containers: [{ name: 'main', image: 'app:1' }], ...spec } }
}

test.each([
  { name: '1.34 copies nothing', minor: 34, node: { [ZONE]: 'z1' }, given: { app: 'web' }, expected: { app: 'web' } },
  { name: '1.35 copies the zone', minor: 35, node: { [ZONE]: 'z1' }, given: { app: 'web' }, expected: { app: 'web', [ZONE]: 'z1' } },
  { name: 'zone and region, and no other label of the node', minor: 36, node: { [ZONE]: 'z1', [REGION]: 'r1', rack: 'a' }, given: {}, expected: { [ZONE]: 'z1', [REGION]: 'r1' } },
  { name: 'the node wins over what the pod says of itself', minor: 36, node: { [ZONE]: 'z1' }, given: { [ZONE]: 'elsewhere' }, expected: { [ZONE]: 'z1' } },
  { name: 'a node without a zone takes nothing away', minor: 36, node: {}, given: { [ZONE]: 'elsewhere' }, expected: { [ZONE]: 'elsewhere' } },
] as readonly { name: string; minor: number; node: Labels; given: Labels; expected: Labels }[])('$name', ({ minor, node, given, expected }) => {
  const bound = twinOf(minor, node)
  bound.api.create(podOf(given))
  bound.api.bind(POD, 'a')
  expect(bound.store.get(POD)?.metadata.labels ?? {}).toEqual(expected)
  const placed = twinOf(minor, node)
  placed.api.create(podOf(given, { nodeName: 'a' }))
  expect(placed.store.get(POD)?.metadata.labels ?? {}).toEqual(expected)
})

test('a pod made for a node that is not there keeps its labels', () => {
  const twin = twinOf(36, { [ZONE]: 'z1' })
  twin.api.create(podOf({ app: 'web' }, { nodeName: 'gone' }))
  expect(twin.store.get(POD)?.metadata.labels).toEqual({ app: 'web' })
})

test.each([
  [34, 'a'],
  [35, undefined],
  [36, undefined],
])('in 1.%i a bound pod has as its nominated node %s', (minor, expected) => {
  const twin = twinOf(minor, {})
  const pod = twin.api.create(podOf({}))
  twin.api.updateStatus(pod, { ...(pod['status'] as object), nominatedNodeName: 'a' })
  twin.api.bind(POD, 'a')
  const status = twin.store.get(POD)?.['status'] as { nominatedNodeName?: string } | undefined
  expect(status?.nominatedNodeName).toBe(expected)
})
