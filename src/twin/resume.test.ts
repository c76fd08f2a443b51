/**
 * A snapshot in the middle of something: the twin of it comes to the same as the cluster that went on. What no object holds
 * (back-offs, clocks, what images do) has to be inferred well enough for that.
 */

import { expect, test } from 'vitest'
import { isReady, isTerminating, isPod } from '../model/kube/workload.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { twinFromSnapshot } from './from-snapshot.ts'
import { podTemplate, setContainer, testDeployment, testTwin } from './test-twin.ts'
import type { Twin } from './twin.ts'

const PROBED = { readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 } }
const SERVES = { serves: [{ port: 8080, paths: ['/'] }] }
const WORLD = { images: [{ image: 'app:1', ...SERVES }, { image: 'slow:1', startSeconds: 15, ...SERVES }, { image: 'crash:1', exits: [{ code: 1, afterSeconds: 3 }] }, { image: 'task:1', exits: [{ code: 0, afterSeconds: 40 }] }] }

const set: KubeObject = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'web', namespace: 'shop' }, spec: { replicas: 3, minReadySeconds: 12, serviceName: 'web', selector: { matchLabels: { app: 'web' } }, template: podTemplate('web', PROBED) } }
const job = (image: string, spec: object): KubeObject => ({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'web', namespace: 'shop' }, spec: { ...spec, template: podTemplate('web', { image }, { restartPolicy: 'Never' }) } })
const lose = async (twin: Twin, ...names: string[]): Promise<void> => {
  for (const name of names) await twin.control.setNode(name, { type: 'silent' })
}

interface Course {
  readonly name: string
  readonly object: KubeObject
  readonly happens: (twin: Twin) => Promise<void> | void
  readonly beforeMs: number
  readonly laterMs: readonly number[]
}

const COURSES: readonly Course[] = [
  { name: 'a StatefulSet that rolls out a slow image', object: set, happens: (twin) => setContainer(twin, 'StatefulSet', 'web', { path: 'image', value: 'slow:1' }), beforeMs: 40_000, laterMs: [15_000, 60_000] },
  {
    name: 'a roll-out that loses two nodes',
    object: testDeployment('web', PROBED, { replicas: 8 }),
    async happens(twin) {
      setContainer(twin, 'Deployment', 'web', { path: 'image', value: 'slow:1' })
      twin.advance(5_000)
      await lose(twin, 'node-1', 'node-2')
    },
    beforeMs: 120_000,
    laterMs: [30_000, 300_000],
  },
  { name: 'a Job that waits after failures', object: job('crash:1', { backoffLimit: 9 }), happens: () => undefined, beforeMs: 30_000, laterMs: [60_000, 200_000] },
  { name: 'a Job within its deadline', object: job('task:1', { activeDeadlineSeconds: 150, parallelism: 2, completions: 6 }), happens: () => undefined, beforeMs: 0, laterMs: [25_000, 45_000] },
]

function standingOf(twin: Twin): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const pod of [...twin.store.list('/Pod', 'shop')].filter(isPod)) {
    const standing = `${pod.spec?.containers[0]?.image} ${pod.status?.phase}${isReady(pod) ? ', ready' : ''}${isTerminating(pod) ? ', on its way out' : ''}`
    counts[standing] = (counts[standing] ?? 0) + 1
  }
  return counts
}

test.each(COURSES)('$name', async ({ object, happens, beforeMs, laterMs }) => {
  const cluster = testTwin({ objects: [object], nodes: 6, world: WORLD })
  cluster.advance(60_000)
  await happens(cluster)
  cluster.advance(beforeMs)
  const { twin } = twinFromSnapshot({ snapshot: cluster.snapshot(), seed: 2 })
  const seen = [standingOf(cluster)]
  for (const ms of laterMs) {
    cluster.advance(ms)
    twin.advance(ms)
    expect(standingOf(twin)).toEqual(standingOf(cluster))
    seen.push(standingOf(cluster))
  }
  expect(new Set(seen.map((standing) => JSON.stringify(standing))).size).toBeGreaterThan(1)
})
