/** Deadlines, hooks, rules and gates: what ends, holds or restarts a pod besides its process. */

import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { conditionOf, isReady } from '../../model/kube/workload.ts'
import { parseWorld } from '../../model/world.ts'
import { eventsAbout, podsOf, stateOf, testNode, TEST_START_MS, TEST_VERSION, testTwin } from '../test-twin.ts'
import { createTwin, type Twin } from '../twin.ts'

const pod = (container: object = {}, spec: object = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one', namespace: 'shop', labels: { app: 'one' } }, spec: { containers: [{ name: 'main', image: 'app:1', ...container }], ...spec } }) as KubeObject
const only = (twin: Twin): ReturnType<typeof podsOf>[number] => podsOf(twin, 'one')[0] as never
const remove = (twin: Twin): void => void twin.api.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'one' })

test('a pod past its deadline fails, and says why', () => {
  const twin = testTwin({ objects: [pod({}, { activeDeadlineSeconds: 60 })] })
  twin.advance(59_000)
  expect(only(twin).status?.phase).toBe('Running')
  twin.advance(10_000)
  expect(only(twin).status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' })
  expect(stateOf(only(twin)).reason).toBe('Error')
  twin.advance(3_600_000)
  expect(stateOf(only(twin)).restarts).toBe(0)
})

describe('the time that a pod takes to leave', () => {
  const exec = (command: string): object => ({ lifecycle: { preStop: { exec: { command: ['/bin/sh', '-c', command] } } } })
  test.each([
    ['without a hook', {}, {}, 1],
    ['a hook that sleeps', { lifecycle: { preStop: { sleep: { seconds: 12 } } } }, {}, 13],
    ['a command that sleeps', exec('nginx -s quit; sleep 12'), {}, 13],
    ['a command of unknown duration', exec('./drain.sh'), {}, 1],
    ['a hook longer than the grace: two seconds more', exec('sleep 90'), { terminationGracePeriodSeconds: 20 }, 21],
  ])('%s', (_, container, spec, seconds) => {
    const twin = testTwin({ objects: [pod(container, spec)] })
    twin.advance(30_000)
    remove(twin)
    twin.advance(seconds * 1000 - 500)
    expect(podsOf(twin, 'one')).toHaveLength(1)
    twin.advance(3_000)
    expect(podsOf(twin, 'one')).toHaveLength(0)
  })
})

describe('the order in which a pod’s containers leave', () => {
  const sidecar = (name: string, more: object = {}): object => ({ name, image: `${name}:1`, restartPolicy: 'Always', ...more })
  /** Seconds from the deletion to each container's end; of what is gone in the end, to the end of the pod. */
  function ends(spec: object, world: object, forSeconds: number): Record<string, number> {
    const twin = testTwin({ objects: [{ ...pod(), spec: { containers: [{ name: 'main', image: 'main:1' }], ...spec } } as KubeObject], world })
    twin.advance(30_000)
    remove(twin)
    const seen: Record<string, number> = {}
    for (let second = 1; second <= forSeconds; second += 1) {
      twin.advance(1_000)
      const one = only(twin)
      if (one === undefined) return { ...seen, pod: second }
      for (const { name, state } of [...(one.status?.initContainerStatuses ?? []), ...(one.status?.containerStatuses ?? [])]) if (state?.terminated !== undefined) seen[name] ??= second
    }
    return seen
  }

  test('sidecars after the others, in reverse order', () => {
    const world = { images: [{ image: 'main:1', stopSeconds: 5 }, { image: 'log:1', stopSeconds: 3 }, { image: 'mesh:1', stopSeconds: 3 }] }
    expect(ends({ initContainers: [sidecar('log'), sidecar('mesh')] }, world, 30)).toEqual({ main: 6, mesh: 9, pod: 12 })
  })

  test('hooks of all at once: one that is over before its turn adds nothing', () => {
    const world = { images: [{ image: 'main:1', stopSeconds: 10 }, { image: 'mesh:1', stopSeconds: 2 }] }
    expect(ends({ initContainers: [sidecar('mesh', { lifecycle: { preStop: { sleep: { seconds: 8 } } } })] }, world, 30)).toEqual({ main: 11, pod: 13 })
  })

  test.each([
    [1, 3],
    [20, 20],
  ])('a process that does not listen has two seconds at least; with %i s of grace its pod is gone after %i', (grace, seconds) => {
    expect(ends({ terminationGracePeriodSeconds: grace }, { images: [{ image: 'main:1', stopSeconds: 600 }] }, 60)).toEqual({ pod: seconds })
  })
})

test('a postStart hook that sleeps holds readiness back', () => {
  const twin = testTwin({ objects: [pod({ lifecycle: { postStart: { sleep: { seconds: 20 } } } })] })
  twin.advance(15_000)
  expect(isReady(only(twin))).toBe(false)
  twin.advance(10_000)
  expect(isReady(only(twin))).toBe(true)
})

test('a probe’s own grace replaces the pod’s', () => {
  const liveness = { httpGet: { path: '/no', port: 8080 }, periodSeconds: 1, failureThreshold: 1, terminationGracePeriodSeconds: 5 }
  const world = { images: [{ image: 'app:1', stopSeconds: 600, serves: [{ port: 8080, paths: ['/ok'] }] }] }
  const twin = testTwin({ objects: [pod({ livenessProbe: liveness }, { terminationGracePeriodSeconds: 300 })], world })
  twin.advance(10_000)
  expect(stateOf(only(twin)).restarts).toBe(1)
})

/** Seconds between an end and the next start, restart after restart. */
function waitsOf(twin: Twin, forSeconds: number): number[] {
  const waits = new Map<string, number>()
  for (let second = 0; second < forSeconds; second += 1) {
    twin.advance(1_000)
    const status = only(twin).status?.containerStatuses?.[0]
    const started = String(status?.state?.running?.startedAt ?? '')
    const ended = String(status?.lastState?.terminated?.finishedAt ?? '')
    if (started !== '' && ended !== '') waits.set(started, (Date.parse(started) - Date.parse(ended)) / 1000)
  }
  return [...waits.values()]
}

// At the last: the end before lies further back than the longest back-off.
test('what a probe kills starts at once, until the back-off from the end before holds it', () => {
  const livenessProbe = { httpGet: { path: '/no', port: 8080 }, periodSeconds: 10, failureThreshold: 3 }
  const twin = testTwin({ objects: [pod({ livenessProbe })], world: { images: [{ image: 'app:1', serves: [{ port: 8080, paths: ['/ok'] }] }] } })
  expect(waitsOf(twin, 900)).toEqual([0, 0, 0, 0, 40, 80, 160, 300, 0])
})

describe('who is started again after a probe killed it', () => {
  const livenessProbe = { httpGet: { path: '/no', port: 8080 }, periodSeconds: 1, failureThreshold: 1, initialDelaySeconds: 5 }
  test.each([
    ['Always', true, 'Container main failed liveness probe, will be restarted'],
    ['OnFailure', true, 'Container main failed liveness probe, will be restarted'],
    ['Never', false, 'Container main failed liveness probe'],
  ])('%s: %s', (restartPolicy, isRestarted, words) => {
    const world = { images: [{ image: 'app:1', serves: [{ port: 8080, paths: ['/ok'] }], exits: [{ code: 0, afterSeconds: 3_600 }] }] }
    const twin = testTwin({ objects: [pod({ livenessProbe }, { restartPolicy })], world })
    twin.advance(12_000)
    expect([stateOf(only(twin)).restarts > 0, only(twin).status?.phase]).toEqual([isRestarted, isRestarted ? 'Running' : 'Failed'])
    expect(eventsAbout(twin, 'one')).toContain(`Killing: ${words}`)
  })
})

describe('another image', () => {
  const world = { images: [{ image: 'app:1', exits: [{ code: 1, afterSeconds: 1 }] }] }
  const change = (twin: Twin): void => void twin.api.patch({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'one' }, { type: 'strategic', body: { spec: { containers: [{ name: 'main', image: 'app:2' }] } } })
  test('starts at once, whatever the back-off of the old one had come to', () => {
    const twin = testTwin({ objects: [pod()], world })
    twin.advance(400_000)
    expect(stateOf(only(twin)).reason).toBe('CrashLoopBackOff')
    change(twin)
    twin.advance(4_000)
    expect(stateOf(only(twin)).reason).toBe('Running')
  })
  test('restarts a running container whatever the policy of its pod', () => {
    const twin = testTwin({ objects: [pod({}, { restartPolicy: 'Never' })], world: { images: [{ image: 'app:1', exits: [{ code: 0, afterSeconds: 3_600 }] }, { image: 'app:2', exits: [{ code: 0, afterSeconds: 3_600 }] }] } })
    twin.advance(10_000)
    change(twin)
    twin.advance(10_000)
    expect([only(twin).status?.phase, stateOf(only(twin)).restarts]).toEqual(['Running', 1])
  })
})

describe('rules for restarts', () => {
  const world = (code: number): object => ({ images: [{ image: 'app:1', exits: [{ code, afterSeconds: 1 }] }] })
  const rules = { restartPolicy: 'Never', restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }] }
  const twinOf = (minor: number, code: number): Twin => {
    const twin = createTwin({ seed: 1, startMs: TEST_START_MS, version: { ...TEST_VERSION, minor }, world: parseWorld(world(code)), objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, testNode('node-1'), pod(rules, { restartPolicy: 'Never' })] })
    twin.advance(60_000)
    return twin
  }
  test.each([
    [36, 42, 'Running', true],
    [35, 42, 'Running', true],
    [34, 42, 'Failed', false],
    [36, 1, 'Failed', false],
  ])('1.%d: an exit with %d leaves the pod %s', (minor, code, phase, isRestarted) => {
    const twin = twinOf(minor, code)
    expect([only(twin).status?.phase, stateOf(only(twin)).restarts > 0]).toEqual([phase, isRestarted])
  })
})

