import { expect, test } from 'vitest'
import { container, deployment, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { rolloutTakesAll } from './rollout-takes-all.ts'

const starting = { state: { ready: false, started: false, state: { running: { startedAt: '2026-05-04T11:57:00Z' } } } }
const rolled = (strategy: object, more: { readonly replicas?: number; readonly minutes?: number; readonly available?: number } = {}) => {
  const spec = container({ image: 'app:2' })
  return deployment('w', { revisions: [{ spec: container(), minutes: 9000 }, { spec, minutes: more.minutes ?? 4 }], pods: [starting, starting], fields: { spec: { replicas: more.replicas ?? 2, strategy, selector: { matchLabels: { app: 'w' } }, template: { metadata: { labels: { app: 'w' } }, spec } }, status: { availableReplicas: more.available ?? 0 } } })
}
const found = [{ subject: 'Deployment shop/w', plans: [] }]

test.each([
  { name: 'it recreates', view: viewOf([rolled({ type: 'Recreate' })]), want: found },
  { name: 'all may be unavailable', view: viewOf([rolled({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '100%' } })]), want: found },
  { name: 'as many as there are may be', view: viewOf([rolled({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } })]), want: found },
  { name: 'good: it serves', view: viewOf([rolled({ type: 'Recreate' }, { available: 2 })]), want: [] },
  { name: 'look-alike: a rollout that keeps old pods', view: viewOf([rolled({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%' } })]), want: [] },
  { name: 'look-alike: a Deployment of one replica', view: viewOf([rolled({ type: 'Recreate' }, { replicas: 1 })]), want: [] },
  { name: 'look-alike: no rollout for hours', view: viewOf([rolled({ type: 'Recreate' }, { minutes: 400 })]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(rolloutTakesAll, view)).toEqual(want))
