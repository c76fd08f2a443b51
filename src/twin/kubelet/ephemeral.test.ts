/** Containers that somebody adds to a running pod: they run, and change nothing else. */

import { expect, test } from 'vitest'
import type { ContainerStatus } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { isReady, type PodObject } from '../../model/kube/workload.ts'
import { eventsAbout, podsOf, testTwin } from '../test-twin.ts'
import type { Twin } from '../twin.ts'

const POD = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one', namespace: 'shop', labels: { app: 'one' } }, spec: { containers: [{ name: 'main', image: 'app:1' }] } } as KubeObject
const one = (twin: Twin): PodObject => podsOf(twin, 'one')[0] as PodObject
const statusOf = (twin: Twin): ContainerStatus | undefined => one(twin).status?.ephemeralContainerStatuses?.[0]

function lookInto(container: object, options: { readonly world?: object; readonly restartPolicy?: string; readonly forMs?: number } = {}): Twin {
  const { world = {}, restartPolicy = 'Always', forMs = 20_000 } = options
  const twin = testTwin({ objects: [{ ...POD, spec: { ...(POD['spec'] as object), restartPolicy } } as KubeObject], world })
  twin.advance(10_000)
  const body = { spec: { ephemeralContainers: [{ name: 'look', image: 'busybox:1', ...container }] } }
  twin.api.patch({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'one' }, { type: 'strategic', body } as never, { subresource: 'ephemeralcontainers' } as never)
  twin.advance(forMs)
  return twin
}

test('a shell runs until the pod goes, and says where', () => {
  const twin = lookInto({ stdin: true, tty: true })
  expect(statusOf(twin)).toMatchObject({ name: 'look', ready: false, restartCount: 0, state: { running: {} } })
  expect(eventsAbout(twin, 'one')).toContain('Started: Container started')
  const paths = [...twin.store.list('/Event')].map((event) => (event['involvedObject'] as { fieldPath?: string }).fieldPath)
  expect(paths).toContain('spec.ephemeralContainers{look}')
  twin.api.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'one' })
  twin.advance(40_000)
  expect(podsOf(twin, 'one')).toEqual([])
})

test.each([
  ['that ends well', [], 0, 'Completed'],
  ['that fails, whatever the policy of the pod', [{ code: 3, afterSeconds: 1 }], 3, 'Error'],
])('a command %s is over, and is not started again', (_, exits, exitCode, reason) => {
  const twin = lookInto({ command: ['ls'] }, { world: { images: [{ image: 'busybox:1', exits }] }, forMs: 600_000 })
  expect(statusOf(twin)?.state?.terminated).toMatchObject({ exitCode, reason })
  expect(statusOf(twin)?.restartCount).toBe(0)
  expect([one(twin).status?.phase, isReady(one(twin))]).toEqual(['Running', true])
})

test('one whose image is not there waits, and the pod stays as ready as it was', () => {
  const twin = lookInto({}, { world: { images: [{ image: 'busybox:1', exists: false }] } })
  expect(statusOf(twin)?.state?.waiting?.reason).toBe('ImagePullBackOff')
  expect(isReady(one(twin))).toBe(true)
})

test('it does not keep a pod from being done, and goes with it', () => {
  const world = { images: [{ image: 'app:1', exits: [{ code: 0, afterSeconds: 25 }] }] }
  const twin = lookInto({ stdin: true }, { world, restartPolicy: 'Never', forMs: 60_000 })
  expect(one(twin).status?.phase).toBe('Succeeded')
  expect(statusOf(twin)?.state?.terminated).toBeDefined()
})
