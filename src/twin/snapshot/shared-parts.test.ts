import { array, assert, constantFrom, option, property, record } from 'fast-check'
import { expect, test } from 'vitest'
import { shareEqual } from '../../kernel/share-equal.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { createSnapshot } from '../../model/snapshot.ts'
import { twinFromSnapshot } from '../from-snapshot.ts'
import { TEST_START_MS, TEST_VERSION } from '../test-twin.ts'

/** A little later, so that the controllers have looked. */
const LATER_MS = 5_000

const container = record({ name: constantFrom('app'), image: constantFrom('app:1', 'app', 'other:2'), imagePullPolicy: constantFrom('Always', 'Never'), resources: constantFrom({}, { limits: { memory: '64Mi' } }, { requests: { cpu: '1' }, limits: { cpu: '2' } }), livenessProbe: constantFrom({ httpGet: { port: 80 } }, { tcpSocket: { port: 80 }, periodSeconds: 3 }) }, { requiredKeys: ['name', 'image'] })
const drawn = array(record({ containers: array(container, { minLength: 1, maxLength: 1 }), nodeName: option(constantFrom('a', 'b'), { nil: undefined }), phase: constantFrom('Running', 'Pending') }), { minLength: 2, maxLength: 6 })

test('a twin is the same whether equal parts are held once or many times', () => {
  assert(property(drawn, (pods) => {
    const read = (): KubeObject[] => JSON.parse(JSON.stringify(pods.map(podOf))) as KubeObject[]
    const shared = read().reduce<KubeObject[]>((before, object) => [...before, shareEqual(object, before.at(-1))], [])
    expect(playedFrom(shared)).toEqual(playedFrom(read()))
  }), { numRuns: 25 })
})

function podOf({ containers, nodeName, phase }: { readonly containers: readonly object[]; readonly nodeName: string | undefined; readonly phase: string }, index: number): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: `p-${index}`, namespace: 'shop', uid: `uid-${index}`, creationTimestamp: '2026-03-01T08:00:00Z' as never }, spec: { containers, nodeName }, status: { phase } }
}

/** All objects when it was loaded, and all when time has passed. */
function playedFrom(objects: readonly KubeObject[]): unknown {
  const { twin, assumptions } = twinFromSnapshot({ snapshot: createSnapshot({ takenAtMs: TEST_START_MS, clusterVersion: TEST_VERSION, clusterId: 'c', resourceVersion: '1', objects, logs: [], notes: [] }), seed: 1 })
  const loaded = twin.snapshot().objects
  twin.advance(LATER_MS)
  return { assumptions, loaded, later: twin.snapshot().objects }
}