describe('a rule that restarts all containers of the pod', () => {
  const rules = [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [42] } }]
  const world = { images: [{ image: 'app:1', exits: [{ code: 42, afterSeconds: 20 }] }, { image: 'setup:1', exits: [{ code: 0, afterSeconds: 2 }] }] }
  const spec = { restartPolicy: 'Never', initContainers: [{ name: 'setup', image: 'setup:1' }], containers: [{ name: 'main', image: 'app:1', restartPolicy: 'Never', restartPolicyRules: rules }, { name: 'side', image: 'side:1', restartPolicy: 'Always' }] }
  const twinOf = (minor: number): Twin => testTwin({ objects: [{ ...pod(), spec } as KubeObject], world, minor })

  test('begins again with the first init container, in its place, without a back-off', () => {
    const twin = twinOf(36)
    twin.advance(20_000)
    const { metadata: { uid }, status } = only(twin)
    expect([status?.phase, status?.initContainerStatuses?.[0]?.restartCount]).toEqual(['Running', 0])
    twin.advance(60_000)
    const after = only(twin)
    expect([after.metadata.uid, after.status?.phase]).toEqual([uid, 'Running'])
    const counts = [...(after.status?.initContainerStatuses ?? []), ...(after.status?.containerStatuses ?? [])].map(({ restartCount }) => restartCount)
    expect(new Set(counts)).toEqual(new Set([3]))
    expect(after.status?.containerStatuses?.[1]?.lastState?.terminated).toMatchObject({ exitCode: 137, reason: 'RestartingAllContainers' })
    expect(conditionOf(after, 'AllContainersRestarting')?.status).toBe('False')
  })

  test('1.35: the container alone', () => {
    const twin = twinOf(35)
    twin.advance(60_000)
    expect(only(twin).status?.initContainerStatuses?.[0]?.restartCount).toBe(0)
  })
})

