import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../model/kube-object.ts'
import { mergeWorst, watchAvailability } from './availability.ts'

/** A workload at a second: available of desired. */
type Moment = readonly [atSeconds: number, available: number | undefined, desired: number]

function workload(available: number | undefined, desired: number, kind = 'Deployment'): KubeObject {
  if (kind === 'DaemonSet') return { apiVersion: 'apps/v1', kind, metadata: { name: 'web', namespace: 'shop' }, spec: {}, status: { numberAvailable: available, desiredNumberScheduled: desired } }
  return { apiVersion: 'apps/v1', kind, metadata: { name: 'web', namespace: 'shop' }, spec: { replicas: desired }, status: available === undefined ? {} : { availableReplicas: available } }
}

function worstAt(endSeconds: number, [first, ...later]: readonly [Moment, ...Moment[]], kind = 'Deployment'): unknown {
  const watch = watchAvailability([workload(first[1], first[2], kind)], first[0] * 1_000)
  for (const [atSeconds, available, desired] of later) watch.saw(workload(available, desired, kind), atSeconds * 1_000)
  return watch.worst(endSeconds * 1_000).map(({ availableMin, desired, belowDesiredMs }) => [availableMin, desired, belowDesiredMs / 1_000])
}

describe('the worst moment of a workload', () => {
  const cases: { name: string; moments: readonly [Moment, ...Moment[]]; kind?: string; worst: unknown }[] = [
    { name: 'nothing moves', moments: [[0, 3, 3], [5, 3, 3]], worst: [] },
    { name: 'a dip, and back', moments: [[0, 3, 3], [10, 2, 3], [20, 1, 3], [50, 3, 3]], worst: [[1, 3, 40]] },
    { name: 'the longest of two dips counts', moments: [[0, 3, 3], [10, 2, 3], [15, 3, 3], [20, 2, 3], [50, 3, 3]], worst: [[2, 3, 30]] },
    { name: 'a dip that lasts to the end', moments: [[0, 3, 3], [60, 0, 3]], worst: [[0, 3, 40]] },
    { name: 'down before, and back: no harm of the plan', moments: [[0, 1, 3], [50, 3, 3]], worst: [] },
    { name: 'down before, and further down', moments: [[0, 1, 3], [10, 0, 3], [50, 3, 3]], worst: [[0, 3, 50]] },
    { name: 'replicas on top are on their way', moments: [[0, 3, 3], [10, 3, 5], [50, 5, 5]], worst: [] },
    { name: 'fewer replicas are asked for', moments: [[0, 3, 3], [10, 3, 1], [12, 1, 1]], worst: [] },
    { name: 'to nothing and back is an outage', moments: [[0, 3, 3], [10, 0, 0], [30, 0, 3], [60, 3, 3]], worst: [[0, 3, 30]] },
    { name: 'a status without the field is none available', moments: [[0, 2, 2], [10, undefined, 2], [20, 2, 2]], worst: [[0, 2, 10]] },
    { name: 'StatefulSets too', moments: [[0, 1, 1], [10, 0, 1], [20, 1, 1]], kind: 'StatefulSet', worst: [[0, 1, 10]] },
    { name: 'DaemonSets too', moments: [[0, 3, 3], [10, 2, 3], [20, 3, 3]], kind: 'DaemonSet', worst: [[2, 3, 10]] },
    { name: 'a DaemonSet on fewer nodes', moments: [[0, 3, 3], [10, 2, 2]], kind: 'DaemonSet', worst: [] },
    { name: 'ReplicaSets come and go with each rollout', moments: [[0, 3, 3], [10, 0, 3]], kind: 'ReplicaSet', worst: [] },
  ]
  test.each(cases)('$name', ({ moments, kind, worst }) => {
    expect(worstAt(100, moments, kind)).toEqual(worst)
  })

  test('a workload that appears later is watched from there', () => {
    const watch = watchAvailability([], 0)
    watch.saw(workload(2, 2), 10_000)
    watch.saw(workload(1, 2), 20_000)
    expect(watch.worst(30_000)).toEqual([{ workload: { kind: 'Deployment', namespace: 'shop', name: 'web' }, availableMin: 1, desired: 2, belowDesiredMs: 10_000 }])
  })
})

test('the worst of several runs is taken workload by workload', () => {
  const of = (name: string, availableMin: number, belowDesiredMs: number) => ({ workload: { kind: 'Deployment', namespace: 'shop', name }, availableMin, desired: 3, belowDesiredMs })
  expect(mergeWorst([[of('web', 2, 9_000), of('cart', 0, 1_000)], [], [of('web', 1, 5_000)]])).toEqual([of('cart', 0, 1_000), of('web', 1, 9_000)])
})