test('a node may cap the restart back-off, in releases that know it', () => {
  const world = { images: [{ image: 'app:1', exits: [{ code: 1, afterSeconds: 1 }] }], kubelet: { restartBackoffMaxSeconds: 20 } }
  const restarts = (minor: number): number => {
    const twin = createTwin({ seed: 1, startMs: TEST_START_MS, version: { ...TEST_VERSION, minor }, world: parseWorld(world), objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, testNode('node-1'), pod()] })
    twin.advance(600_000)
    return stateOf(only(twin)).restarts
  }
  // After the first two, one every 21 s: twenty of waiting and one of running.
  expect([restarts(34), restarts(36)]).toEqual([6, 2 + Math.floor((600 - 14) / 21)])
})

describe('a readiness gate', () => {
  const gated = pod({}, { readinessGates: [{ conditionType: 'lb.example.com/attached' }] })
  test('that nobody opens keeps the pod out', () => {
    const twin = testTwin({ objects: [gated] })
    twin.advance(600_000)
    expect(conditionOf(only(twin), 'Ready')).toMatchObject({ status: 'False', reason: 'ReadinessGatesNotReady', message: 'corresponding condition of pod readiness gate "lb.example.com/attached" does not exist.' })
  })
  test('is opened as late as was seen', () => {
    const twin = testTwin({ objects: [gated], world: { readinessGates: [{ conditionType: 'lb.example.com/attached', afterSeconds: 30 }] } })
    twin.advance(25_000)
    expect(isReady(only(twin))).toBe(false)
    twin.advance(10_000)
    expect(isReady(only(twin))).toBe(true)
  })
})
